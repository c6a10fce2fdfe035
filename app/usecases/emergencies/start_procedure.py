"""Starts an emergency procedure for an area: makes its own rota and asks everybody who offered."""

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotFound, Stale
from app.core.i18n import N_
from app.rotation.emergency.models import Activation, EmergencyPlan
from app.rotation.emergency.queries import running_around
from app.rotation.emergency.rules import LASTS, LIMITS, begins_at
from app.rotation.models import PLAN
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.emergencies.call_for_procedure import call_next, who_offered
from app.usecases.emergencies.manage_procedures import (
    living_plan,
    lock_procedure,
    record_activation,
)


def count_asked(context: Context, *, plan_id: int, area_id: int) -> int:
    """How many would be asked if the procedure were started there."""
    plan = living_plan(context.session, plan_id)
    area = _area(context.session, context.actor, plan, area_id)
    return len(who_offered(context.session, plan.id, area.path, now=context.now))


def start_plan(context: Context, *, plan_id: int, area_id: int) -> int:
    """Starts the procedure for its area or one below. Returns the activation.

    Nobody is on duty before they say yes. Raises Stale while the procedure is running there, above
    or below.
    """
    plan = lock_procedure(context.session, plan_id)
    area = _area(context.session, context.actor, plan, area_id)
    if running_around(context.session, plan.id, area.path):
        raise Stale(N_("这个预案在这里已经启动了"))
    rota_id = make_rota(context, area_id=area.id, name=plan.name_zh, purpose=PLAN)
    rota = lock_rota(context.session, rota_id)
    rota.pattern, rota.limits = plan.wanted, dict(LIMITS)
    since = begins_at(context.now)
    made = Activation(
        plan_id=plan.id,
        area_id=area.id,
        area_path=area.path,
        rota_id=rota_id,
        people=plan.people,
        started_at=context.now,
        started_by=context.actor.person_id,
        since=since,
        until=since + LASTS,
    )
    context.session.add(made)
    context.session.flush()
    record_activation(context, made, "plan.started", people=made.people)
    call_next(context, made)
    return made.id


def _area(session: Session, actor: Actor, plan: EmergencyPlan, area_id: int) -> Area:
    area = session.get(Area, area_id)
    if area is None or not area.active or not area.path.startswith(plan.area_path):
        raise NotFound(N_("没有找到这个区域"))
    actor.needs(RoleName.COORDINATOR, area.path)
    return area
