"""Escalates an urgent request that nobody accepts, step by step, up to the coordinators.

It runs from the moment when the request is pressing, in every state in which it needs somebody,
beside the waves, which ask too. While somebody is in danger it runs whoever has accepted and
whatever time was wished, until a coordinator says that there is no danger. After the last step it
repeats, one staffed area further up each time, until enough people accept or a coordinator acts.
Each turn ends with a conditional UPDATE, so a kill or a second scheduler neither repeats nor loses
one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import insert_once
from app.core.urgency import Urgency
from app.dispatch.escalation_policy import COORDINATOR, EscalationStep, read_escalation_policy
from app.dispatch.models import Escalation
from app.dispatch.rules import ESCALATION_LIFE, EscalationState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import LEAD, URGENT_EVERY, pressing_from
from app.help_requests.rules import CANCELLABLE, LOOKED_FOR, State, wants_volunteers
from app.rotation.models import Rota, Shift
from app.rotation.queries import came_on_duty
from app.rotation.states import ShiftState
from app.usecases.dispatch.escalation_state import move_escalation, restart_at, take_turn_of
from app.usecases.dispatch.notify_escalation_step import notify_again, notify_escalation_step
from app.usecases.shared.acknowledged import acknowledged_until
from app.usecases.shared.lock_request import lock_request

# States in which a request with an open place waits for somebody to come.
SEARCHED = (*LOOKED_FOR, State.SUBMITTED)
# An address is looked up within seconds; then the volunteers on duty can be asked.
LOCATING = timedelta(seconds=60)


def _is_needed(now: datetime) -> ColumnElement[bool]:
    """Whether a request is pressing and still needs somebody, or somebody is in danger."""
    searched = and_(
        HelpRequest.state.in_(SEARCHED),
        HelpRequest.places_taken < HelpRequest.volunteers_needed,
        or_(HelpRequest.wanted_from.is_(None), HelpRequest.wanted_from <= now + LEAD),
        or_(HelpRequest.place_state != "to_geocode", HelpRequest.submitted_at <= now - LOCATING),
    )
    in_danger = and_(
        HelpRequest.attention == Attention.DANGER, HelpRequest.state.in_(sorted(CANCELLABLE))
    )
    return and_(HelpRequest.urgency == Urgency.URGENT, or_(searched, in_danger))


RUNS = and_(
    Escalation.request_id == HelpRequest.id,
    Escalation.round_no == HelpRequest.round_no,
    Escalation.state == EscalationState.RUNNING,
)


# Volunteers can be asked at last, see `is_blocked`.
UNBLOCKED = and_(
    Escalation.blocked,
    HelpRequest.state != State.SUBMITTED,
    HelpRequest.lat.is_not(None),
    or_(
        func.coalesce(HelpRequest.attention, "") != Attention.DANGER,
        and_(
            HelpRequest.state.in_(LOOKED_FOR),
            HelpRequest.places_taken < HelpRequest.volunteers_needed,
            HelpRequest.wanted_from.is_(None),
        ),
    ),
)


def _somebody_came(now: datetime) -> ColumnElement[bool]:
    """Whether somebody came on duty since the last look."""
    return exists().where(
        Shift.rota_id == Rota.id,
        Rota.active,
        HelpRequest.area_path.startswith(Rota.area_path),
        Shift.state == ShiftState.AGREED,
        Shift.starts_at <= now,
        Shift.ends_at > now,
        or_(Shift.starts_at > Escalation.looked_at, Shift.agreed_at > Escalation.looked_at),
    )


def due_escalations(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Ids of pressing requests without a running escalation, and of those with a turn to take."""
    fresh = session.scalars(
        select(HelpRequest.id)
        .where(_is_needed(now), ~exists().where(RUNS))
        .order_by(HelpRequest.state_since, HelpRequest.id)
        .limit(limit)
    ).all()
    due = session.scalars(
        select(HelpRequest.id)
        .join(Escalation, RUNS)
        .where(or_(Escalation.next_at <= now, UNBLOCKED, _somebody_came(now)))
        .order_by(Escalation.next_at, HelpRequest.id)
        .limit(limit)
    ).all()
    # An escalation of an earlier round is over with it.
    left = session.scalars(
        select(Escalation.request_id)
        .join(HelpRequest, HelpRequest.id == Escalation.request_id)
        .where(
            Escalation.state == EscalationState.RUNNING,
            Escalation.round_no < HelpRequest.round_no,
            Escalation.next_at <= now,
        )
        .order_by(Escalation.next_at, Escalation.request_id)
        .limit(limit)
    ).all()
    return list(dict.fromkeys((*fresh, *due, *left)))


def escalate_request(context: Context, *, request_id: int, channels: Collection[str]) -> None:
    """Takes the next turn of a request's escalation, if due, over the available `channels`."""
    request = lock_request(context.session, request_id)
    found = _last(context.session, request)
    needed = context.session.scalar(
        select(exists().where(HelpRequest.id == request.id, _is_needed(context.now)))
    )
    if not needed:
        _end(context, request, found)
        return
    if found is None or found.state != EscalationState.RUNNING:
        found = _begin(context, request, found)
    _look(context, request, found)
    if found.next_at <= context.now:
        _take_turn(context, request, found, channels)


def restart_escalation(context: Context, request: HelpRequest) -> None:
    """Begins at the first step now. The caller has locked or changed the request."""
    found = _begin(context, request, _last(context.session, request))
    _restart(context, request, found, context.now, level=0)


def _last(session: Session, request: HelpRequest) -> Escalation | None:
    """The escalation of this round; else one that is left of an earlier round."""
    return session.scalar(
        select(Escalation)
        .where(Escalation.request_id == request.id)
        .order_by(Escalation.round_no.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _begin(context: Context, request: HelpRequest, found: Escalation | None) -> Escalation:
    """The escalation of this round at its first step."""
    waits_since = request.state_since
    if request.state == State.MATCHING and request.matching_since is not None:
        waits_since = request.matching_since
    began_at = pressing_from(request.wanted_from, waits_since)
    if request.attention == Attention.DANGER:
        began_at = min(began_at, context.now)
    if found is None or found.round_no != request.round_no:
        move_escalation(context.session, "end", Escalation.request_id == request.id)
        insert_once(
            context.session,
            Escalation,
            request_id=request.id,
            round_no=request.round_no,
            began_at=began_at,
            step=0,
            turns=0,
            level=0,
            blocked=False,
            next_at=began_at,
            state=EscalationState.RUNNING,
        )
        found = _last(context.session, request)
        assert found is not None
    _restart(context, request, found, began_at, level=0)
    found.looked_at = context.now
    context.session.flush()
    return found


def _restart(
    context: Context, request: HelpRequest, found: Escalation, at: datetime, *, level: int
) -> None:
    blocked = is_blocked(request)
    restart_at(context.session, found, at, level=level, blocked=blocked)


def is_blocked(request: HelpRequest) -> bool:
    """Whether only a coordinator can move it on: it is not verified, or its place is unknown.

    Also if somebody is in danger whose order is at another stage: no place of it is open, or it
    was wanted for a certain time. Those on duty are told of it rather than asked to accept it.
    """
    if request.state == State.SUBMITTED or request.lat is None:
        return True
    return request.attention == Attention.DANGER and not (
        wants_volunteers(request.state, request.places_taken, request.volunteers_needed)
        and request.wanted_from is None
    )


def _look(context: Context, request: HelpRequest, found: Escalation) -> None:
    """Begins another pass if volunteers can be asked at last, or somebody came on duty."""
    since = found.looked_at or found.began_at
    came = came_on_duty(context.session, request.area_path, since, context.now)
    if found.blocked != is_blocked(request) or (since < context.now and came):
        _restart(context, request, found, context.now, level=found.level)
    found.looked_at = context.now
    context.session.flush()


def _take_turn(
    context: Context, request: HelpRequest, found: Escalation, channels: Collection[str]
) -> None:
    """Takes steps until somebody is notified; repeats those taken while no step is due."""
    category = context.session.get_one(Category, request.category_id)
    policy = read_escalation_policy(category.escalation_policy)
    heard = acknowledged_until(context.session, request.id, context.now)
    due = found.step < len(policy) and _step_at(found) <= context.now
    told = 0 if due else _repeat(context, request, found, policy, channels, heard)
    while not told and found.step < len(policy):
        # A step with nobody in it is passed at once.
        told = _take_step(context, request, found, policy, channels, heard)


def _step_at(found: Escalation) -> datetime:
    return found.step_at or found.next_at


def _take_step(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    policy: tuple[EscalationStep, ...],
    channels: Collection[str],
    heard: datetime | None,
) -> int:
    """Takes the next step; returns how many it reached, one if a coordinator looks after it."""
    number, step = found.step, policy[found.step]
    level = found.level
    if step.who == COORDINATOR and heard is not None:
        told, skipped = 1, list[str]()
    else:
        if step.who == COORDINATOR:
            before = sum(one.who == COORDINATOR for one in policy[:number])
            level = max(level, before + 1)
        # In a later pass the coordinators of all levels reached before are notified again.
        levels = range(found.level, level) or range(level)
        told, skipped = notify_escalation_step(
            context, request, found, step, channels, levels=levels
        )
    after = policy[number + 1].after_s - step.after_s if number + 1 < len(policy) else 0
    began = min(_step_at(found), context.now) if told else context.now
    step_at = began + timedelta(seconds=after if told else 0)
    latest = context.now + URGENT_EVERY
    values: dict[str, object] = {
        "step": number + 1,
        "step_at": step_at,
        "next_at": min(step_at, latest) if number + 1 < len(policy) else heard or latest,
        "level": level,
    }
    details = {"step": number, "who": step.who, "notified": told, "skipped": skipped}
    take_turn_of(context, request, found, "turn", values, kind="escalation.step", **details)
    return told


def _repeat(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    policy: tuple[EscalationStep, ...],
    channels: Collection[str],
    heard: datetime | None,
) -> int:
    """Notifies everybody of the steps taken again; after the last step, one area further up.

    Returns how many it reached, one if a coordinator looks after it.
    """
    rest = found.step < len(policy)
    if heard is not None:
        found.next_at = min(heard, _step_at(found)) if rest else heard
        context.session.flush()
        return 1
    level = found.level if rest else found.level + 1
    told = notify_again(context, request, found, policy[: found.step], channels, level=level)
    latest = context.now + URGENT_EVERY
    values: dict[str, object] = {
        "next_at": min(latest, _step_at(found)) if rest else latest,
        "level": level,
    }
    take_turn_of(context, request, found, "turn", values, kind="escalation.again", notified=told)
    return told


def _end(context: Context, request: HelpRequest, found: Escalation | None) -> None:
    """Ends a running escalation: enough said yes, or the request is no longer pressing."""
    if found is None or found.state != EscalationState.RUNNING:
        return
    full = request.places_taken >= request.volunteers_needed
    action = "answer" if full else "end"
    kind = f"escalation.{ESCALATION_LIFE.target(action)}"
    take_turn_of(context, request, found, action, {}, kind=kind, step=found.step)
