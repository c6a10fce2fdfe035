"""Reads of help requests. Lists select plain columns; nothing is decrypted that is not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from app.help_requests.board import LIVE_STATES, QUEUE_COLUMNS, QueueLine
from app.help_requests.models import Feedback, HelpRequest, RequestNote
from app.help_requests.rules import State

COMING = (State.MATCHING, State.ASSIGNED, State.IN_PROGRESS)
MOST_LINKS = 5
# A name for the page; rooms know each other's tables by their names only.
CATEGORY = table("category", *(column(n) for n in ("id", "name_zh", "name_hant", "name_en")))


def live_by_state(session: Session) -> dict[str, int]:
    """How many live help requests are in each state."""
    live = select(HelpRequest.state, func.count()).where(HelpRequest.state.in_(LIVE_STATES))
    return dict(session.execute(live.group_by(HelpRequest.state)).all())


def count_overdue(session: Session, now: datetime) -> int:
    """How many live help requests are past a deadline."""
    late = select(func.count()).where(HelpRequest.state.in_(LIVE_STATES), HelpRequest.due_at <= now)
    return session.scalar(late) or 0


def by_code(session: Session, code: str) -> HelpRequest | None:
    """The help request with this short code."""
    return session.scalar(select(HelpRequest).where(HelpRequest.code == code))


@dataclass(frozen=True, slots=True)
class Tracked:
    """What stands on the tracking page. A linked request shows the state of the first one."""

    id: int
    code: str
    state: str
    # `rejected` while it is linked to another, whatever that one's state is.
    own_state: str
    linked: bool
    state_since: datetime
    submitted_at: datetime
    due_at: datetime | None
    urgency: str
    category_name: str
    rough_place: str
    wanted_from: datetime | None
    wanted_to: datetime | None
    volunteers_needed: int
    places_taken: int
    round_no: int
    phone_confirmed: bool
    # Told to the volunteer at the door; shown once one is coming.
    arrival_code: str | None
    reason: str | None
    stars: int | None


def tracked(session: Session, code: str, locale: str) -> Tracked | None:
    """The help request with this code as its resident may see it, in one query for each link."""
    own = session.execute(
        select(HelpRequest, _category_name(locale), Feedback.stars)
        .join(CATEGORY, CATEGORY.c.id == HelpRequest.category_id)
        .outerjoin(
            Feedback,
            and_(Feedback.request_id == HelpRequest.id, Feedback.round_no == HelpRequest.round_no),
        )
        .where(HelpRequest.code == code)
    ).one_or_none()
    if own is None:
        return None
    request, category_name, stars = own
    first = _first_of(session, request)
    linked = first is not request
    coming = not linked and request.state in COMING and request.places_taken > 0
    return Tracked(
        id=request.id,
        code=request.code,
        state=first.state,
        own_state=request.state,
        linked=linked,
        state_since=first.state_since,
        submitted_at=request.submitted_at,
        due_at=first.due_at,
        urgency=request.urgency,
        category_name=category_name,
        rough_place=request.rough_place,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        volunteers_needed=first.volunteers_needed,
        places_taken=first.places_taken,
        round_no=request.round_no,
        phone_confirmed=request.phone_confirmed_at is not None,
        arrival_code=request.arrival_code if coming else None,
        reason=None if linked else request.reason,
        stars=stars,
    )


def _category_name(locale: str) -> ColumnElement[str]:
    own = {"zh_Hant": CATEGORY.c.name_hant, "en": CATEGORY.c.name_en}.get(locale)
    named = CATEGORY.c.name_zh
    return named if own is None else func.coalesce(func.nullif(own, ""), named)


def _first_of(session: Session, request: HelpRequest) -> HelpRequest:
    """Follows the links of duplicates to the one that is worked on."""
    first = request
    for _ in range(MOST_LINKS):
        if first.duplicate_of is None:
            break
        first = session.get_one(HelpRequest, first.duplicate_of)
    return first


def duplicates_of(session: Session, request: HelpRequest) -> list[QueueLine]:
    """Live requests that may be the same: same phone within two days, or near in place and time.

    Near is the same category within about 80 m and 12 hours.
    """
    two_days, half_day = timedelta(days=2), timedelta(hours=12)
    same_phone = and_(
        HelpRequest.phone_lookup == request.phone_lookup,
        HelpRequest.submitted_at.between(
            request.submitted_at - two_days, request.submitted_at + two_days
        ),
    )
    alike = same_phone
    if request.lat is not None and request.lon is not None:
        near = and_(
            HelpRequest.category_id == request.category_id,
            HelpRequest.lat.between(request.lat - 0.0008, request.lat + 0.0008),
            HelpRequest.lon.between(request.lon - 0.0008, request.lon + 0.0008),
            HelpRequest.submitted_at.between(
                request.submitted_at - half_day, request.submitted_at + half_day
            ),
        )
        alike = or_(same_phone, near)
    rows = session.execute(
        select(*QUEUE_COLUMNS)
        .where(
            HelpRequest.id != request.id,
            HelpRequest.state.in_(LIVE_STATES),
            HelpRequest.area_path.startswith("/" + request.area_path.split("/")[1] + "/"),
            alike,
        )
        .order_by(HelpRequest.submitted_at)
        .limit(10)
    )
    return [QueueLine(*row) for row in rows]


def linked_to(session: Session, request_id: int) -> list[int]:
    """Requests that were closed as the same as this one."""
    return list(
        session.scalars(
            select(HelpRequest.id)
            .where(HelpRequest.duplicate_of == request_id)
            .order_by(HelpRequest.id)
        )
    )


def notes_of(session: Session, request_id: int) -> list[RequestNote]:
    """What was written about a help request, oldest first."""
    rows = session.scalars(
        select(RequestNote).where(RequestNote.request_id == request_id).order_by(RequestNote.id)
    )
    return list(rows)


def feedback_of(session: Session, request_id: int) -> list[Feedback]:
    """The ratings of each round."""
    rows = session.scalars(
        select(Feedback).where(Feedback.request_id == request_id).order_by(Feedback.round_no)
    )
    return list(rows)


def last_of_phone(
    session: Session, phone_lookup: str, *, states: Sequence[str]
) -> HelpRequest | None:
    """The newest help request of a phone that stands in one of `states`."""
    return session.scalar(
        select(HelpRequest)
        .where(HelpRequest.phone_lookup == phone_lookup, HelpRequest.state.in_(states))
        .order_by(HelpRequest.id.desc())
        .limit(1)
    )


def due_ids(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Help requests that a tick has to look at, the longest waiting first."""
    rows = session.scalars(
        select(HelpRequest.id)
        .where(HelpRequest.state.in_(LIVE_STATES), HelpRequest.next_action_at <= now)
        .order_by(HelpRequest.next_action_at)
        .limit(limit)
    )
    return list(rows)
