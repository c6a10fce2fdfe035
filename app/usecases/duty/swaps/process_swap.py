"""The next step of a due swap: more people, a reminder to approve, or its end."""

from typing import Any

from app.core.attention import DutyAttention
from app.core.context import Context
from app.rotation.cover import approval_until
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import SwapKind, SwapState
from app.usecases.duty.plan.change_state import change_asks, change_swap, end_swap
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators
from app.usecases.duty.swaps.close_swap import NOBODY, fail_swap, round_of, tell_taker
from app.usecases.duty.swaps.find_cover import ask_more_cover
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.duty.swaps.lock_swap import UNSETTLED, is_planned_away, lock_swap
from app.usecases.duty.swaps.settle_swap import settle_swap, taker_conflicts
from app.usecases.shared.lock_people import lock_people

# Everybody may be asked, and a new yes has a reminder of its own.
AGAIN: dict[str, Any] = {"taker_id": None, "to_id": None, "reminded_at": None}


def process_swap(context: Context, *, swap_id: int) -> None:
    """Asks a few more; a swap not approved in time leaves the shift with its giver."""
    found = context.session.get(Swap, swap_id)
    lock_people(context.session, [found.taker_id if found else None])
    swap, rota = lock_swap(context.session, swap_id)
    shift = context.session.get_one(Shift, swap.shift_id, populate_existing=True)
    if swap.state in UNSETTLED and is_planned_away(swap, shift):
        withdraw_swaps(context, rota, shift_id=shift.id)
        return
    if swap.next_at is None or swap.next_at > context.now:
        return
    if swap.state == SwapState.OPEN:
        ask_more_cover(context, rota, swap)
    elif swap.state != SwapState.TAKEN:
        return
    elif swap.kind == SwapKind.COVER:
        _giver_is_off(context, rota, swap)
    else:
        _not_approved_yet(context, rota, swap)


def _giver_is_off(context: Context, rota: Rota, swap: Swap) -> None:
    """The giver cannot come at all: the taker stands in, without waiting for approval."""
    shift = context.session.get_one(Shift, swap.shift_id)
    if taker_conflicts(context, rota, swap):
        reopen_swap(context, rota, swap)
        return
    if end_swap(context, rota, swap, "approve"):
        settle_swap(context, rota, swap)
        notify_duty_coordinators(
            context.session,
            rota,
            shift,
            DutyAttention.TAKER_CAME,
            now=context.now,
            about=round_of(swap),
        )


def reopen_swap(context: Context, rota: Rota, swap: Swap) -> None:
    """The taker cannot come after all: notifies them and the coordinators, and asks others.

    The caller has locked the rota.
    """
    taker_id = swap.taker_id
    if not change_swap(
        context, rota, swap, "reopen", kind="swap.declined", **AGAIN, next_at=context.now
    ):
        return
    change_asks(
        context.session,
        "no",
        context.now,
        DutyAsk.swap_id == swap.id,
        DutyAsk.person_id == (taker_id or 0),
    )
    if context.actor.person_id != taker_id:
        tell_taker(context, rota, swap, taker_id, "duty_not_yours")
    notify_duty_coordinators(
        context.session,
        rota,
        context.session.get_one(Shift, swap.shift_id),
        DutyAttention.TAKER_CANNOT,
        now=context.now,
        about=round_of(swap),
    )
    ask_more_cover(context, rota, swap)


def _not_approved_yet(context: Context, rota: Rota, swap: Swap) -> None:
    """Reminds the coordinators once; then the shift stays with its giver."""
    shift = context.session.get_one(Shift, swap.shift_id)
    if swap.reminded_at is not None or context.now >= swap.starts_at:
        fail_swap(context, rota, swap, said=NOBODY)
        return
    notify_duty_coordinators(
        context.session,
        rota,
        shift,
        DutyAttention.APPROVAL_DUE,
        now=context.now,
        about=round_of(swap),
    )
    swap.reminded_at = context.now
    swap.next_at = max(context.now, approval_until(swap.starts_at, swap.taken_at or context.now))
    context.session.flush()
