"""Duty (轮值): a coordinator offers a shift, the volunteer agrees. Nobody is ever put on duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import PLAN, Rota, Shift
from app.rotation.plan.models import FixedTurn
from app.rotation.rules import Span
from app.rotation.states import ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.leave_duty import leave_duty, let_back, take_off
from app.usecases.duty.plan.lock_rota import lock_rota, lock_shift
from app.usecases.duty.plan.notify_duty import record_shift
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.rest_rules import check_rest
from app.usecases.duty.swaps.find_cover import cover_for
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Turn:
    """One fixed shift: who, when (UTC, half-open), in which layer."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int = 1


def offer_shift(
    context: Context,
    *,
    rota_id: int,
    person_id: int,
    starts_at: datetime,
    ends_at: datetime,
    layer: int,
) -> None:
    """Asks somebody to be on duty for a period. It counts only once they agree."""
    turn = Turn(person_id, starts_at, ends_at, layer)
    offer_shifts(context, rota_id=rota_id, turns=(turn,))


def offer_shifts(context: Context, *, rota_id: int, turns: tuple[Turn, ...]) -> None:
    """Plans fixed shifts and asks their people, each of whom is told once.

    Raises Stale when one of them was planned before, Invalid for one in the past or too long.
    """
    rota = lock_rota(context.session, rota_id)
    context.actor.needs("coordinator", rota.area_path)
    for turn in turns:
        _plan(context, rota, turn)
    publish_duty(context, rota_id=rota.id)


def _plan(context: Context, rota: Rota, turn: Turn) -> None:
    person = context.session.get(Person, turn.person_id)
    if person is None:
        raise NotFound(N_("没有找到轮值表或志愿者"))
    if person.state != PersonState.ACTIVE:
        raise Refused(N_("这位志愿者现在不能接单"))
    if not turn.starts_at < turn.ends_at <= turn.starts_at + LONGEST or turn.ends_at <= context.now:
        raise Invalid({"ends_at": N_("班次要在将来，最长 24 小时")})
    fresh = insert_once(
        context.session,
        FixedTurn,
        rota_id=rota.id,
        layer=turn.layer,
        person_id=person.id,
        starts_at=turn.starts_at,
        ends_at=turn.ends_at,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    if not fresh:
        raise Stale(N_("这个班次已经问过这位志愿者了"))
    times = {"starts_at": turn.starts_at, "ends_at": turn.ends_at}
    let_back(context.session, rota, person.id, **times, now=context.now)


def agree_to_shift(context: Context, *, shift_id: int) -> None:
    """The volunteer says yes to a shift. Only they can. Refused without rest before or after."""
    shift, rota = lock_shift(context, shift_id)
    if shift.person_id != context.actor.person_id:
        raise Refused(N_("值班要本人同意"))
    span = Span(shift.person_id, shift.starts_at, shift.ends_at, shift.layer)
    check_rest(context.session, rota, span, except_id=shift.id)
    still = update(Shift).where(Shift.id == shift.id, Shift.state == ShiftState.OFFERED)
    if not changed(context.session, still.values(state=ShiftState.AGREED, agreed_at=context.now)):
        raise Stale(N_("这个班次的状态已经变了"))
    context.session.refresh(shift)
    close_questions(context.session, [shift.id], "yes", context.now)
    record_shift(context, rota, shift, "shift.agreed")


def cancel_shift(context: Context, *, shift_id: int) -> None:
    """The volunteer cannot, or the coordinator takes it back.

    For a shift that the volunteer had agreed to, somebody else is looked for at once.
    """
    shift, rota = lock_shift(context, shift_id)
    own, agreed = shift.person_id == context.actor.person_id, shift.state == ShiftState.AGREED
    if shift.state not in (ShiftState.OFFERED, ShiftState.AGREED) or shift.ends_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    since, until = max(shift.starts_at, context.now), shift.ends_at
    if not own:
        withdraw_swaps(context, rota, shift_id=shift.id)
    (leave_duty if own else take_off)(context, rota, shift, since=since)
    close_questions(context.session, [shift.id], "no" if own else "over", context.now)
    publish_duty(context, rota_id=rota.id)
    # In an emergency whoever else said yes fills in.
    if own and agreed and rota.purpose != PLAN:
        cover_for(context, rota, shift, starts_at=since, ends_at=until)
