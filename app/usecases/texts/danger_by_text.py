"""A cry for help by text: the number to call is named at once, and people are woken.

It comes before every limit, before STOP and before every other meaning of the text. It belongs to
the task of a volunteer who is at it, else to the live order of the phone, else it opens a case.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.areas.queries import place_by_id, root_area
from app.catalogue.models import Category
from app.conversation.danger import Danger
from app.core.attention import Attention
from app.core.context import Context
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.queries import active_of
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import LEAD
from app.help_requests.queries import last_of_phone
from app.help_requests.rules import CANCELLABLE, State
from app.matching.distance import metres_between
from app.usecases.requests.place_request import NEED_MAX, NewOrder, Placed, place_request
from app.usecases.requests.report_danger import report_danger
from app.usecases.shared.request_state import load_request
from app.usecases.texts.name_places import place_named
from app.usecases.texts.order_by_text import ACTOR, catch_all, confirm_sender
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender

# An order at a place further away than this from the one that the text names is another matter.
ELSEWHERE_M = 500
MINUTE_S = 60
AT_WORK = (MatchState.ON_THE_WAY, MatchState.ARRIVED)


def danger_by_text(
    session: Session,
    sender: Sender,
    body: str,
    danger: Danger,
    categories: Sequence[Category],
    now: datetime,
) -> Handled | None:
    """Answers with the numbers and reports the danger; None while there is no area or category."""
    task = _task(session, sender, now)
    if task is not None and sender.person is not None:
        actor = as_volunteer(session, sender.person)
        report_danger(
            Context(session, actor, now),
            request_id=task.request_id,
            danger=danger,
            words=body,
            person_id=sender.person.id,
        )
        _answer(session, sender, danger, "danger_told", now, request_id=task.request_id)
        return Handled("danger", task.request_id)
    order = _live_order(session, sender, body)
    if order is not None:
        report_danger(Context(session, ACTOR, now), request_id=order.id, danger=danger, words=body)
        placed = Placed(order.id, order.code)
    elif categories and root_area(session) is not None:
        placed = _place(session, sender, body, categories, now)
    else:
        _answer(session, sender, danger, "danger_call", now)
        return None
    _answer(
        session,
        sender,
        danger,
        "danger_new",
        now,
        request_id=placed.request_id,
        code=placed.code,
    )
    return Handled("danger", placed.request_id)


def _answer(
    session: Session,
    sender: Sender,
    danger: Danger,
    template: str,
    now: datetime,
    **more: object,
) -> None:
    """Names the numbers, at most once a minute for the same ones, also after STOP."""
    minute = int(now.timestamp()) // MINUTE_S
    reply_to_sender(
        session,
        sender,
        template,
        now=now,
        subject=f"danger:{'-'.join(danger.numbers)}:{minute}",
        even_opted_out=True,
        numbers=list(danger.numbers),
        **more,  # type: ignore[arg-type]
    )


def _task(session: Session, sender: Sender, now: datetime) -> Match | None:
    """What a volunteer is at: on the way or there, else accepted for about now."""
    if sender.person is None:
        return None
    tasks = active_of(session, sender.person.id)
    for match in tasks:
        if match.state in AT_WORK:
            return match
    for match in tasks:
        start = load_request(session, match.request_id).wanted_from
        if start is None or start - LEAD <= now:
            return match
    return None


def _live_order(session: Session, sender: Sender, body: str) -> HelpRequest | None:
    """The live order of this phone: one in danger already, else served now, else the newest.

    None also if the text names a place that is elsewhere.
    """
    found = (
        last_of_phone(
            session, sender.lookup, states=sorted(CANCELLABLE), attention=Attention.DANGER
        )
        or last_of_phone(session, sender.lookup, states=(State.IN_PROGRESS,))
        or last_of_phone(session, sender.lookup, states=sorted(CANCELLABLE))
    )
    return None if found is None or _is_elsewhere(session, found, body) else found


def _is_elsewhere(session: Session, request: HelpRequest, body: str) -> bool:
    place_id = place_named(session, body)
    if place_id is None or request.lat is None or request.lon is None:
        return False
    place = place_by_id(session, place_id)
    if place is None:
        return False
    return metres_between(place.lat, place.lon, request.lat, request.lon) > ELSEWHERE_M


def _place(
    session: Session, sender: Sender, body: str, categories: Sequence[Category], now: datetime
) -> Placed:
    """Opens a case that a coordinator checks at once."""
    urgent = [one for one in categories if one.urgency == Urgency.URGENT]
    placed = place_request(
        Context(session, ACTOR, now),
        order=NewOrder(
            category_id=(urgent[0] if urgent else catch_all(categories)).id,
            need=body[:NEED_MAX],
            phone=sender.phone,
            source="sms",
            language=sender.language,
            place_id=place_named(session, body),
        ),
        region="",
    )
    if not sender.opted_out:
        # Not after STOP: a confirmed phone gets further texts.
        confirm_sender(session, placed, now)
    return placed
