"""A team that is not whole in time: tells whoever accepted, the resident and the coordinators.

First that somebody is missing, then, when the time has come, that nobody sets out. The search goes
on until the end of the window.
"""

from datetime import datetime

from app.core.attention import Attention
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.help_requests.rules import TAKEABLE, State
from app.help_requests.teams import TeamNotice, notice_due, short_from
from app.matching.time_left import is_over
from app.trail.chain import record
from app.usecases.dispatch.tell_team import NOTICES, OFF, tell_free, tell_team
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.team_state import (
    forget_notice,
    set_notice,
    team_times,
    waits_for_team,
)

RESIDENT = {TeamNotice.SHORT: "request_team_short", TeamNotice.HOLD: "request_team_hold"}
LINES = {TeamNotice.SHORT: "help_request.team_short", TeamNotice.HOLD: "help_request.team_hold"}


def watch_team(context: Context, request: HelpRequest) -> datetime | None:
    """Tells what is due by now, each once. Returns when to check again.

    The caller has locked the request.
    """
    nobody = not request.places_taken and request.team_notice is None
    if request.state not in TAKEABLE or nobody:
        return None
    times = team_times(context.session, request)
    if is_over(request.urgency, _window_end(request, times), context.now):
        if request.state == State.REOPENED:
            call_team_off(context, request)
        return None
    if not waits_for_team(context.session, request):
        tell_free(context, request)
        return None
    if times is None:
        if request.team_notice is not None:
            # Everybody who was told has given up.
            forget_notice(context.session, request)
        return None
    due = notice_due(context.now, *times)
    if due is not None and request.team_notice not in (due, TeamNotice.HOLD):
        _tell_all(context, request, due)
    later = [one for one in (short_from(*times), times[1]) if one > context.now]
    return min(later, default=None)


def _window_end(request: HelpRequest, times: tuple[datetime, datetime] | None) -> datetime | None:
    """The end of the window for a team with these times.

    A coordinator may assign people to a reopened request whose wished time was over before.
    """
    old = times is not None and request.wanted_to is not None and request.wanted_to <= times[0]
    return None if old and request.state == State.REOPENED else request.wanted_to


def _tell_all(context: Context, request: HelpRequest, notice: TeamNotice) -> None:
    missing = request.volunteers_needed - request.places_taken
    occurrence = f"team_{notice}:{int(context.now.timestamp())}"
    attention = request.attention or str(Attention.TEAM_SHORT)
    set_notice(context.session, request, team_notice=str(notice), attention=attention)
    tell_team(context, request, NOTICES[notice])
    notify_resident(
        context.session,
        request,
        RESIDENT[notice],
        now=context.now,
        occurrence=occurrence,
        missing=missing,
    )
    notify_coordinators(
        context.session,
        request,
        reason=Attention.TEAM_SHORT,
        now=context.now,
        occurrence=occurrence,
    )
    record(
        context,
        kind=LINES[notice],
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"missing": missing},
    )


def call_team_off(context: Context, request: HelpRequest) -> None:
    """The window is over: who accepted is told once not to go, if the team was not whole."""
    told = request.team_notice == TeamNotice.OFF
    if request.places_taken and not told and waits_for_team(context.session, request):
        set_notice(context.session, request, team_notice=str(TeamNotice.OFF))
        tell_team(context, request, OFF)
