"""Whether an ask in the outbox still waits for an answer: do not ask those who answered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State

ASKS = frozenset({"match_asked", "urgent_again", "call_match"})
LOOKING = (State.OPEN, State.MATCHING)


def still_asked(session: Session, template: str, subject: str) -> bool:
    """True for all but asks of a match; for those while a late yes would still be accepted."""
    kind, _, number = subject.partition(":")
    if template not in ASKS or kind != "match":
        return True
    row = session.execute(
        select(Match.state, Match.end_reason, HelpRequest.state)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.id == int(number))
    ).first()
    if row is None:
        return False
    state, why, of_request = row
    late = state == MatchState.EXPIRED and why == EndReason.DEADLINE and of_request in LOOKING
    return state == MatchState.SENT or late
