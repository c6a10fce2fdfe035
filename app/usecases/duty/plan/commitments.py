"""What people have agreed to at a time: duty, swaps that wait for approval, tasks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE
from app.help_requests.models import HelpRequest
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.rotation.rules import Span
from app.rotation.states import ShiftOrigin, ShiftState, SwapState

# How long a task takes when nobody said when it ends.
ASSUMED_TASK = timedelta(hours=1)
Spans = dict[int, list[Span]]


def duties_of(
    session: Session,
    people: Sequence[int],
    start: datetime,
    end: datetime,
    *,
    except_id: int | None = None,
) -> Spans:
    """What each person agreed to in any rota in [start, end), except shift `except_id`."""
    rows = session.scalars(
        select(Shift).where(
            Shift.person_id.in_(people),
            Shift.state == ShiftState.AGREED,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    )
    found: Spans = {}
    for one in rows:
        if one.id != except_id and one.origin != ShiftOrigin.FLEX:
            span = Span(one.person_id, one.starts_at, one.ends_at, one.layer)
            found.setdefault(one.person_id, []).append(span)
    return found


def taken_by(
    session: Session,
    people: Sequence[int],
    start: datetime,
    end: datetime,
    *,
    except_swap: int | None = None,
) -> Spans:
    """What each person said yes to in [start, end) and a coordinator has yet to approve."""
    rows = session.scalars(
        select(Swap).where(
            Swap.taker_id.in_(people),
            Swap.state == SwapState.TAKEN,
            Swap.starts_at < end,
            Swap.ends_at > start,
        )
    )
    found: Spans = {}
    for one in rows:
        if one.id != except_swap and one.taker_id is not None:
            span = Span(one.taker_id, one.starts_at, one.ends_at, one.layer)
            found.setdefault(one.taker_id, []).append(span)
    return found


def tasks_of(session: Session, people: Sequence[int], start: datetime, end: datetime) -> Spans:
    """The accepted tasks of each person in [start, end).

    A task without a wished time begins when it was accepted.
    """
    begins = func.coalesce(HelpRequest.wanted_from, Match.accepted_at, Match.made_at)
    rows = session.execute(
        select(
            Match.person_id,
            HelpRequest.wanted_from,
            HelpRequest.wanted_to,
            func.coalesce(Match.accepted_at, Match.made_at),
        )
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.person_id.in_(people), Match.state.in_(ACTIVE), begins < end)
    )
    found: Spans = {}
    for person_id, wanted_from, wanted_to, accepted_at in rows:
        since = wanted_from or accepted_at
        until = wanted_to or since + ASSUMED_TASK
        if since < until and until > start:
            found.setdefault(person_id, []).append(Span(person_id, since, until))
    return found
