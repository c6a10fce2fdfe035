"""Why a coordinator takes a match back: the volunteer never came, or a reason of the house."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State, due_at, is_overdue
from app.usecases.shared.request_state import deadlines_of

NOT_THERE_YET = (MatchState.ACCEPTED, MatchState.ON_THE_WAY)


def withdrawal_reason(
    session: Session, request: HelpRequest, match: Match, *, now: datetime
) -> EndReason:
    """`NO_SHOW` once the category's time to arrive has passed without an arrival."""
    if match.state not in NOT_THERE_YET or match.accepted_at is None:
        return EndReason.COORDINATOR
    late = due_at(
        State.ASSIGNED,
        deadlines_of(session.get_one(Category, request.category_id)),
        since=match.accepted_at,
        wanted_from=request.wanted_from,
    )
    return EndReason.NO_SHOW if is_overdue(late, now) else EndReason.COORDINATOR
