"""Taking over a shift: the first yes wins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.attention import DutyAttention
from app.core.context import Context
from app.core.errors import NotFound, Stale
from app.core.i18n import N_
from app.rotation.cover import approval_until
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.rules import Span
from app.rotation.states import DutyAskState, SwapKind, SwapState
from app.usecases.duty.plan.change_state import change_asks, change_swap
from app.usecases.duty.plan.conflicts import check_own_yes
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, record_swap
from app.usecases.duty.plan.swap_hours import hours_asked
from app.usecases.duty.swaps.close_swap import (
    NOBODY,
    TAKEN,
    close_asks,
    fail_swap,
    round_of,
    tell_giver,
    tell_taker,
)
from app.usecases.duty.swaps.find_cover import ask_more_cover
from app.usecases.duty.swaps.lock_swap import lock_swap
from app.usecases.duty.swaps.process_swap import reopen_swap
from app.usecases.duty.swaps.settle_swap import SHIFT_OVER, has_ended, settle_swap
from app.usecases.shared.lock_people import lock_people


def take_shift(context: Context, *, swap_id: int) -> None:
    """Somebody who was asked says yes. Raises Stale when another was first.

    Refused when anything speaks against it by now (`conflicts`).
    """
    lock_people(context.session, [context.actor.person_id])
    swap, rota = lock_swap(context.session, swap_id)
    ask = _own_ask(context.session, context.actor, swap)
    start, end = hours_asked(swap, context.now)
    late = swap.new_starts_at is not None and swap.new_starts_at <= context.now
    if swap.state != SwapState.OPEN or end <= context.now or late:
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    if has_ended(context, swap):
        raise Stale(SHIFT_OVER)
    span = Span(ask.person_id, start, end, swap.layer)
    check_own_yes(context.session, rota, span, except_id=swap.shift_id)
    approval = approval_until(swap.starts_at, context.now)
    if not change_swap(
        context,
        rota,
        swap,
        "take" if swap.needs_approval else "settle",
        kind="swap.taken",
        taker_id=ask.person_id,
        taken_at=context.now,
        settled_at=None if swap.needs_approval else context.now,
        next_at=context.now + (approval - context.now) / 2 if swap.needs_approval else None,
    ):
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    change_asks(context.session, "yes", context.now, DutyAsk.id == ask.id)
    close_asks(context.session, swap, now=context.now, said=TAKEN, except_id=ask.person_id)
    if swap.needs_approval:
        _wait_for_approval(context, rota, swap)
    else:
        settle_swap(context, rota, swap)


def _wait_for_approval(context: Context, rota: Rota, swap: Swap) -> None:
    shift = context.session.get_one(Shift, swap.shift_id)
    notify_duty_coordinators(
        context.session,
        rota,
        shift,
        DutyAttention.SWAP_WAITS,
        now=context.now,
        about=round_of(swap),
    )
    tell_taker(context, rota, swap, swap.taker_id, "duty_awaits")


def decline_swap(context: Context, *, swap_id: int) -> None:
    """Declines, or takes a yes back while it waits for approval.

    The next are asked when the round is over, or at once if no answer is open. If only one person
    was wanted, the giver or the coordinators are notified at once.
    """
    swap, rota = lock_swap(context.session, swap_id)
    ask = _own_ask(context.session, context.actor, swap)
    if swap.state == SwapState.TAKEN and swap.taker_id == ask.person_id:
        reopen_swap(context, rota, swap)
        return
    still_asked = DutyAsk.id == ask.id, DutyAsk.state == DutyAskState.SENT
    if not change_asks(context.session, "no", context.now, *still_asked):
        raise Stale(N_("这次换班的状态已经变了"))
    record_swap(context, rota, swap, "swap.declined", person=ask.person_id)
    if swap.state != SwapState.OPEN or _waits(context.session, swap):
        return
    if swap.kind == SwapKind.MOVE:
        fail_swap(context, rota, swap, said=NOBODY)
    elif swap.kind == SwapKind.SWAP and swap.to_id is not None:
        swap.to_id = None
        tell_giver(context, rota, swap, "duty_named_no")
        ask_more_cover(context, rota, swap)
    elif swap.kind == SwapKind.COVER:
        ask_more_cover(context, rota, swap)


def _waits(session: Session, swap: Swap) -> bool:
    """Whether anybody has yet to answer."""
    waiting = select(DutyAsk.id).where(
        DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT
    )
    return session.scalar(waiting.limit(1)) is not None


def _own_ask(session: Session, actor: Actor, swap: Swap) -> DutyAsk:
    found = session.scalar(
        select(DutyAsk)
        .where(DutyAsk.swap_id == swap.id, DutyAsk.person_id == (actor.person_id or 0))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(N_("没有找到这次换班"))
    return found
