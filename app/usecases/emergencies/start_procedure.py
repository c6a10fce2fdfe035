"""Starting an emergency plan for an area: a rota of its own, and everybody who offered is asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor
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


def count_asked(
    session: Session, *, actor: Actor, plan_id: int, area_id: int, now: datetime
) -> int:
    """How many would be asked, were the plan started there."""
    plan = living_plan(session, plan_id)
    area = _area(session, actor, plan, area_id)
    return len(who_offered(session, plan.id, area.path, now=now))


def start_plan(session: Session, *, actor: Actor, plan_id: int, area_id: int, now: datetime) -> int:
    """Starts the plan for its area or one below. Returns the activation.

    Whoever offered is asked; nobody is on duty before they say yes. Raises Stale while the plan
    is running there, around or in a part of it.
    """
    plan = lock_procedure(session, plan_id)
    area = _area(session, actor, plan, area_id)
    if running_around(session, plan.id, area.path):
        raise Stale(N_("这个预案在这里已经启动了"))
    rota_id = make_rota(
        session, actor=actor, area_id=area.id, name=plan.name_zh, purpose=PLAN, now=now
    )
    rota = lock_rota(session, rota_id)
    rota.pattern, rota.limits = plan.wanted, dict(LIMITS)
    since = begins_at(now)
    made = Activation(
        plan_id=plan.id,
        area_id=area.id,
        area_path=area.path,
        rota_id=rota_id,
        people=plan.people,
        started_at=now,
        started_by=actor.person_id,
        since=since,
        until=since + LASTS,
    )
    session.add(made)
    session.flush()
    record_activation(session, made, "plan.started", actor=actor, now=now, people=made.people)
    call_next(session, made, actor=actor, now=now)
    return made.id


def _area(session: Session, actor: Actor, plan: EmergencyPlan, area_id: int) -> Area:
    area = session.get(Area, area_id)
    if area is None or not area.active or not area.path.startswith(plan.area_path):
        raise NotFound(N_("没有找到这个区域"))
    actor.needs("coordinator", area.path)
    return area
