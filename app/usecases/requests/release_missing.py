"""Somebody accepted, was reminded, and still has not come: the search begins again."""

from collections.abc import Sequence

from app.core.attention import Attention
from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.time_left import is_over
from app.people.models import Person
from app.usecases.dispatch.take_place import follow_freed_place
from app.usecases.messages.notify import notify_resident, notify_volunteer
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.acknowledged import acknowledged_until
from app.usecases.shared.match_state import move_match
from app.usecases.shared.request_matches import matches_with_people


def release_missing(context: Context, request: HelpRequest) -> int:
    """Frees places of people who accepted and did nothing since; notifies them and the resident.

    Those who said that they are on the way or have arrived keep the place. Returns how many. The
    caller has locked the request. Nobody is released while a coordinator looks after it.
    """
    if acknowledged_until(context.session, request.id, context.now) is not None:
        return 0
    rows = matches_with_people(context.session, request, {MatchState.ACCEPTED})
    release(context, request, rows)
    return len(rows)


def release(context: Context, request: HelpRequest, rows: Sequence[tuple[Match, Person]]) -> None:
    """Frees the places of these volunteers; tells them, and the resident if the search goes on.

    A request that a coordinator fills by hand is nobody else's to notice.
    """
    for match, person in rows:
        _release(context, request, match, person)
    if rows and not is_over(request.urgency, request.wanted_to, context.now):
        notify_resident(
            context.session,
            request,
            "request_searched_again",
            now=context.now,
            occurrence=f"missing:{rows[0][0].id}:{rows[0][0].version}",
        )
    if rows and State(request.state) in (State.OPEN, State.REOPENED):
        notify_coordinators(
            context.session,
            request,
            reason=Attention.CANNOT_COME,
            now=context.now,
            occurrence=f"missing:{rows[0][0].id}:{rows[0][0].version}",
        )


def _release(context: Context, request: HelpRequest, match: Match, person: Person) -> None:
    move_match(context, request, match, "withdraw", reason=EndReason.NO_SHOW, line="released")
    follow_freed_place(context, request, reason=EndReason.NO_SHOW)
    notify_volunteer(
        context.session,
        match,
        person,
        "match_withdrawn",
        now=context.now,
        occurrence=f"missing:{match.version}",
        urgent=True,
    )
