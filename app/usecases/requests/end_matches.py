"""Ends the matches of a help request that is over, and notifies their volunteers."""

from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.people.models import Person
from app.usecases.messages.notify import notify_volunteer
from app.usecases.shared.match_state import move_match
from app.usecases.shared.request_matches import close_wave, matches_with_people


def end_matches(
    context: Context,
    request: HelpRequest,
    *,
    reason: EndReason,
    states: frozenset[MatchState] = WAITING | ACTIVE,
) -> int:
    """Withdraws every open match of the locked request; notifies those asked or accepted."""
    rows = matches_with_people(context.session, request, states)
    for match, person in rows:
        _end_one(context, request, match, person, reason)
    close_wave(context, request)
    return len(rows)


def _end_one(
    context: Context, request: HelpRequest, match: Match, person: Person, reason: EndReason
) -> None:
    before = match.state
    move_match(context, request, match, "withdraw", reason=reason)
    if before == MatchState.PROPOSED:
        return
    notify_volunteer(
        context.session,
        match,
        person,
        "match_request_cancelled" if request.state == State.CANCELLED else "match_withdrawn",
        now=context.now,
        occurrence=f"{reason}:{match.version}",
        urgent=before in ACTIVE,
    )
