"""A swap with its rota locked, and the hours that it is about."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import ShiftEnd, ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.lock_rota import lock_rota

UNSETTLED = (SwapState.OPEN, SwapState.TAKEN)
# Why a shift ends for which nobody else is needed then.
PLANNED_AWAY = (ShiftEnd.PLAN, ShiftEnd.PAUSED)


def lock_swap(session: Session, swap_id: int) -> tuple[Swap, Rota]:
    """A swap, with its rota locked. Raises NotFound."""
    swap = session.get(Swap, swap_id)
    if swap is None:
        raise NotFound(N_("没有找到这次换班"))
    rota = lock_rota(session, swap.rota_id)
    session.refresh(swap)
    return swap, rota


def open_of(session: Session, shift_id: int) -> Swap | None:
    """The swap of a shift that is open or waits for approval, if any."""
    return session.scalar(
        select(Swap)
        .where(Swap.shift_id == shift_id, Swap.state.in_(UNSETTLED))
        .execution_options(populate_existing=True)
    )


def is_planned_away(swap: Swap, shift: Shift) -> bool:
    """Whether the shift to give away is in the plan no more: nobody is wanted in its place."""
    ended = shift.state == ShiftState.CANCELLED and shift.end_reason in PLANNED_AWAY
    return swap.kind != SwapKind.COVER and ended


def due_swaps(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Swaps that are due for a next step, or whose shift is in the plan no more."""
    gone = (
        (Swap.kind != SwapKind.COVER)
        & (Shift.state == ShiftState.CANCELLED)
        & Shift.end_reason.in_(PLANNED_AWAY)
    )
    rows = session.scalars(
        select(Swap.id)
        .join(Shift, Shift.id == Swap.shift_id)
        .where(Swap.state.in_(UNSETTLED), or_(Swap.next_at <= now, gone))
        .order_by(Swap.next_at)
        .limit(limit)
    )
    return list(rows)
