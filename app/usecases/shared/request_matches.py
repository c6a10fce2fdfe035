"""The matches of a help request with their volunteers, and the end of its wave."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match, Wave
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person


def matches_with_people(
    session: Session, request: HelpRequest, states: Collection[MatchState]
) -> list[tuple[Match, Person]]:
    """Matches of the present round in any of these states, with their volunteers, oldest first."""
    rows = session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state.in_(sorted(states)),
        )
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    )
    return [(match, person) for match, person in rows]


def close_wave(context: Context, request: HelpRequest) -> None:
    """Ends the wave that runs, if one does."""
    runs = update(Wave).where(Wave.request_id == request.id, Wave.ended_at.is_(None))
    changed(context.session, runs.values(ended_at=context.now))
