"""Looking after what is open in a rota: shifts given away, and what has come nearer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.rotation.models import Rota
from app.rotation.plan.models import Swap
from app.usecases.duty.swaps.find_cover import fail, look_on
from app.usecases.duty.swaps.give_away_duty import hold_swap


def due_swaps(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Shifts given away, or without their person, that want a next step."""
    rows = session.scalars(
        select(Swap.id)
        .where(Swap.state.in_(("open", "taken")), Swap.next_at <= now)
        .order_by(Swap.next_at)
        .limit(limit)
    )
    return list(rows)


def keep_swap(session: Session, *, actor: Actor, swap_id: int, now: datetime) -> None:
    """A few more are asked; what nobody approved in time stays with its giver."""
    swap, rota = hold_swap(session, swap_id)
    if swap.next_at is None or swap.next_at > now:
        return
    if swap.state == "open":
        look_on(session, rota, swap, actor=actor, now=now)
    elif swap.state == "taken":
        fail(session, rota, swap, actor=actor, now=now)


def active_rotas(session: Session) -> list[int]:
    """Rotas whose coming weeks are published, in one order for everybody."""
    return list(session.scalars(select(Rota.id).where(Rota.active).order_by(Rota.id)))
