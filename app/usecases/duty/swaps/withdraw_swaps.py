"""Shifts given away, or without their person, that are no longer wanted: nobody is asked on."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.statements import changed
from app.rotation.models import Rota
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.notify_duty import record_swap
from app.usecases.duty.swaps.find_cover import close_asks

OPEN = ("open", "taken")


def withdraw_swaps(
    session: Session,
    rota: Rota,
    *,
    actor: Actor,
    now: datetime,
    giver_id: int | None = None,
    shift_id: int | None = None,
) -> None:
    """Ends what is open in a rota, of one giver, one shift or all. The caller holds the rota."""
    found = select(Swap).where(Swap.rota_id == rota.id, Swap.state.in_(OPEN))
    if giver_id is not None:
        found = found.where(Swap.giver_id == giver_id)
    if shift_id is not None:
        found = found.where(Swap.shift_id == shift_id)
    for swap in session.scalars(found.order_by(Swap.id)).all():
        still = update(Swap).where(Swap.id == swap.id, Swap.state.in_(OPEN))
        if changed(session, still.values(state="withdrawn", settled_at=now, next_at=None)):
            session.refresh(swap)
            close_asks(session, swap, now=now)
            record_swap(session, rota, swap, "swap.withdrawn", actor=actor, now=now)
