"""Who accepted one of several places and does not come, while others are looked for or served."""

from datetime import datetime, timedelta

from app.core.context import Context
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import TAKEABLE
from app.people.models import Person
from app.usecases.messages.notify import notify_volunteer
from app.usecases.requests.release_missing import release
from app.usecases.shared.acknowledged import acknowledged_until
from app.usecases.shared.arrivals import arrival_due
from app.usecases.shared.request_matches import matches_with_people
from app.usecases.shared.team_state import waits_for_team

# An assigned request has a deadline of its own for all of its volunteers.
WATCHED = TAKEABLE
# From the reminder until somebody else is looked for.
GRACE = {
    Urgency.URGENT: timedelta(minutes=10),
    Urgency.ORDINARY: timedelta(minutes=30),
    Urgency.PLANNED: timedelta(minutes=30),
}


def watch_arrivals(context: Context, request: HelpRequest) -> datetime | None:
    """Reminds each volunteer who is late, then frees the place. Returns when to check again.

    The caller has locked the request. Nobody loses a place while a coordinator looks after it, or
    while the team must wait for somebody who is missing.
    """
    if request.state not in WATCHED or waits_for_team(context.session, request):
        return None
    moments, missing = [], []
    heard = acknowledged_until(context.session, request.id, context.now)
    for match, person in matches_with_people(context.session, request, {MatchState.ACCEPTED}):
        due = arrival_due(context.session, request, match)
        until = max(due + GRACE[Urgency(request.urgency)], heard or due)
        if context.now < due:
            moments.append(due)
        elif (
            remind(context, request, match, person, "overdue_arrive", due) and context.now >= until
        ):
            moments.append(context.now + GRACE[Urgency(request.urgency)])
        elif context.now < until:
            moments.append(until)
        else:
            missing.append((match, person))
    release(context, request, missing)
    return min(moments, default=None)


def remind(
    context: Context,
    request: HelpRequest,
    match: Match,
    person: Person,
    reason: str,
    due: datetime | None,
) -> bool:
    """Reminds a volunteer once of a deadline that has passed; whether that was now."""
    deadline = 0 if due is None else int(due.timestamp())
    reach = notify_volunteer(
        context.session,
        match,
        person,
        "match_reminder",
        now=context.now,
        occurrence=f"{reason}:{deadline}",
        urgent=True,
    )
    return bool(reach)
