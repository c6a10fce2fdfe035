"""Duty (轮值): a coordinator offers a shift, the volunteer agrees. Only agreed duty counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.people.models import Person
from app.rotation.models import PLAN, Rota
from app.rotation.plan.models import FixedTurn
from app.rotation.rules import Span
from app.rotation.states import ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.change_state import change_shift
from app.usecases.duty.plan.conflicts import check_may_ask, check_own_yes, check_planned
from app.usecases.duty.plan.leave_duty import leave_duty, let_back, take_off
from app.usecases.duty.plan.lock_rota import lock_rota, lock_shift
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.find_cover import cover_for
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.shared.lock_people import lock_people

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
    """Plans fixed shifts and asks their people, with one message each.

    Raises Stale when one of them was planned before, Invalid for one in the past or too long.
    """
    lock_people(context.session, [one.person_id for one in turns])
    rota = lock_rota(context.session, rota_id)
    context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    for turn in turns:
        _plan(context, rota, turn)
    publish_duty(context, rota_id=rota.id)
    for turn in turns:
        check_planned(context, rota, Span(turn.person_id, turn.starts_at, turn.ends_at, turn.layer))


def _plan(context: Context, rota: Rota, turn: Turn) -> None:
    person = context.session.get(Person, turn.person_id)
    if person is None:
        raise NotFound(N_("没有找到轮值表或志愿者"))
    if not turn.starts_at < turn.ends_at <= turn.starts_at + LONGEST or turn.ends_at <= context.now:
        raise Invalid({"ends_at": N_("班次要在将来，最长 24 小时")})
    times = {"starts_at": turn.starts_at, "ends_at": turn.ends_at}
    back = let_back(context, rota, person.id, **times)
    start = max(turn.starts_at, context.now)
    check_may_ask(context.session, rota, Span(person.id, start, turn.ends_at, turn.layer))
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
    if not fresh and not back:
        raise Stale(N_("这个班次已经问过这位志愿者了"))


def agree_to_shift(context: Context, *, shift_id: int) -> None:
    """The volunteer agrees to a shift. Only they can. Refused when anything speaks against it."""
    lock_people(context.session, [context.actor.person_id])
    shift, rota = lock_shift(context, shift_id)
    if shift.person_id != context.actor.person_id:
        raise Refused(N_("值班要本人同意"))
    if shift.state != ShiftState.OFFERED or shift.ends_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    start = max(shift.starts_at, context.now)
    span = Span(shift.person_id, start, shift.ends_at, shift.layer)
    check_own_yes(context.session, rota, span, except_id=shift.id)
    if not change_shift(context, rota, shift, "agree", agreed_at=context.now):
        raise Stale(N_("这个班次的状态已经变了"))
    close_questions(context.session, [shift.id], "yes", context.now)


def cancel_shift(context: Context, *, shift_id: int) -> None:
    """Cancels a shift: the volunteer cannot, or the coordinator takes it back.

    When it is the volunteer who cannot, somebody else is asked at once.
    """
    shift, rota = lock_shift(context, shift_id)
    own = shift.person_id == context.actor.person_id
    if shift.state not in (ShiftState.OFFERED, ShiftState.AGREED) or shift.ends_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    since, until = max(shift.starts_at, context.now), shift.ends_at
    if not own:
        withdraw_swaps(context, rota, shift_id=shift.id)
    (leave_duty if own else take_off)(context, rota, shift, since=since)
    close_questions(context.session, [shift.id], "no" if own else "over", context.now)
    publish_duty(context, rota_id=rota.id)
    # In an emergency, others who said yes fill in.
    if own and rota.purpose != PLAN:
        cover_for(context, rota, shift, starts_at=since, ends_at=until)
