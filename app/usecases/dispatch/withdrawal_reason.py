"""Why a coordinator takes a match back: the volunteer never came, or a reason of the house."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import is_overdue
from app.usecases.shared.arrivals import arrival_due
from app.usecases.shared.team_state import waits_for_team

NOT_THERE_YET = (MatchState.ACCEPTED, MatchState.ON_THE_WAY)


def withdrawal_reason(
    session: Session, request: HelpRequest, match: Match, *, now: datetime
) -> EndReason:
    """`NO_SHOW` once the category's time to arrive has passed without an arrival.

    Who waits for the others of the team has not failed to come.
    """
    waits = match.state not in NOT_THERE_YET or match.accepted_at is None or match.waits
    if waits or waits_for_team(session, request):
        return EndReason.COORDINATOR
    late = arrival_due(session, request, match)
    return EndReason.NO_SHOW if is_overdue(late, now) else EndReason.COORDINATOR
