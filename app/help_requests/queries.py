"""Reads of help requests. Lists select plain columns and decrypt only what is shown."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.core.urgency import Urgency
from app.help_requests.board import LIVE_STATES, QUEUE_COLUMNS, QueueLine
from app.help_requests.models import Feedback, HelpRequest, RequestNote
from app.help_requests.rules import URGENCY_RANK


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


def linked_to(session: Session, request_id: int) -> list[int]:
    """Requests that were closed as duplicates of this one."""
    return list(
        session.scalars(
            select(HelpRequest.id)
            .where(HelpRequest.duplicate_of == request_id)
            .order_by(HelpRequest.id)
        )
    )


def notes_of(session: Session, request_id: int) -> list[RequestNote]:
    """Notes about a help request, oldest first."""
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
    session: Session, phone_lookup: str, *, states: Sequence[str], attention: str | None = None
) -> HelpRequest | None:
    """The newest help request of a phone that stands in one of `states`, with this attention."""
    alike = [] if attention is None else [HelpRequest.attention == attention]
    return session.scalar(
        select(HelpRequest)
        .where(HelpRequest.phone_lookup == phone_lookup, HelpRequest.state.in_(states), *alike)
        .order_by(HelpRequest.id.desc())
        .limit(1)
    )


# Urgent requests come before all others in every queue.
URGENT_FIRST = case(URGENCY_RANK, value=HelpRequest.urgency, else_=len(URGENCY_RANK))


def due_ids(session: Session, *, now: datetime, limit: int, urgent_only: bool = False) -> list[int]:
    """Help requests that a job must check: urgent first, then the longest waiting."""
    due = select(HelpRequest.id).where(
        HelpRequest.state.in_(LIVE_STATES), HelpRequest.next_action_at <= now
    )
    if urgent_only:
        due = due.where(HelpRequest.urgency == Urgency.URGENT)
    order = due.order_by(URGENT_FIRST, HelpRequest.next_action_at, HelpRequest.id)
    return list(session.scalars(order.limit(limit)))


def count_live(session: Session) -> dict[str, int]:
    """How many help requests are in each state that is not an end."""
    rows = session.execute(
        select(HelpRequest.state, func.count())
        .where(HelpRequest.state.in_(LIVE_STATES))
        .group_by(HelpRequest.state)
    )
    return {row[0]: row[1] for row in rows}


def count_overdue(session: Session, *, now: datetime) -> int:
    """How many live help requests are past their deadline."""
    late = select(func.count()).where(HelpRequest.state.in_(LIVE_STATES), HelpRequest.due_at <= now)
    return session.scalar(late) or 0
