"""Ends the matches of a help request that is over, and notifies their volunteers."""

from sqlalchemy import select, update

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.messages.notify import notify_person
from app.usecases.shared.match_state import move_match


def end_matches(
    context: Context, request: HelpRequest, *, reason: EndReason, at_work: bool = True
) -> int:
    """Withdraws every open match of the locked request; notifies those asked or accepted.

    With `at_work` False those who have arrived go on.
    """
    states = WAITING | ACTIVE if at_work else (WAITING | ACTIVE) - {MatchState.ARRIVED}
    rows = context.session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state.in_(sorted(states)))
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    ).all()
    for match, person in rows:
        _end_one(context, request, match, person, reason)
    close = update(Wave).where(Wave.request_id == request.id, Wave.ended_at.is_(None))
    changed(context.session, close.values(ended_at=context.now))
    return len(rows)


def _end_one(
    context: Context, request: HelpRequest, match: Match, person: Person, reason: EndReason
) -> None:
    before = match.state
    move_match(context, request, match, "withdraw", reason=reason)
    if before == MatchState.PROPOSED:
        return
    notify_person(
        context.session,
        person,
        "match_request_cancelled",
        subject=f"match:{match.id}",
        now=context.now,
        occurrence=f"{reason}:{match.version}",
        request_id=request.id,
        urgent=before in ACTIVE,
        number=match.reply_number,
    )
