"""When a volunteer who has accepted is to arrive, and the check of it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State, due_at
from app.usecases.shared.request_state import deadlines_of


def arrival_due(session: Session, request: HelpRequest, match: Match) -> datetime:
    """When this volunteer is overdue: the category's minutes after the yes or the wished time.

    Of those who come together nobody is awaited before they were told that they may go.
    """
    deadlines = deadlines_of(session.get_one(Category, request.category_id))
    since = awaited_since(match)
    due = due_at(State.ASSIGNED, deadlines, since=since, wanted_from=request.wanted_from)
    assert due is not None  # Assigned requests always have a deadline.
    return due


def awaited_since(match: Match) -> datetime:
    """Since when whoever accepted could know that they are awaited."""
    yes = match.accepted_at or match.made_at
    return max(yes, match.arrival_from or yes)


def check_arrivals(session: Session, request: HelpRequest) -> None:
    """Makes sure that a request is checked when the first who has accepted is to arrive."""
    accepted = session.scalars(
        select(Match).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state == MatchState.ACCEPTED,
        )
    )
    due = [arrival_due(session, request, one) for one in accepted]
    if due:
        check_by(session, request.id, min(due))


def check_by(session: Session, request_id: int, at: datetime) -> None:
    """Makes sure that a request is checked at this moment, if not before."""
    later = update(HelpRequest).where(HelpRequest.id == request_id, HelpRequest.next_action_at > at)
    changed(session, later.values(next_action_at=at))
