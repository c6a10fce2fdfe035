"""The only writer of the states of shifts, swaps and duty asks (`app.rotation.moves`).

Each change is one conditional UPDATE: the second to come changes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.moves import ASK_LIFE, SHIFT_LIFE, SWAP_LIFE
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.notify_duty import record_shift, record_swap


def change_shift(
    context: Context, rota: Rota, shift: Shift, action: str, *, kind: str = "", **values: Any
) -> bool:
    """Makes one move of a shift's life and records it; False when its state does not allow it.

    `kind` is the trail's; by default that of the new state. `values` are other columns.
    """
    allowed, target = SHIFT_LIFE.sources(action), SHIFT_LIFE.target(action)
    still = update(Shift).where(Shift.id == shift.id, Shift.state.in_(allowed))
    if not changed(context.session, still.values(state=target, **values)):
        return False
    context.session.refresh(shift)
    details = {"reason": values["end_reason"]} if "end_reason" in values else {}
    record_shift(context, rota, shift, kind or f"shift.{target}", **details)
    return True


def change_swap(
    context: Context, rota: Rota, swap: Swap, action: str, *, kind: str = "", **values: Any
) -> bool:
    """The same for a swap. A swap that ends is no longer due."""
    allowed, target = SWAP_LIFE.sources(action), SWAP_LIFE.target(action)
    still = update(Swap).where(Swap.id == swap.id, Swap.state.in_(allowed))
    if not changed(context.session, still.values(state=target, **values)):
        return False
    context.session.refresh(swap)
    record_swap(context, rota, swap, kind or f"swap.{target}")
    return True


def end_swap(context: Context, rota: Rota, swap: Swap, action: str) -> bool:
    """Makes a move after which nothing is due any more."""
    return change_swap(context, rota, swap, action, settled_at=context.now, next_at=None)


def change_asks(session: Session, action: str, now: datetime, *which: ColumnElement[bool]) -> int:
    """Makes one move of each of these questions that allows it; returns how many.

    What follows from an answer is recorded with the shift, the swap or the emergency.
    """
    allowed, target = ASK_LIFE.sources(action), ASK_LIFE.target(action)
    asked = update(DutyAsk).where(DutyAsk.state.in_(allowed), *which)
    return changed(session, asked.values(state=target, answered_at=now))
