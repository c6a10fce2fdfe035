"""A swap that was taken is settled: the plan has the taker, the shifts follow, both are told."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
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


def approve_swap(
    session: Session, *, actor: Actor, swap_id: int, now: datetime, agreed: bool = True
) -> None:
    """A coordinator says yes or no to a swap that was taken; with a no the giver keeps it."""
    swap, rota = lock_swap(session, swap_id)
    actor.needs("coordinator", rota.area_path)
    still = update(Swap).where(Swap.id == swap.id, Swap.state == SwapState.TAKEN)
    values = {
        "state": SwapState.SETTLED if agreed else SwapState.REFUSED,
        "settled_at": now,
        "next_at": None,
    }
    if not changed(session, still.values(**values)):
        raise Stale(N_("这次换班的状态已经变了"))
    session.refresh(swap)
    record_swap(session, rota, swap, f"swap.{swap.state}", actor=actor, now=now)
    if agreed:
        settle_swap(session, rota, swap, actor, now)
        return
    shift = session.get_one(Shift, swap.shift_id)
    _tell(session, rota, shift, swap, swap.giver_id, "duty_not_covered", now)


def settle_swap(session: Session, rota: Rota, swap: Swap, actor: Actor, now: datetime) -> None:
    """The plan has the taker from now on, the shifts follow, both are told. The rota is held."""
    swap.settled_at, swap.next_at = now, None
    shift = session.get_one(Shift, swap.shift_id)
    if swap.kind != SwapKind.COVER:
        _hand_over(session, rota, swap, shift, actor, now)
    session.flush()
    publish_duty(session, actor=actor, rota_id=rota.id, now=now)
    session.refresh(shift)
    _tell(session, rota, shift, swap, swap.taker_id, "duty_yours", now)
    # Who did not ask for it is told that it is not theirs, not that somebody helped them.
    template = "duty_cancelled" if swap.kind == SwapKind.MOVE else "duty_covered"
    _tell(session, rota, shift, swap, swap.giver_id, template, now)


def _hand_over(
    session: Session, rota: Rota, swap: Swap, shift: Shift, actor: Actor, now: datetime
) -> None:
    """The giver's shift ends: what runs now, what comes altogether."""
    values: dict[str, object] = {"end_reason": ShiftEnd.SWAPPED}
    if shift.starts_at < now:
        swap.starts_at = now
        values["ends_at"] = now
    else:
        values["state"] = "cancelled"
    given = update(Shift).where(Shift.id == shift.id, Shift.state == ShiftState.AGREED)
    if changed(session, given.values(**values)):
        session.refresh(shift)
        record_shift(session, rota, shift, "shift.cancelled", actor=actor, now=now)


def _tell(
    session: Session,
    rota: Rota,
    shift: Shift,
    swap: Swap,
    person_id: int | None,
    template: str,
    now: datetime,
) -> None:
    if person_id is None:
        return
    person = people_of(session, [person_id])[person_id]
    notify_shift(session, rota, shift, person, template, subject=f"swap:{swap.id}", now=now)
