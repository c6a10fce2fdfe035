"""Giving away a shift (换班), to anybody who may take it or to one person."""

from sqlalchemy import select

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import NotFound, Refused, Stale
from app.core.i18n import N_
from app.rotation.models import Rota
from app.rotation.plan.models import Swap
from app.rotation.rules import Span
from app.rotation.states import ShiftState, SwapKind
from app.usecases.duty.plan.change_state import end_swap
from app.usecases.duty.plan.conflicts import check_may_ask
from app.usecases.duty.plan.lock_rota import lock_shift
from app.usecases.duty.swaps.close_swap import WITHDRAWN, close_asks, tell_taker
from app.usecases.duty.swaps.find_cover import open_swap
from app.usecases.duty.swaps.lock_swap import UNSETTLED, lock_swap, open_of


def give_away(context: Context, *, shift_id: int, to: int | None = None) -> int:
    """Offers one's own agreed shift to all who may take it, or to one. Until taken it stays theirs.

    Raises Stale when it has begun or is being given away already. Returns the swap.
    """
    shift, rota = lock_shift(context, shift_id)
    if shift.person_id != context.actor.person_id:
        raise NotFound(N_("没有找到这个班次"))
    if shift.state != ShiftState.AGREED or shift.starts_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    if to == shift.person_id:
        raise Refused(N_("请选另一位志愿者"))
    if open_of(context.session, shift.id) is not None:
        raise Stale(N_("这个班正在找人，请等一等"))
    if to is not None:
        check_may_ask(context.session, rota, Span(to, shift.starts_at, shift.ends_at, shift.layer))
    swap = open_swap(
        context, rota, shift, kind="swap", starts_at=shift.starts_at, ends_at=shift.ends_at, to=to
    )
    return swap.id


def withdraw_swap(context: Context, *, swap_id: int) -> None:
    """Withdraws a swap. By its giver or a coordinator; a move by a coordinator only."""
    swap, rota = lock_swap(context.session, swap_id)
    if swap.kind == SwapKind.MOVE or context.actor.person_id != swap.giver_id:
        context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    if swap.kind == SwapKind.COVER or not end_swap(context, rota, swap, "withdraw"):
        raise Stale(N_("这次换班的状态已经变了"))
    close_asks(context.session, swap, now=context.now, said=WITHDRAWN)


def keep_own(context: Context, *, shift_id: int) -> None:
    """Withdraws the swap of this shift: its person keeps it."""
    shift, _ = lock_shift(context, shift_id)
    swap = open_of(context.session, shift.id)
    if swap is None or swap.giver_id != context.actor.person_id or swap.kind != SwapKind.SWAP:
        raise Stale(N_("这次换班的状态已经变了"))
    withdraw_swap(context, swap_id=swap.id)


def withdraw_swaps(
    context: Context, rota: Rota, *, giver_id: int | None = None, shift_id: int | None = None
) -> None:
    """Ends open swaps of a rota, one giver, one shift or all. The caller has locked the rota.

    People who were asked or already said yes are notified that it is off.
    """
    found = select(Swap).where(Swap.rota_id == rota.id, Swap.state.in_(UNSETTLED))
    if giver_id is not None:
        found = found.where(Swap.giver_id == giver_id)
    if shift_id is not None:
        found = found.where(Swap.shift_id == shift_id)
    for swap in context.session.scalars(found.order_by(Swap.id)).all():
        if end_swap(context, rota, swap, "end"):
            close_asks(context.session, swap, now=context.now, said=WITHDRAWN)
            tell_taker(context, rota, swap, swap.taker_id, "duty_not_yours")
