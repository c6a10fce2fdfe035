"""Ticks of duty: what begins and ends, shifts given away, and publishing what comes nearer."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import Session
from app.jobs.context import House, each
from app.rotation.emergency.queries import running
from app.usecases.dispatch.escalate_urgent import escalate_request, to_climb
from app.usecases.duty.plan.publish_duty import active_rotas, publish_duty
from app.usecases.duty.shifts.advance_shifts import advance_shift, due_shifts
from app.usecases.duty.swaps.find_cover import due_swaps, process_swap
from app.usecases.duty.views import forecast_coverage
from app.usecases.emergencies.stand_down import process_activation

ACTOR = system("jobs")


def keep_duty(house: House) -> None:
    """Asks who is there, raises, thanks, and looks for cover."""
    with house.look() as session:
        shifts, swaps = due_shifts(session, now=utc_now()), due_swaps(session, now=utc_now())
    each(house, "shifts", shifts, _one(house, _shift))
    each(house, "swaps", swaps, _one(house, _swap))


def publish_rotas(house: House) -> None:
    """Makes the shifts of every rota equal to its plan."""
    with house.look() as session:
        ids = active_rotas(session)
    each(house, "rotas", ids, _one(house, _rota))


def notify_gaps(house: House) -> None:
    """Tells coordinators when nobody is on duty in the coming three days."""
    with house.look() as session:
        ids = active_rotas(session)
    each(house, "gaps", ids, _one(house, _gaps))


def keep_plans(house: House) -> None:
    """Emergencies that run: whoever offered meanwhile is asked, gaps are filled, time runs out."""
    with house.look() as session:
        ids = running(session)
    each(house, "plans", ids, _one(house, _plan))


def climb_ladders(house: House) -> None:
    """Urgent requests that nobody accepts: the next ones are called."""
    with house.look() as session:
        ids = to_climb(session, now=utc_now())
    each(house, "ladders", ids, _one(house, partial(_climb, frozenset(house.channels))))


def _climb(channels: frozenset[str], session: Session, request_id: int, now: datetime) -> None:
    escalate_request(Context(session, ACTOR, now), request_id=request_id, channels=channels)


def _one(house: House, work: Callable[[Session, int, datetime], None]) -> Callable[[int], None]:
    def alone(unit: int) -> None:
        with house.change() as session:
            work(session, unit, utc_now())

    return alone


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
