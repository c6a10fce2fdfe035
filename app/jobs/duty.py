"""Ticks of duty: beginnings and ends, open swaps, and publishing."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import Session
from app.jobs.context import JobContext, each
from app.rotation.emergency.queries import running
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.duty.plan.publish_duty import active_rotas, publish_duty
from app.usecases.duty.shifts.advance_shifts import advance_shift, due_shifts
from app.usecases.duty.shifts.chase_answers import chase_answers, due_askers
from app.usecases.duty.swaps.lock_swap import due_swaps
from app.usecases.duty.swaps.process_swap import process_swap
from app.usecases.duty.views import forecast_coverage
from app.usecases.emergencies.stand_down import process_activation

ACTOR = system("jobs")


def advance_duty(context: JobContext) -> None:
    """Chases answers, asks who is there, escalates, thanks, and looks for cover."""
    with context.look() as session:
        shifts, swaps = due_shifts(session, now=utc_now()), due_swaps(session, now=utc_now())
        askers = due_askers(session, now=utc_now())
    each(context, "questions", askers, _one(context, _answers))
    each(context, "shifts", shifts, _one(context, _shift))
    each(context, "swaps", swaps, _one(context, _swap))


def publish_rotas(context: JobContext) -> None:
    """Makes the shifts of every rota equal to its plan."""
    with context.look() as session:
        ids = active_rotas(session)
    each(context, "rotas", ids, _one(context, _rota))


def notify_gaps(context: JobContext) -> None:
    """Notifies coordinators when nobody is on duty in the coming three days."""
    with context.look() as session:
        ids = active_rotas(session)
    each(context, "gaps", ids, _one(context, _gaps))


def process_activations(context: JobContext) -> None:
    """For running emergencies: asks new offers, fills gaps, ends them when time is up."""
    with context.look() as session:
        ids = running(session)
    each(context, "plans", ids, _one(context, _plan))


def escalate_requests(context: JobContext) -> None:
    """Escalates urgent requests that nobody accepts."""
    with context.look() as session:
        ids = due_escalations(session, now=utc_now())
    each(
        context,
        "escalations",
        ids,
        _one(context, partial(_escalate_one, frozenset(context.channels))),
    )


def _escalate_one(
    channels: frozenset[str], session: Session, request_id: int, now: datetime
) -> None:
    escalate_request(Context(session, ACTOR, now), request_id=request_id, channels=channels)


def _one(
    context: JobContext, work: Callable[[Session, int, datetime], None]
) -> Callable[[int], None]:
    def alone(unit: int) -> None:
        with context.change() as session:
            work(session, unit, utc_now())

    return alone


def _answers(session: Session, person_id: int, now: datetime) -> None:
    chase_answers(Context(session, ACTOR, now), person_id=person_id)


def _shift(session: Session, shift_id: int, now: datetime) -> None:
    advance_shift(Context(session, ACTOR, now), shift_id=shift_id)


def _swap(session: Session, swap_id: int, now: datetime) -> None:
    process_swap(Context(session, ACTOR, now), swap_id=swap_id)


def _gaps(session: Session, rota_id: int, now: datetime) -> None:
    forecast_coverage.notify_gaps(Context(session, ACTOR, now), rota_id=rota_id)


def _rota(session: Session, rota_id: int, now: datetime) -> None:
    publish_duty(Context(session, ACTOR, now), rota_id=rota_id)


def _plan(session: Session, activation_id: int, now: datetime) -> None:
    process_activation(Context(session, ACTOR, now), activation_id=activation_id)
