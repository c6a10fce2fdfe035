"""Reads of help requests. Lists select plain columns; nothing is decrypted that is not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.help_requests.models import Feedback, HelpRequest, RequestNote
from app.help_requests.rules import LIVE, State

PAGE = 50
LIVE_STATES = tuple(sorted(LIVE))


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of the board's queue: no name, no phone, no address, no need."""

    id: int
    code: str
    state: str
    urgency: str
    category_id: int
    area_id: int
    rough_place: str
    place_state: str
    lat: float | None
    lon: float | None
    submitted_at: datetime
    state_since: datetime
    due_at: datetime | None
    wanted_from: datetime | None
    wanted_to: datetime | None
    volunteers_needed: int
    places_taken: int
    escalation: int
    attention: str | None
    source: str


QUEUE_COLUMNS = tuple(getattr(HelpRequest, name) for name in QueueLine.__dataclass_fields__)
URGENCY_ORDER = case({"urgent": 0, "ordinary": 1}, value=HelpRequest.urgency, else_=2)


def _within(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(HelpRequest.area_path.startswith(path) for path in paths))


def _filtered(paths: Sequence[str], state: str | None, overdue_at: datetime | None) -> Select[Any]:
    states = (state,) if state else LIVE_STATES
    chosen = select(*QUEUE_COLUMNS).where(HelpRequest.state.in_(states), _within(paths))
    return chosen.where(HelpRequest.due_at <= overdue_at) if overdue_at else chosen


def queue(
    session: Session,
    paths: Sequence[str],
    *,
    state: str | None = None,
    overdue_at: datetime | None = None,
    limit: int = PAGE,
    offset: int = 0,
) -> list[QueueLine]:
    """Live help requests of these areas, the oldest urgent first."""
    if not paths:
        return []
    rows = session.execute(
        _filtered(paths, state, overdue_at)
        .order_by(URGENCY_ORDER, HelpRequest.submitted_at, HelpRequest.id)
        .limit(limit)
        .offset(offset)
    )
    return [QueueLine(*row) for row in rows]


def counts(session: Session, paths: Sequence[str], now: datetime) -> dict[str, int]:
    """How many live help requests stand in each state, and how many are `overdue`."""
    if not paths:
        return {}
    late = func.sum(case((HelpRequest.due_at <= now, 1), else_=0))
    rows = session.execute(
        select(HelpRequest.state, func.count(), late)
        .where(HelpRequest.state.in_(LIVE_STATES), _within(paths))
        .group_by(HelpRequest.state)
    ).all()
    found = {state: number for state, number, _ in rows}
    return {**found, "overdue": sum(int(overdue or 0) for _, _, overdue in rows)}


def board_stamp(session: Session, paths: Sequence[str]) -> str:
    """Changes whenever a live help request of these areas does; cheap, for an ETag."""
    if not paths:
        return "0"
    row = session.execute(
        select(func.count(), func.sum(HelpRequest.version), func.max(HelpRequest.id)).where(
            HelpRequest.state.in_(LIVE_STATES), _within(paths)
        )
    ).one()
    return "-".join(str(value or 0) for value in row)


def by_code(session: Session, code: str) -> HelpRequest | None:
    """The help request with this short code."""
    return session.scalar(select(HelpRequest).where(HelpRequest.code == code))


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


def pins(session: Session, paths: Sequence[str], *, limit: int = 300) -> list[QueueLine]:
    """Live help requests with a place, for the map."""
    if not paths:
        return []
    rows = session.execute(
        _filtered(paths, None, None)
        .where(HelpRequest.lat.is_not(None), HelpRequest.state != State.FINISHED)
        .order_by(URGENCY_ORDER, HelpRequest.submitted_at)
        .limit(limit)
    )
    return [QueueLine(*row) for row in rows]
