"""The end of an emergency: shifts end, everybody is thanked once, a report is stored.

Also what a tick does for a running one: asks new offers, fills shifts, says who is missing, ends it
after 72 hours.
"""

from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.rotation.emergency.models import Activation
from app.rotation.emergency.queries import answers_of
from app.rotation.emergency.report import Served, make_report
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.moves import ACTIVATION_LIFE
from app.rotation.plan.models import FixedTurn
from app.rotation.rules import Span
from app.rotation.states import ActivationState, DutyAskState, ShiftEnd, ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.change_state import change_asks, change_shift
from app.usecases.duty.plan.leave_duty import cut_short
from app.usecases.duty.plan.lock_rota import LIVE, lock_rota
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.emergencies.call_for_procedure import call_next
from app.usecases.emergencies.fill_procedure import fill_plan, periods_of
from app.usecases.emergencies.manage_procedures import record_activation
from app.usecases.emergencies.raise_missing import raise_missing
from app.usecases.messages.notify import notify_person
from app.usecases.shared.people import people_of


def stand_down(context: Context, *, activation_id: int) -> None:
    """Ends a running emergency. Raises Stale for one that is over."""
    activation = context.session.get(Activation, activation_id)
    if activation is None:
        raise NotFound(N_("没有找到这次应急"))
    context.actor.needs(RoleName.COORDINATOR, activation.area_path)
    if not _end(context, activation):
        raise Stale(ACTIVATION_LIFE.stale)


def process_activation(context: Context, *, activation_id: int) -> None:
    """One tick's check of a running emergency. Idempotent across parallel ticks."""
    activation = context.session.get_one(Activation, activation_id)
    rota = lock_rota(context.session, activation.rota_id)
    context.session.refresh(activation)
    if activation.state != ActivationState.RUNNING:
        return
    if context.now >= activation.until:
        _end(context, activation)
        return
    call_next(context, activation)
    fill_plan(context, activation, rota)
    raise_missing(context, activation, rota)


def _end(context: Context, activation: Activation) -> bool:
    rota = lock_rota(context.session, activation.rota_id)
    if not _move(context, activation, "end"):
        return False
    report = _report(context.session, activation, rota, context.now)
    withdraw_swaps(context, rota)
    _end_shifts(context, rota)
    _thank(context.session, activation, context.now)
    activation.report = report
    rota.active = False
    context.session.flush()
    record_activation(
        context,
        activation,
        "plan.stood_down",
        came=report["came"],
        minutes=report["served_minutes"],
    )
    return True


def _move(context: Context, activation: Activation, action: str) -> bool:
    """The only writer of the states of activations: one conditional UPDATE."""
    still = update(Activation).where(
        Activation.id == activation.id, Activation.state.in_(ACTIVATION_LIFE.sources(action))
    )
    target = ACTIVATION_LIFE.target(action)
    ended = {"ended_at": context.now, "ended_by": context.actor.person_id}
    if not changed(context.session, still.values(state=target, **ended)):
        return False
    context.session.refresh(activation)
    return True


def _end_shifts(context: Context, rota: Rota) -> None:
    """Ends running shifts now and cancels those to come. The thanks notify everybody."""
    turns = update(FixedTurn).where(FixedTurn.rota_id == rota.id, FixedTurn.ended_at.is_(None))
    changed(context.session, turns.values(ended_at=context.now))
    rows = context.session.scalars(
        select(Shift)
        .where(Shift.rota_id == rota.id, Shift.state.in_(LIVE), Shift.ends_at > context.now)
        .order_by(Shift.id)
        .execution_options(populate_existing=True)
    ).all()
    for shift in rows:
        if shift.starts_at < context.now and shift.state == ShiftState.AGREED:
            cut_short(context, rota, shift, context.now, ShiftEnd.STOOD_DOWN)
        else:
            change_shift(context, rota, shift, "cancel", end_reason=ShiftEnd.STOOD_DOWN)
    close_questions(context.session, [one.id for one in rows], "over", context.now)


def _thank(session: Session, activation: Activation, now: datetime) -> None:
    """Thanks everybody who said yes; closes the questions of those who did not answer."""
    asked = DutyAsk.activation_id == activation.id
    yes = session.scalars(
        select(DutyAsk.person_id).where(asked, DutyAsk.state == DutyAskState.YES)
    ).all()
    for person in people_of(session, yes).values():
        subject = f"activation:{activation.id}"
        notify_person(session, person, "plan_thanks", subject=subject, now=now)
    change_asks(session, "over", now, asked)


def _report(
    session: Session, activation: Activation, rota: Rota, now: datetime
) -> dict[str, object]:
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id, Shift.state == ShiftState.AGREED, Shift.starts_at < now
        )
    )
    served = [
        Served(Span(one.person_id, one.starts_at, one.ends_at, one.layer), one.checked_in_at)
        for one in rows
    ]
    people = sorted({one.span.person_id for one in served})
    requests = _finished(activation, now)
    return make_report(
        answers_of(session, activation.id),
        served,
        periods_of(session, activation, rota),
        people=activation.people,
        until=now,
        requests=session.scalar(requests) or 0,
        requests_by_them=session.scalar(requests.where(Match.person_id.in_(people))) or 0,
    )


def _finished(activation: Activation, now: datetime) -> Select[int]:
    """Counts help requests of the area that were served meanwhile."""
    return (
        select(func.count(Match.request_id.distinct()))
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            HelpRequest.area_path.startswith(activation.area_path),
            Match.finished_at >= activation.started_at,
            Match.finished_at < now,
        )
    )
