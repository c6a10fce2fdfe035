"""Giving a shift away (换班), to all who may take it or to one. Until taken it stays theirs."""

from sqlalchemy import select, update

from app.core.context import Context
from app.core.errors import NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.models import Rota
from app.rotation.plan.models import Swap
from app.rotation.states import ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.lock_rota import lock_shift
from app.usecases.duty.plan.notify_duty import record_swap
from app.usecases.duty.swaps.find_cover import close_asks, lock_swap, open_of, open_swap

OPEN = (SwapState.OPEN, SwapState.TAKEN)


def give_away(context: Context, *, shift_id: int, to: int | None = None) -> int:
    """Offers the own agreed shift to all who may take it, or to one. Until taken it stays theirs.

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
    swap = open_swap(
        context, rota, shift, kind="swap", starts_at=shift.starts_at, ends_at=shift.ends_at, to=to
    )
    return swap.id


def withdraw_swap(context: Context, *, swap_id: int) -> None:
    """Whoever is on duty keeps the shift after all: it is theirs to say, or who wanted it moved."""
    swap, rota = lock_swap(context.session, swap_id)
    if swap.kind == SwapKind.MOVE or context.actor.person_id != swap.giver_id:
        context.actor.needs("coordinator", rota.area_path)
    stays = Swap.kind.in_((SwapKind.SWAP, SwapKind.MOVE))
    still = update(Swap).where(Swap.id == swap.id, Swap.state == SwapState.OPEN, stays)
    if not changed(
        context.session,
        still.values(state=SwapState.WITHDRAWN, settled_at=context.now, next_at=None),
    ):
        raise Stale(N_("这次换班的状态已经变了"))
    context.session.refresh(swap)
    close_asks(context.session, swap, now=context.now)
    record_swap(context, rota, swap, "swap.withdrawn")


def keep_own(context: Context, *, shift_id: int) -> None:
    """The same by the shift: its person keeps it after all."""
    shift, _ = lock_shift(context, shift_id)
    swap = open_of(context.session, shift.id)
    if swap is None or swap.giver_id != context.actor.person_id or swap.kind != SwapKind.SWAP:
        raise Stale(N_("这次换班的状态已经变了"))
    withdraw_swap(context, swap_id=swap.id)


def withdraw_swaps(
    context: Context, rota: Rota, *, giver_id: int | None = None, shift_id: int | None = None
) -> None:
    """Ends what is open in a rota, of one giver, one shift or all. The caller holds the rota."""
    found = select(Swap).where(Swap.rota_id == rota.id, Swap.state.in_(OPEN))
    if giver_id is not None:
        found = found.where(Swap.giver_id == giver_id)
    if shift_id is not None:
        found = found.where(Swap.shift_id == shift_id)
    for swap in context.session.scalars(found.order_by(Swap.id)).all():
        still = update(Swap).where(Swap.id == swap.id, Swap.state.in_(OPEN))
        if changed(
            context.session,
            still.values(state=SwapState.WITHDRAWN, settled_at=context.now, next_at=None),
        ):
            context.session.refresh(swap)
            close_asks(context.session, swap, now=context.now)
            record_swap(context, rota, swap, "swap.withdrawn")
