"""A swap that was taken is settled: the plan has the taker, the shifts follow, both are told."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import ShiftEnd, ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.notify_duty import notify_shift, record_shift, record_swap
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.find_cover import lock_swap
from app.usecases.shared.people import people_of


def approve_swap(context: Context, *, swap_id: int, agreed: bool = True) -> None:
    """A coordinator says yes or no to a swap that was taken; with a no the giver keeps it."""
    swap, rota = lock_swap(context.session, swap_id)
    context.actor.needs("coordinator", rota.area_path)
    still = update(Swap).where(Swap.id == swap.id, Swap.state == SwapState.TAKEN)
    values = {
        "state": SwapState.SETTLED if agreed else SwapState.REFUSED,
        "settled_at": context.now,
        "next_at": None,
    }
    if not changed(context.session, still.values(**values)):
        raise Stale(N_("这次换班的状态已经变了"))
    context.session.refresh(swap)
    record_swap(context, rota, swap, f"swap.{swap.state}")
    if agreed:
        settle_swap(context, rota, swap)
        return
    shift = context.session.get_one(Shift, swap.shift_id)
    _tell(context.session, rota, shift, swap, swap.giver_id, "duty_not_covered", now=context.now)


def settle_swap(context: Context, rota: Rota, swap: Swap) -> None:
    """The plan has the taker from now on, the shifts follow, both are told. The rota is held."""
    swap.settled_at, swap.next_at = context.now, None
    shift = context.session.get_one(Shift, swap.shift_id)
    if swap.kind != SwapKind.COVER:
        _hand_over(context, rota, swap, shift)
    context.session.flush()
    publish_duty(context, rota_id=rota.id)
    context.session.refresh(shift)
    _tell(context.session, rota, shift, swap, swap.taker_id, "duty_yours", now=context.now)
    # Who did not ask for it is told that it is not theirs, not that somebody helped them.
    template = "duty_cancelled" if swap.kind == SwapKind.MOVE else "duty_covered"
    _tell(context.session, rota, shift, swap, swap.giver_id, template, now=context.now)


def _hand_over(context: Context, rota: Rota, swap: Swap, shift: Shift) -> None:
    """The giver's shift ends: what runs now, what comes altogether."""
    values: dict[str, object] = {"end_reason": ShiftEnd.SWAPPED}
    if shift.starts_at < context.now:
        swap.starts_at = context.now
        values["ends_at"] = context.now
    else:
        values["state"] = "cancelled"
    given = update(Shift).where(Shift.id == shift.id, Shift.state == ShiftState.AGREED)
    if changed(context.session, given.values(**values)):
        context.session.refresh(shift)
        record_shift(context, rota, shift, "shift.cancelled")


def _tell(
    session: Session,
    rota: Rota,
    shift: Shift,
    swap: Swap,
    person_id: int | None,
    template: str,
    *,
    now: datetime,
) -> None:
    if person_id is None:
        return
    person = people_of(session, [person_id])[person_id]
    notify_shift(session, rota, shift, person, template, subject=f"swap:{swap.id}", now=now)
