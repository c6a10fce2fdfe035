"""The wished time of a request is over and nobody came: asks stop, the resident is asked."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused
from app.core.i18n import N_
from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.dispatch.models import Match
from app.dispatch.rules import WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.help_requests.rules import TAKEABLE, State, due_at, wants_volunteers
from app.help_requests.teams import TeamNotice
from app.matching.time_left import is_over
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.another_question import question_of
from app.usecases.requests.follow_change import follow_change
from app.usecases.requests.place_request import errors_of_period
from app.usecases.requests.watch_team import call_team_off
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.match_state import move_match
from app.usecases.shared.place_state import fit_places, leave_open_places
from app.usecases.shared.request_matches import close_wave
from app.usecases.shared.request_state import deadlines_of, keep_danger

# How often a request whose time is over is checked, and coordinators are reminded of it.
CHECK_AGAIN = timedelta(minutes=30)
REMIND_AGAIN = timedelta(hours=12)


def window_is_over(request: HelpRequest, now: datetime) -> bool:
    """Whether places of a request are still free after its wished time."""
    wants = wants_volunteers(request.state, request.places_taken, request.volunteers_needed)
    return wants and is_over(request.urgency, request.wanted_to, now)


def may_choose_new_time(request: HelpRequest, now: datetime) -> bool:
    """Whether its resident may choose another time; not while a volunteer is still at work.

    The time is over, or it has come and the team is not whole.
    """
    held = request.team_notice == TeamNotice.HOLD and request.state in TAKEABLE
    return (held or window_is_over(request, now)) and request.state != State.IN_PROGRESS


def end_window(context: Context, request: HelpRequest) -> bool:
    """Does what the end of the window requires, and returns whether it is over.

    Nobody is asked for a past time any more. The resident is asked whether the help is still
    wanted and when; the coordinators are notified, and again every twelve hours. The caller has
    locked the request.
    """
    if not window_is_over(request, context.now) or request.wanted_to is None:
        if request.attention == Attention.WINDOW_OVER:
            _set(context.session, request, attention=None)
        return False
    first = request.attention not in (Attention.WINDOW_OVER, Attention.DANGER)
    if first:
        _stop_asking(context, request)
        call_team_off(context, request)
        record(
            context,
            kind="help_request.window_over",
            subject=("help_request", request.id),
            area_path=request.area_path,
            request_id=request.id,
        )
    if request.places_taken == 0:
        # Not twice for the same window.
        notify_resident(
            context.session,
            request,
            "request_window_over",
            now=context.now,
            occurrence=request.wanted_to.isoformat(),
        )
    elif request.state != State.IN_PROGRESS:
        notify_resident(
            context.session,
            request,
            "request_short_over",
            now=context.now,
            occurrence=request.wanted_to.isoformat(),
            missing=request.volunteers_needed - request.places_taken,
        )
    values: dict[str, object] = {"attention": Attention.WINDOW_OVER}
    last = request.escalated_at
    if first or last is None or last <= context.now - REMIND_AGAIN:
        notify_coordinators(
            context.session,
            request,
            reason=Attention.WINDOW_OVER,
            now=context.now,
            occurrence=f"window_over:{int(context.now.timestamp())}",
        )
        values |= {"escalated_at": context.now, "version": HelpRequest.version + 1}
    _set(context.session, request, next_action_at=context.now + CHECK_AGAIN, **values)
    return True


def _set(session: Session, request: HelpRequest, **values: object) -> None:
    keep_danger(request, values, State(request.state))
    changed(session, update(HelpRequest).where(HelpRequest.id == request.id).values(**values))
    session.refresh(request)


def _stop_asking(context: Context, request: HelpRequest) -> None:
    rows = context.session.scalars(
        select(Match)
        .where(Match.request_id == request.id, Match.state.in_(sorted(WAITING)))
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    ).all()
    for match in rows:
        action = "expire" if match.state == MatchState.SENT else "withdraw"
        move_match(context, request, match, action, reason=EndReason.WINDOW_OVER)
    close_wave(context, request)


def check_at_end(session: Session, request_id: int, now: datetime) -> None:
    """Makes sure that a request is checked when its window ends, if not before."""
    late = update(HelpRequest).where(
        HelpRequest.id == request_id,
        HelpRequest.state.in_(sorted(TAKEABLE)),
        HelpRequest.places_taken < HelpRequest.volunteers_needed,
        HelpRequest.wanted_to > now,
        HelpRequest.next_action_at > HelpRequest.wanted_to,
    )
    changed(session, late.values(next_action_at=HelpRequest.wanted_to))


def choose_new_time(
    context: Context, *, code: str, wanted_from: datetime | None, wanted_to: datetime | None
) -> HelpRequest:
    """The resident still wants help, at another time: restarts the search.

    Those who were asked for the old time may be asked again; those who accepted are told and keep
    their places. Raises Refused while neither the old time is over nor a team is short at its time,
    or while a volunteer is at work; Invalid for a time that cannot be.
    """
    found = by_code(context.session, code)
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    request = lock_request(context.session, found.id)
    if not may_choose_new_time(request, context.now):
        raise Refused(N_("这张单现在不用另选时间，有事请打电话给服务点"))
    errors = errors_of_period(wanted_from, wanted_to, context.now)
    if errors:
        raise Invalid(errors)
    # Perhaps no check has come since the old time was over.
    _stop_asking(context, request)
    deadlines = deadlines_of(context.session.get_one(Category, request.category_id))
    before = question_of(request)
    anew = request.places_taken == 0
    if anew:
        leave_open_places(context, request)
    _set(
        context.session,
        request,
        wanted_from=wanted_from,
        wanted_to=wanted_to,
        state_since=context.now,
        round_no=HelpRequest.round_no + (1 if anew else 0),
        attention=None,
        team_notice=None,
        escalation=0,
        matching_since=None,
        due_at=due_at(request.state, deadlines, since=context.now, wanted_from=wanted_from),
        next_action_at=context.now,
        version=HelpRequest.version + 1,
    )
    fit_places(context, request, request.volunteers_needed)
    wake(context.session, Topic.REQUESTS)
    record(
        context,
        kind="help_request.new_time",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"fields": ["wanted_from", "wanted_to"]},
    )
    follow_change(context, request, ["wanted_from", "wanted_to"], before=before)
    return request
