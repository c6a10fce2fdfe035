"""A coordinator gives a shift to somebody else, or puts it on another day.

Whoever shall come is asked first, also about the new day of their own shift. Who agreed to it stays
on duty until the other one says yes, and then both are told; unless they cannot come.
"""

from datetime import datetime

from sqlalchemy import select

from app.core.context import Context
from app.core.errors import Refused, Stale
from app.core.i18n import N_
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.overrides import ADD
from app.rotation.states import ShiftOrigin, ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.leave_duty import let_back, take_off
from app.usecases.duty.plan.lock_rota import LIVE, lock_shift
from app.usecases.duty.plan.override_duty import override_duty
from app.usecases.duty.swaps.find_cover import open_of, open_swap
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.duty.swaps.pool_cover import who_may


def move_shift(
    context: Context,
    *,
    shift_id: int,
    person_id: int | None = None,
    starts_at: datetime | None = None,
    cannot: bool = False,
) -> None:
    """To another person, to another beginning (UTC), or both. What runs can only change hands.

    `cannot`: its person cannot come, so that they are off at once. Raises Stale when the shift is
    over, Refused when nothing would change or the other one has no time or no rest.
    """
    shift, rota = lock_shift(context, shift_id)
    context.actor.needs("coordinator", rota.area_path)
    if shift.state not in LIVE or shift.ends_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    if shift.origin == ShiftOrigin.FLEX:
        raise Refused(N_("这是志愿者自己报的时间，只能由本人改"))
    begun, by_id = shift.starts_at <= context.now, person_id or shift.person_id
    if (
        starts_at is not None
        and starts_at != shift.starts_at
        and (begun or starts_at <= context.now)
    ):
        raise Refused(N_("班次只能改到将来，已经开始的不能改时间"))
    since = context.now if begun else starts_at or shift.starts_at
    same_time = since in (shift.starts_at, context.now)
    if by_id == shift.person_id and same_time:
        raise Refused(N_("没有改动"))
    if same_time and shift.state == ShiftState.AGREED and not cannot:
        _ask_first(context, rota, shift, by_id, since)
    else:
        _replace(context, rota, shift, by_id, since)


def _ask_first(context: Context, rota: Rota, shift: Shift, by_id: int, since: datetime) -> None:
    """The other one is asked; until they say yes it stays with its person."""
    going = open_of(context.session, shift.id)
    if going is not None and going.state == SwapState.TAKEN:
        raise Refused(N_("这个班已经有人愿意接，请先在换班里决定"))
    # Whoever wants to be rid of it hears what becomes of that.
    kind = "swap" if going is not None and going.kind == SwapKind.SWAP else "move"
    withdraw_swaps(context, rota, shift_id=shift.id)
    let_back(context.session, rota, by_id, starts_at=since, ends_at=shift.ends_at, now=context.now)
    made = open_swap(
        context, rota, shift, kind=kind, starts_at=since, ends_at=shift.ends_at, to=by_id
    )
    made.needs_approval = False
    context.session.flush()
    asked = context.session.scalar(select(DutyAsk.id).where(DutyAsk.swap_id == made.id).limit(1))
    if asked is None and not who_may(context.session, rota, made, now=context.now):
        raise Refused(N_("这位志愿者那段时间没有空、已有班，或者休息不够，请换一位"))


def _replace(context: Context, rota: Rota, shift: Shift, by_id: int, since: datetime) -> None:
    """It is taken off its person at once, and asked for anew."""
    begun, layer = shift.starts_at <= context.now, shift.layer
    until = shift.ends_at if begun else since + (shift.ends_at - shift.starts_at)
    withdraw_swaps(context, rota, shift_id=shift.id)
    take_off(context, rota, shift, since=max(shift.starts_at, context.now))
    close_questions(context.session, [shift.id], "over", context.now)
    override_duty(
        context, rota_id=rota.id, kind=ADD, layer=layer, by_id=by_id, starts_at=since, ends_at=until
    )
