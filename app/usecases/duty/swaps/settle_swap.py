"""Settles a swap that was taken: updates plan and shifts, notifies both people."""

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Refused, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import FixedTurn, Swap
from app.rotation.rules import Span
from app.rotation.states import ShiftEnd, ShiftState, SwapKind
from app.usecases.duty.plan.change_state import change_shift, end_swap
from app.usecases.duty.plan.conflicts import Conflicts, conflicts_of
from app.usecases.duty.plan.leave_duty import cut_short, let_back, take_off
from app.usecases.duty.plan.notify_duty import clock_of, notify_shift
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.swap_hours import hours_asked
from app.usecases.duty.swaps.close_swap import tell_giver, tell_not_taken, tell_taker
from app.usecases.duty.swaps.lock_swap import is_planned_away, lock_swap
from app.usecases.shared.lock_people import lock_people
from app.usecases.shared.people import people_of

SHIFT_OVER = N_("这个班次已经结束或者不用值了，谢谢您")


def approve_swap(context: Context, *, swap_id: int, agreed: bool = True) -> None:
    """A coordinator approves or rejects a taken swap; rejected, the giver keeps the shift.

    Refused when the shift is over, or the taker has agreed to something else meanwhile: then only a
    no is left.
    """
    taker = context.session.get(Swap, swap_id)
    lock_people(context.session, [taker.taker_id if taker else None])
    swap, rota = lock_swap(context.session, swap_id)
    context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    if agreed and has_ended(context, swap):
        raise Refused(SHIFT_OVER)
    if agreed and taker_conflicts(context, rota, swap):
        raise Refused(N_("答应接班的人那段时间来不了了，请不同意这次换班，再另外找人"))
    if not end_swap(context, rota, swap, "approve" if agreed else "refuse"):
        raise Stale(N_("这次换班的状态已经变了"))
    if agreed:
        settle_swap(context, rota, swap)
    else:
        tell_not_taken(context, rota, swap)


def has_ended(context: Context, swap: Swap) -> bool:
    """Whether the shift is over or in the plan no more, so that nobody can take it."""
    shift = context.session.get_one(Shift, swap.shift_id, populate_existing=True)
    over = shift.state == ShiftState.AGREED and shift.ends_at <= context.now
    return is_planned_away(swap, shift) or (swap.kind != SwapKind.COVER and over)


def taker_conflicts(context: Context, rota: Rota, swap: Swap) -> Conflicts:
    """What speaks by now against the person who said yes."""
    if swap.taker_id is None:
        return ()
    span = Span(swap.taker_id, *hours_asked(swap, context.now), swap.layer)
    found = conflicts_of(
        context.session,
        rota,
        [swap.taker_id],
        span,
        except_id=swap.shift_id,
        except_swap=swap.id,
    )
    return found[swap.taker_id]


def settle_swap(context: Context, rota: Rota, swap: Swap) -> None:
    """Puts the taker into the plan, updates shifts, notifies both. The caller locked the rota."""
    shift = context.session.get_one(Shift, swap.shift_id)
    if swap.new_starts_at is not None:
        _move_to_other_hours(context, rota, swap, shift)
        return
    if swap.kind != SwapKind.COVER:
        _hand_over(context, rota, swap, shift)
    context.session.flush()
    publish_duty(context, rota_id=rota.id)
    context.session.refresh(shift)
    tell_taker(context, rota, swap, swap.taker_id, "duty_yours")
    # Somebody who did not ask for cover is only notified that the shift is no longer theirs.
    if shift.agreed_at is not None:
        template = "duty_cancelled" if swap.kind == SwapKind.MOVE else "duty_covered"
        tell_giver(context, rota, swap, template)


def _hand_over(context: Context, rota: Rota, swap: Swap, shift: Shift) -> None:
    """Ends the giver's running shift now; cancels one to come."""
    if shift.starts_at >= context.now:
        change_shift(context, rota, shift, "cancel", end_reason=ShiftEnd.SWAPPED)
        return
    swap.starts_at = context.now
    if shift.state == ShiftState.AGREED:
        cut_short(context, rota, shift, context.now, ShiftEnd.SWAPPED)


def _move_to_other_hours(context: Context, rota: Rota, swap: Swap, shift: Shift) -> None:
    """Takes the shift from its person now that somebody agreed to the new hours."""
    taker_id, (start, end) = swap.taker_id, hours_asked(swap, context.now)
    if taker_id is None:
        return
    if shift.state == ShiftState.AGREED:
        take_off(context, rota, shift, since=max(shift.starts_at, context.now), tell=False)
    let_back(context, rota, taker_id, starts_at=start, ends_at=end)
    insert_once(
        context.session,
        FixedTurn,
        rota_id=rota.id,
        layer=swap.layer,
        person_id=taker_id,
        starts_at=start,
        ends_at=end,
        agreed_at=context.now,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    publish_duty(context, rota_id=rota.id)
    if taker_id != swap.giver_id:
        tell_taker(context, rota, swap, taker_id, "duty_yours")
        tell_giver(context, rota, swap, "duty_cancelled")
        return
    notify_shift(
        context.session,
        rota,
        shift,
        people_of(context.session, [taker_id])[taker_id],
        "duty_moved",
        hours=(start, end),
        subject=f"swap:{swap.id}",
        now=context.now,
        old=clock_of(context.session, rota, shift.starts_at),
    )
