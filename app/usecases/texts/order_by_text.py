"""An order by text: placed and read back, or completed by asking for one thing at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.queries import place_by_id, zone_of
from app.catalogue.models import Category
from app.conversation.context import QuestionKind, Target, TargetKind
from app.conversation.danger import find_danger
from app.conversation.reading import Intent, Missing, Slots
from app.core.actor import resident
from app.core.attention import Attention
from app.core.context import Context
from app.core.i18n import translate
from app.core.statements import changed
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.notifications.wording import AND
from app.trail.chain import record
from app.usecases.messages.order_words import period_of, what_of, what_of_request
from app.usecases.requests.place_request import (
    ADDRESS_MAX,
    NEED_MAX,
    NewOrder,
    Placed,
    place_request,
)
from app.usecases.texts.choices import numbered
from app.usecases.texts.drafts import draft_words, drop_draft, keep_draft
from app.usecases.texts.heard import Heard, options_of
from app.usecases.texts.name_places import place_named
from app.usecases.texts.note_by_text import own_order
from app.usecases.texts.text_sender import Handled

ACTOR = resident("sms")
CATCH_ALL = "other"
KINDS_NAMED = 5


def order(heard: Heard) -> Handled | None:
    """Places what was understood; asks for what is missing unless it is urgent."""
    slots = heard.slots
    category = _category(heard, slots)
    if slots.urgent or (category is not None and category.urgency == Urgency.URGENT):
        return place(heard, slots)
    lacking = _lacking(heard)
    if lacking is not None:
        return _ask(heard, lacking)
    if len(slots.place_ids) > 1:
        options = [Target(TargetKind.PLACE, str(one)) for one in slots.place_ids]
        return _which_place(heard, options)
    if heard.reading.confirm:
        _keep(heard)
        what = what_of(heard.sender.language, _category(heard, slots), slots.when, _rough(heard))
        return heard.answered("order_checked", "order_check", what=what)
    return place(heard, slots)


def _rough(heard: Heard) -> str | None:
    """The estate of the place that was named: a text never names a building or a door."""
    places = heard.slots.place_ids
    place = place_by_id(heard.session, places[0]) if len(places) == 1 else None
    return place.rough_name if place is not None else None


def _lacking(heard: Heard) -> Missing | None:
    """What must be asked for. Without a time it is for as soon as possible, and read back so.

    A time that cannot be read is asked for once; then a coordinator looks at it.
    """
    question = heard.known.question
    asked = question is not None and question.kind == QuestionKind.WHEN
    if heard.slots.when_unread and not asked:
        return Missing.WHEN
    return next((one for one in heard.reading.missing if one != Missing.WHEN), None)


def again(heard: Heard) -> Handled | None:
    """The same order once more: it is the same order, and is read back."""
    for target in heard.reading.targets:
        request = own_order(heard.session, target.key, heard.sender.lookup)
        if request is not None:
            return _read_back(heard, request, "ordered_again")
    return order(heard)


def place(heard: Heard, slots: Slots) -> Handled:
    """Places the order. The phone is confirmed, because the order came from it."""
    session, now = heard.session, heard.now
    category = _category(heard, slots) or catch_all(heard.categories)
    words = draft_words(session, heard.sender.lookup, now=now)
    start, end = slots.when or (None, None)
    unsure = slots.category is None or slots.when_unread
    placed = place_request(
        heard.as_resident,
        order=NewOrder(
            category_id=category.id,
            need=_joined(words, heard.body),
            phone=heard.sender.phone,
            source="sms",
            language=heard.sender.language,
            address=slots.address[:ADDRESS_MAX] or None,
            place_id=slots.place_ids[0] if len(slots.place_ids) == 1 else None,
            wanted_from=start.astimezone(UTC) if start else None,
            wanted_to=end.astimezone(UTC) if end else None,
            urgency=Urgency.URGENT if slots.urgent else None,
        ),
        region="",
        attention=Attention.NOT_UNDERSTOOD if unsure else None,
    )
    confirm_sender(session, placed, now)
    drop_draft(session, heard.sender.lookup)
    return _read_back(heard, session.get_one(HelpRequest, placed.request_id), "ordered")


def wants_help(heard: Heard) -> Handled:
    """帮忙: asks what is needed. An order that began before keeps what it has."""
    return _ask(heard, Missing.CATEGORY)


def fragment(heard: Heard) -> Handled:
    """A place, a kind or a time alone: kept, and the rest is asked for."""
    slots = heard.slots
    missing = Missing.CATEGORY if slots.category is None else Missing.PLACE
    return _ask(heard, missing)


def draft_is_right(heard: Heard) -> Handled | None:
    """ "1" to what we read back: a draft goes out; an order that went out stays as it is."""
    draft = heard.known.draft
    if draft is not None:
        slots = Slots(
            category=draft.category,
            when=draft.when,
            place_ids=draft.place_ids,
            address=draft.address,
            soon=draft.soon,
            urgent=draft.urgent,
            thing=draft.thing,
        )
        return place(replace(heard, body=""), slots)
    request = _read_back_order(heard)
    if request is None:
        return None
    return heard.answered("order_right", "order_right", request_id=request.id, code=request.code)


def keep_anew(heard: Heard, *, slots: Slots | None = None, before: str = "") -> None:
    """What was understood was wrong: the sender's words stay, for the next reading."""
    words = before or draft_words(heard.session, heard.sender.lookup, now=heard.now)
    keep_draft(
        heard.session,
        heard.sender.lookup,
        heard.sender.phone,
        slots or Slots(),
        words=_joined(words, heard.body),
        now=heard.now,
    )


def draft_slots(session: Session, request: HelpRequest) -> Slots:
    """What an order says, as the draft of the next one."""
    category = session.get_one(Category, request.category_id)
    return Slots(
        category=category.code,
        when=period_of(request.wanted_from, request.wanted_to, zone_of(session, request.area_path)),
        place_ids=(request.place_id,) if request.place_id is not None else (),
        address=request.address or "",
        urgent=request.urgency == Urgency.URGENT,
    )


def _ask(heard: Heard, missing: Missing) -> Handled:
    """Asks for one thing and keeps the rest for half an hour."""
    _keep(heard)
    if missing == Missing.CATEGORY:
        names = [one.name(heard.sender.language) for one in heard.categories if one.code != "other"]
        kinds = translate(heard.sender.language, AND).join(names[:KINDS_NAMED])
        return heard.answered("asked_what", "ask_what", what=kinds)
    if missing == Missing.PLACE:
        return heard.answered("asked_where", "ask_where")
    return heard.answered("asked_when", "ask_when")


def _which_place(heard: Heard, options: list[Target]) -> Handled:
    _keep(heard)
    return heard.answered(
        "asked_which",
        "which_one",
        what=numbered(heard.sender.language, heard.session, options, None),
        options=options_of(options),
        pending=str(Intent.ORDER),
    )


def _keep(heard: Heard) -> None:
    words = draft_words(heard.session, heard.sender.lookup, now=heard.now)
    keep_draft(
        heard.session,
        heard.sender.lookup,
        heard.sender.phone,
        heard.slots,
        words=_joined(words, heard.body),
        now=heard.now,
    )


def _joined(words: str, body: str) -> str:
    return "\n".join(one for one in (words.strip(), body.strip()) if one)[:NEED_MAX]


def _read_back(heard: Heard, request: HelpRequest, outcome: str) -> Handled:
    """Says what was understood, with its code; where it may be danger, whom to call instead."""
    danger = find_danger(request.need)
    if danger is not None:
        numbers = list(danger.numbers)
        return heard.answered(
            outcome, "danger_possible", request_id=request.id, code=request.code, numbers=numbers
        )
    return heard.answered(
        outcome,
        "order_read_back",
        request_id=request.id,
        code=request.code,
        what=what_of_request(heard.sender.language, heard.session, request),
        options=options_of([Target(TargetKind.ORDER, request.code)]),
    )


def _read_back_order(heard: Heard) -> HelpRequest | None:
    question = heard.known.question
    if question is None or not question.options:
        return None
    return by_code(heard.session, question.options[0].key)


def _category(heard: Heard, slots: Slots) -> Category | None:
    return next((one for one in heard.categories if one.code == slots.category), None)


def store_whole(heard: Heard) -> Handled:
    """Opens a case in the sender's own words, with a half-said order before them."""
    words = draft_words(heard.session, heard.sender.lookup, now=heard.now)
    handled = store_raw(replace(heard, body=_joined(words, heard.body)))
    drop_draft(heard.session, heard.sender.lookup)
    return handled


def store_raw(
    heard: Heard,
    *,
    attention: Attention = Attention.NOT_UNDERSTOOD,
    template: str = "request_not_understood",
) -> Handled:
    """Opens a help request in the sender's own words; a coordinator calls back."""
    session, now = heard.session, heard.now
    placed = place_request(
        heard.as_resident,
        order=NewOrder(
            category_id=catch_all(heard.categories).id,
            need=heard.body[:NEED_MAX],
            phone=heard.sender.phone,
            source="sms",
            language=heard.sender.language,
            place_id=place_named(session, heard.body),
            urgency=Urgency.URGENT if heard.slots.urgent else None,
        ),
        region="",
        attention=attention,
    )
    confirm_sender(session, placed, now)
    danger = find_danger(heard.body)
    numbers = list(danger.numbers) if danger is not None else []
    # Words that may mean danger are answered with the numbers to call.
    words = template if danger is None else "danger_possible"
    return heard.answered(
        str(attention), words, request_id=placed.request_id, code=placed.code, numbers=numbers
    )


def catch_all(categories: Sequence[Category]) -> Category:
    """The category for anything, else one that a coordinator checks first."""
    named = [one for one in categories if one.code == CATCH_ALL]
    looked_at = [one for one in categories if one.verify_first]
    return (named or looked_at or list(categories))[0]


def confirm_sender(session: Session, placed: Placed, now: datetime) -> None:
    """Confirms after placing, so that the answer is one text and not two."""
    changed(
        session,
        update(HelpRequest)
        .where(HelpRequest.id == placed.request_id)
        .values(phone_confirmed_at=now),
    )
    request = session.get_one(HelpRequest, placed.request_id, populate_existing=True)
    record(
        Context(session, ACTOR, now),
        kind="help_request.phone_confirmed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"by": "text"},
    )
