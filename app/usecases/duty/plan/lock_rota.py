"""Locking a rota or a shift while its plan or its shifts change."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import FixedTurn
from app.rotation.states import ShiftOrigin, ShiftState

LIVE = (ShiftState.OFFERED, ShiftState.AGREED)


def lock_rota(session: Session, rota_id: int) -> Rota:
    """Locks the rota until the transaction ends; its present state. Raises NotFound."""
    held = update(Rota).where(Rota.id == rota_id)
    if not changed(session, held.values(version=Rota.version + 1)):
        raise NotFound(N_("没有找到这个轮值表"))
    return session.get_one(Rota, rota_id, populate_existing=True)


def lock_shift(context: Context, shift_id: int) -> tuple[Shift, Rota]:
    """A shift and its rota, which is locked. One's own shift, or one of a coordinator's area.

    Raises NotFound, and NotAllowed for anybody else.
    """
    shift = context.session.get(Shift, shift_id)
    if shift is None:
        raise NotFound(N_("没有找到这个班次"))
    rota = context.session.get_one(Rota, shift.rota_id)
    if shift.person_id != context.actor.person_id:
        context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    rota = lock_rota(context.session, rota.id)
    context.session.refresh(shift)
    if shift.origin == ShiftOrigin.HAND and shift.state in LIVE:
        _adopt(context.session, shift, context.now)
    return shift, rota


def _adopt(session: Session, shift: Shift, now: datetime) -> None:
    """Adds a shift older than its plan to the plan as a fixed shift: changes go into the plan."""
    insert_once(
        session,
        FixedTurn,
        rota_id=shift.rota_id,
        layer=shift.layer,
        person_id=shift.person_id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        made_at=now,
        made_by=shift.made_by,
    )
    shift.origin = "plan"
    session.flush()


def rota_of_coordinator(session: Session, actor: Actor, rota_id: int) -> Rota:
    """Reads the rota without a lock. Raises NotFound, and NotAllowed like `of_coordinator`."""
    rota = session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    actor.needs(RoleName.COORDINATOR, rota.area_path)
    return rota
