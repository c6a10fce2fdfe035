"""What happens when a deadline passes. Every check sets a later time for the next one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.context import Context
from app.core.statements import changed
from app.core.urgency import Urgency
from app.dispatch.models import Match, Wave
from app.dispatch.queries import is_waiting, last_wave
from app.dispatch.rules import ACTIVE, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.queries import due_ids
from app.help_requests.rules import LIVE, State, is_overdue
from app.matching.batch_window import HOLD, can_wait
from app.matching.policy import COORDINATOR
from app.matching.time_left import raised_at
from app.trail.chain import record
from app.usecases.dispatch.ask_familiar import ask_familiar
from app.usecases.dispatch.await_pressing import check_when_pressing, wait_for_morning
from app.usecases.dispatch.dispatch_wave import NOBODY, look_again, send_wave
from app.usecases.dispatch.open_wave import BY_NAME
from app.usecases.dispatch.phase_clock import plan_look, skip_standstill
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_of_window import check_at_end, end_window, window_is_over
from app.usecases.requests.escalate_overdue import escalate_overdue
from app.usecases.requests.propose_or_tell import propose_or_tell
from app.usecases.requests.rate_request import close_unrated
from app.usecases.requests.release_missing import release_missing
from app.usecases.requests.watch_arrivals import remind, watch_arrivals
from app.usecases.requests.watch_team import watch_team
from app.usecases.shared.arrivals import check_by
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.match_state import move_match
from app.usecases.shared.open_asks import next_silence
from app.usecases.shared.request_matches import matches_with_people

SHORTEST_LOOK = timedelta(seconds=30)
# Whoever has not come this long after a reminder is replaced.
REPLACED_AFTER = timedelta(minutes=30)
# The batch comes every minute; what it did not take by then is sent alone.
LATEST_BATCH = timedelta(minutes=3)


def due_deadlines(
    session: Session, *, now: datetime, limit: int = 50, urgent_only: bool = False
) -> list[int]:
    """Ids of help requests that are due for a check, the urgent first."""
    return due_ids(session, now=now, limit=limit, urgent_only=urgent_only)


def process_deadline(context: Context, *, request_id: int) -> None:
    """Does what the passed deadline of one help request requires, and sets the next."""
    request = lock_request(context.session, request_id)
    if State(request.state) not in LIVE or (request.next_action_at or context.now) > context.now:
        return
    skip_standstill(context, request)
    # Who need not wait any more is told before anybody counts as late.
    moments = [watch_team(context, request), watch_arrivals(context, request)]
    # Past its window nobody is looked for, but a volunteer may still be at work.
    if not end_window(context, request) or request.state == State.IN_PROGRESS:
        AFTER_DEADLINE[State(request.state)](context, request)
    check_when_pressing(context, request)
    _look_later(context.session, request_id, context.now)
    check_at_end(context.session, request_id, context.now)
    for by in (*moments, next_silence(context.session, request_id, context.now)):
        if by is not None:
            check_by(context.session, request_id, by)
    plan_look(context.session, request_id)


def _look_later(session: Session, request_id: int, now: datetime) -> None:
    """Safety net: never check a request again within seconds, whatever happened above."""
    late = update(HelpRequest).where(
        HelpRequest.id == request_id, HelpRequest.next_action_at <= now
    )
    changed(session, late.values(next_action_at=now + SHORTEST_LOOK))


def _set_next(session: Session, request: HelpRequest, at: datetime, **values: Any) -> None:
    changed(
        session,
        update(HelpRequest)
        .where(HelpRequest.id == request.id, HelpRequest.state == request.state)
        .values(next_action_at=at, **values),
    )
    session.refresh(request)


def _wait_or_escalate(
    context: Context, request: HelpRequest, reason: str, *, look_again: timedelta | None = None
) -> None:
    if is_overdue(request.due_at, context.now):
        escalate_overdue(context, request, reason, look_again=look_again)
    elif request.due_at is not None:
        soon = request.due_at if look_again is None else context.now + look_again
        _set_next(context.session, request, min(soon, request.due_at))


def _after_submitted(context: Context, request: HelpRequest) -> None:
    _wait_or_escalate(context, request, "overdue_verify")


def _after_open(context: Context, request: HelpRequest) -> None:
    if request.place_state == "to_geocode":
        # The geocoding tick is about to answer and sets the time of the next check itself.
        _wait_or_escalate(context, request, "needs_pin")
    elif request.lat is None:
        _wait_or_escalate(context, request, "needs_pin")
    elif wait_for_morning(context, request) or ask_familiar(context, request):
        return
    elif request.auto_dispatch and _is_held(request, context.now):
        _set_next(context.session, request, request.state_since + HOLD + LATEST_BATCH)
    elif request.auto_dispatch:
        send_wave(context, request_id=request.id)
    else:
        soon = propose_or_tell(context, request)
        _wait_or_escalate(context, request, "overdue_dispatch", look_again=soon)


def _is_held(request: HelpRequest, now: datetime) -> bool:
    """Whether to leave it to the batch; a batch that does not come must not hold it for ever."""
    return (
        can_wait(request.urgency, request.wanted_from, now)
        and now < request.state_since + HOLD + LATEST_BATCH
    )


def _after_reopened(context: Context, request: HelpRequest) -> None:
    _wait_or_escalate(context, request, "overdue_dispatch")


def _after_matching(context: Context, request: HelpRequest) -> None:
    _expire(context, request)
    wave = last_wave(context.session, request.id, request.round_no)
    if wave is None and not request.auto_dispatch:
        _wait_or_escalate(context, request, "overdue_dispatch")
    elif wave is not None and _is_theirs(context.session, wave, context.now):
        _set_next(context.session, request, wave.deadline_at)
    elif not wait_for_morning(context, request) and not ask_familiar(context, request):
        in_vain = request.attention == NOBODY
        sent = send_wave(context, request_id=request.id)
        if in_vain and sent.audience == COORDINATOR:
            _raise_in_time(context, request)


def _raise_in_time(context: Context, request: HelpRequest) -> None:
    """Raises a request that nobody takes; the more time is left, the later."""
    soon = look_again(request, context.now)
    urgent = request.urgency == Urgency.URGENT
    wanted_from = None if urgent else request.wanted_from
    at = raised_at(request.state_since, wanted_from, request.escalation)
    if context.now >= at:
        escalate_overdue(context, request, NOBODY, look_again=soon)
    else:
        _set_next(context.session, request, min(at, context.now + soon))


def _is_theirs(session: Session, wave: Wave, now: datetime) -> bool:
    """Whether people chosen by name may still answer; nobody else is asked meanwhile."""
    runs = wave.audience in BY_NAME and wave.ended_at is None and wave.deadline_at > now
    return runs and is_waiting(session, wave.id)


def _expire(context: Context, request: HelpRequest) -> None:
    rows = context.session.scalars(
        select(Match)
        .where(
            Match.request_id == request.id,
            Match.state == MatchState.SENT,
            Match.deadline_at <= context.now,
        )
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    ).all()
    for match in rows:
        move_match(context, request, match, "expire", reason=EndReason.DEADLINE)


def _after_assigned(context: Context, request: HelpRequest) -> None:
    """Assigned or in progress: reminds the volunteers first, then replaces them or escalates."""
    if not is_overdue(request.due_at, context.now):
        if request.due_at is not None:
            _set_next(context.session, request, request.due_at)
        return
    late = "overdue_arrive" if request.state == State.ASSIGNED else "overdue_finish"
    reminded = _remind_volunteers(context, request, late)
    # Nobody is replaced who has not been reminded of this deadline before.
    missing = request.state == State.ASSIGNED and request.escalation > 0 and not reminded
    if missing and release_missing(context, request):
        if request.auto_dispatch and not window_is_over(request, context.now):
            _after_matching(context, request)
        return
    # At night the next alarm waits for the morning; whoever does not come is replaced before.
    soon = REPLACED_AFTER if request.state == State.ASSIGNED else None
    escalate_overdue(context, request, late, look_again=soon)


def _after_in_progress(context: Context, request: HelpRequest) -> None:
    """Somebody is served, and others may be looked for: both have their deadlines."""
    # The search must not postpone the deadline of what is served, nor the other way round.
    moments = [request.next_action_at]
    _after_assigned(context, request)
    moments.append(request.next_action_at)
    free = request.places_taken < request.volunteers_needed
    if free and not window_is_over(request, context.now):
        _after_matching(context, request)
        moments.append(request.next_action_at)
    later = [one for one in moments if one and one > context.now]
    if later:
        _set_next(context.session, request, min(later))


def _remind_volunteers(context: Context, request: HelpRequest, reason: str) -> bool:
    """Reminds each volunteer once of this deadline; returns whether anybody was reminded now."""
    reminded = False
    for match, person in matches_with_people(context.session, request, ACTIVE):
        reminded |= remind(context, request, match, person, reason, request.due_at)
    return reminded


def _after_finished(context: Context, request: HelpRequest) -> None:
    """Asks for a rating once more, then closes: rating is optional."""
    category = context.session.get_one(Category, request.category_id)
    again = timedelta(minutes=category.feedback_minutes)
    if not is_overdue(request.due_at, context.now):
        _set_next(context.session, request, request.due_at or context.now + again)
    elif request.escalation == 0:
        notify_resident(
            context.session,
            request,
            "request_finished_rate",
            now=context.now,
            occurrence=f"again:{request.round_no}",
        )
        _set_next(
            context.session, request, context.now + again, due_at=context.now + again, escalation=1
        )
        record(
            context,
            kind="help_request.feedback_asked",
            subject=("help_request", request.id),
            area_path=request.area_path,
            request_id=request.id,
        )
    else:
        close_unrated(context, request_id=request.id)


AFTER_DEADLINE: dict[State, Callable[[Context, HelpRequest], None]] = {
    State.SUBMITTED: _after_submitted,
    State.OPEN: _after_open,
    State.REOPENED: _after_reopened,
    State.MATCHING: _after_matching,
    State.ASSIGNED: _after_assigned,
    State.IN_PROGRESS: _after_in_progress,
    State.FINISHED: _after_finished,
}
