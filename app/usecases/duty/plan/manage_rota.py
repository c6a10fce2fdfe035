"""Creates a rota, sets its hours and limits, pauses it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.rotation.models import PLAN, Rota
from app.rotation.plan.windows import read_windows
from app.rotation.rest import limits_from
from app.trail.chain import record
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.publish_duty import publish_duty

PURPOSES = ("general", "medical_escort", "night")


def make_rota(context: Context, *, area_id: int, name: str, purpose: str = "general") -> int:
    """Creates a rota for an area."""
    area = context.session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    context.actor.needs(RoleName.COORDINATOR, area.path)
    if not 1 <= len(name.strip()) <= 80:
        raise Invalid({"name": N_("请写轮值表的名字")})
    if purpose not in (*PURPOSES, PLAN):
        raise Invalid({"purpose": N_("请选轮值表的用途")})
    made = Rota(
        area_id=area.id, area_path=area.path, name=name.strip(), purpose=purpose, pattern=[]
    )
    context.session.add(made)
    context.session.flush()
    record(context, kind="rota.made", subject=("rota", made.id), area_path=area.path)
    return made.id


def set_terms(
    context: Context,
    *,
    rota_id: int,
    wanted: list[dict[str, Any]],
    limits: dict[str, int],
    approve_swaps: bool,
) -> None:
    """Sets the hours to cover, the limits of rest, and whether swaps need approval."""
    rota = of_coordinator(context.session, context.actor, rota_id)
    try:
        read_windows(wanted)
        limits_from(limits)
    except ValueError as error:
        raise Invalid({"terms": N_("请检查时间和小时数")}) from error
    rota.pattern, rota.limits, rota.approve_swaps = wanted, limits, approve_swaps
    context.session.flush()
    record_rota(context, rota, "rota.terms_set")


def pause_rota(context: Context, *, rota_id: int, until: datetime | None) -> None:
    """Nobody is on duty until then; None resumes at once. Asks again about shifts in between."""
    rota = of_coordinator(context.session, context.actor, rota_id)
    if until is not None and until <= context.now:
        raise Invalid({"until": N_("请选将来的时间")})
    rota.paused_from, rota.paused_until = (None, None) if until is None else (context.now, until)
    context.session.flush()
    record_rota(context, rota, "rota.paused" if until else "rota.resumed")
    publish_duty(context, rota_id=rota.id)


def of_coordinator(session: Session, actor: Actor, rota_id: int) -> Rota:
    """Locks the rota. Raises NotFound, and NotAllowed unless a coordinator of its area."""
    rota = lock_rota(session, rota_id)
    actor.needs(RoleName.COORDINATOR, rota.area_path)
    return rota


def record_rota(context: Context, rota: Rota, kind: str, **details: object) -> None:
    """Records a rota event in the trail."""
    record(context, kind=kind, subject=("rota", rota.id), area_path=rota.area_path, details=details)
