"""A swap with its rota locked, and the hours that it is about."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.rotation.models import Rota
from app.rotation.plan.models import Swap
from app.rotation.states import SwapState
from app.usecases.duty.plan.lock_rota import lock_rota

UNSETTLED = (SwapState.OPEN, SwapState.TAKEN)


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


def due_swaps(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Swaps that are due for a next step."""
    rows = session.scalars(
        select(Swap.id)
        .where(Swap.state.in_(UNSETTLED), Swap.next_at <= now)
        .order_by(Swap.next_at)
        .limit(limit)
    )
    return list(rows)
