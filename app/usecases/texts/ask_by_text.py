"""A resident texts about an order: its state, cancel it, change it, a word for the volunteer."""

from dataclasses import replace
from datetime import UTC
from unicodedata import normalize

from app.areas.gazetteer import building_in
from app.conversation.context import Target, TargetKind
from app.conversation.reading import Intent
from app.core.attention import Attention
from app.core.errors import NotFound, Refused
from app.help_requests.models import HelpRequest
from app.help_requests.places import PlaceState
from app.help_requests.queries import by_code, last_of_phone
from app.help_requests.rules import State
from app.help_requests.state_words import state_words
from app.usecases.messages.order_words import what_of_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.change_own_order import OrderChange, change_own_order
from app.usecases.requests.confirm_phone import confirm_by_text
from app.usecases.shared.attempt import attempt
from app.usecases.shared.place_state import places_of
from app.usecases.texts.choices import numbered
from app.usecases.texts.drafts import drop_draft
from app.usecases.texts.heard import Heard, options_of
from app.usecases.texts.name_places import named_places
from app.usecases.texts.note_by_text import keep_words, newest_order, own_order
from app.usecases.texts.order_by_text import draft_slots, keep_anew
from app.usecases.texts.text_sender import EVERY_STATE, Handled

# What an order is after it was cancelled while somebody had come, or had served.
CANCELLED_WORDS = {
    State.IN_PROGRESS: "request_rest_cancelled",
    State.FINISHED: "request_finished_rate",
}
# Before somebody said yes, an order that was read wrongly begins anew.
NOBODY_COMES = frozenset({State.SUBMITTED, State.OPEN, State.MATCHING, State.REOPENED})


def status(heard: Heard) -> Handled:
    """Answers where the order stands; of several, of each by its own text's worth of words."""
    request = _meant(heard) or _last(heard)
    if request is None:
        return _none(heard)
    places = places_of(heard.session, request)
    finished = sum(one.state == PlaceState.FINISHED for one in places)
    state, numbers = state_words(request.state, finished=finished, taken=request.places_taken)
    return heard.answered(
        "status",
        "status_reply",
        request_id=request.id,
        code=request.code,
        state=state,
        done=numbers.get("done", 0),
        left=numbers.get("left", 0),
    )


def cancel(heard: Heard) -> Handled:
    """Cancels the orders that are meant; asks which when it does not say."""
    if heard.reading.alternatives:
        return _which(heard, Intent.CANCEL)
    if heard.keys(TargetKind.DRAFT):
        drop_draft(heard.session, heard.sender.lookup)
        return heard.answered("draft_dropped", "draft_dropped")
    if heard.reading.confirm and len(heard.keys(TargetKind.ORDER)) == 1:
        return _check(heard)
    done: HelpRequest | None = None
    for code in heard.keys(TargetKind.ORDER):
        request = own_order(heard.session, code, heard.sender.lookup)
        if request is not None:
            done = _cancel(heard, request) or done
    if done is None:
        return _none(heard)
    return Handled("cancelled", done.id)


def _check(heard: Heard) -> Handled:
    """Words that may mean that nobody is wanted any more are asked back."""
    targets = [one for one in heard.reading.targets if one.kind == TargetKind.ORDER][:1]
    return heard.answered(
        "cancel_asked",
        "cancel_check",
        what=numbered(heard.sender.language, heard.session, targets, None).removeprefix("1 "),
        options=options_of(targets),
        pending=str(Intent.CANCEL),
    )


def not_chosen(heard: Heard) -> Handled | None:
    """ "0" to the question whether to cancel: the order stays."""
    question = heard.known.question
    asked = question is not None and question.pending == Intent.CANCEL and question.options
    if not asked or question is None or normalize("NFKC", heard.body).strip() != "0":
        return None
    about = replace(heard.reading, targets=question.options[:1])
    return keep(replace(heard, reading=about))


def _cancel(heard: Heard, request: HelpRequest) -> HelpRequest | None:
    try:
        with attempt(heard.session):
            cancel_request(heard.as_resident, code=request.code, why="", told=False)
    except Refused:
        heard.reply("too_late", request_id=request.id, code=request.code)
        return request
    heard.session.refresh(request)
    words = CANCELLED_WORDS.get(State(request.state), "request_cancelled")
    if words == "request_cancelled" or request.phone_confirmed_at is None:
        heard.reply(words, request_id=request.id, code=request.code)
    return request


def keep(heard: Heard) -> Handled:
    """ "不取消": nothing is cancelled, and it says so."""
    request = _meant(heard)
    if request is None:
        return _none(heard)
    return heard.answered("kept", "order_kept", request_id=request.id, code=request.code)


def change(heard: Heard) -> Handled | None:
    """Changes time, place, kind or thing; asks what when only the wish to change was said."""
    if heard.reading.alternatives:
        return _which(heard, Intent.CHANGE)
    request = _meant(heard)
    if request is None:
        return None
    slots = heard.slots
    if heard.reading.missing or slots.when_unread:
        return _change_what(heard, request)
    start, end = slots.when or (None, None)
    category = next((one for one in heard.categories if one.code == slots.category), None)
    found = OrderChange(
        wanted_from=start.astimezone(UTC) if start else None,
        wanted_to=end.astimezone(UTC) if end else None,
        place_id=_new_place(heard, request),
        address=slots.address,
        category_id=category.id if category is not None else None,
        adds=slots.thing or ("" if start or slots.address else heard.body),
    )
    try:
        with attempt(heard.session):
            change_own_order(
                heard.as_resident,
                code=request.code,
                phone_lookup=heard.sender.lookup,
                change=found,
            )
    except Refused:
        keep_words(
            heard.as_resident,
            request,
            heard.body,
            inbound_id=heard.sender.inbound_id,
            attention=Attention.NOT_UNDERSTOOD,
        )
        return heard.answered(
            "change_refused", "order_noted", request_id=request.id, code=request.code
        )
    keep_words(heard.as_resident, request, heard.body, inbound_id=heard.sender.inbound_id)
    heard.session.refresh(request)
    return heard.answered(
        "changed",
        "order_changed",
        request_id=request.id,
        code=request.code,
        what=what_of_request(heard.sender.language, heard.session, request),
    )


def _new_place(heard: Heard, request: HelpRequest) -> int | None:
    """The place that is named; a building alone ("是5栋") is one of the same estate."""
    if len(heard.slots.place_ids) == 1:
        return heard.slots.place_ids[0]
    if heard.slots.place_ids or building_in(heard.slots.address) is None:
        return None
    here = f"{request.rough_place}{heard.slots.address}"
    same = [one for one in named_places(heard.session, here) if len(one.place_ids) == 1]
    whole = [one for one in same if building_in(one.name) is not None]
    return whole[0].place_ids[0] if whole else None


def change_mind(heard: Heard) -> Handled | None:
    """Another mind, without saying to what: asks what is to be otherwise."""
    request = _meant(heard)
    return None if request is None else _change_what(heard, request)


def _change_what(heard: Heard, request: HelpRequest) -> Handled:
    return heard.answered(
        "change_asked",
        "order_change_what",
        request_id=request.id,
        code=request.code,
        options=options_of([Target(TargetKind.ORDER, request.code)]),
        pending=str(Intent.CHANGE),
    )


def add_note(heard: Heard) -> Handled | None:
    """Words for the volunteer: kept, and a coordinator passes them on."""
    return _noted(heard, "noted", "order_noted", Attention.NOT_UNDERSTOOD)


def nobody_came(heard: Heard) -> Handled | None:
    """Nobody came: coordinators are told, and the resident hears that they are."""
    return _noted(heard, "nobody_came", "order_no_show", Attention.NOBODY_CAME)


def complaint(heard: Heard) -> Handled | None:
    """A complaint: a person looks at it, whatever it is about."""
    return _noted(heard, "complaint", "complaint_noted", Attention.COMPLAINT)


def _noted(
    heard: Heard, outcome: str, template: str, attention: Attention | None
) -> Handled | None:
    request = _meant(heard)
    if request is None:
        return None
    keep_words(
        heard.as_resident,
        request,
        heard.body,
        inbound_id=heard.sender.inbound_id,
        attention=attention,
    )
    return heard.answered(outcome, template, request_id=request.id, code=request.code)


def confirm(heard: Heard) -> Handled:
    """Confirms the phone: the code came from the number in the order, which now gets texts."""
    code = (heard.slots.codes or tuple(heard.keys(TargetKind.ORDER)) or ("",))[0]
    found = by_code(heard.session, code)
    known = found is not None and found.phone_confirmed_at is not None
    try:
        request = confirm_by_text(heard.as_resident, code=code, phone=heard.sender.phone)
    except NotFound:
        return _none(heard)
    if known:
        heard.reply("confirm_thanks", request_id=request.id, code=request.code)
    return Handled("confirmed", request.id)


def read_wrongly(heard: Heard) -> Handled | None:
    """ "0" to what we read back: nobody goes, and the order begins anew with the sender's words.

    When somebody has said yes already, a coordinator calls.
    """
    question = heard.known.question
    code = question.options[0].key if question is not None and question.options else ""
    request = own_order(heard.session, code, heard.sender.lookup)
    if request is None:
        if heard.known.draft is None:
            return None
        keep_anew(heard)
        return heard.answered("read_wrongly", "order_again")
    if State(request.state) not in NOBODY_COMES:
        about = replace(heard.reading, targets=(Target(TargetKind.ORDER, code),))
        return _noted(
            replace(heard, reading=about), "read_wrongly", "person_calls", Attention.CALL_BACK
        )
    with attempt(heard.session):
        cancel_request(heard.as_resident, code=request.code, why="", told=False)
    slots = draft_slots(heard.session, request)
    keep_anew(heard, slots=slots, before=request.need)
    return heard.answered("read_wrongly", "order_again", request_id=request.id)


def _last(heard: Heard) -> HelpRequest | None:
    """Without a code, the newest order of the phone, whatever became of it."""
    if heard.slots.codes or heard.keys(TargetKind.FOREIGN):
        return None
    return last_of_phone(heard.session, heard.sender.lookup, states=EVERY_STATE)


def _meant(heard: Heard) -> HelpRequest | None:
    """The newest of the orders that the text is about."""
    codes = heard.keys(TargetKind.ORDER, TargetKind.UNRATED)
    return newest_order(heard.session, codes, heard.sender.lookup)


def _none(heard: Heard) -> Handled:
    return heard.answered("unknown_code", "unknown_code")


def _which(heard: Heard, pending: Intent) -> Handled:
    targets = heard.reading.alternatives
    return heard.answered(
        "asked_which",
        "which_one",
        what=numbered(heard.sender.language, heard.session, targets, None),
        options=options_of(targets),
        pending=str(pending),
    )
