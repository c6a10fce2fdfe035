"""The emergency procedures (应急预案) of an area, managed by its coordinators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Update, delete, select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Skill
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.emergency.models import Activation, EmergencyPlan, PlanSkill
from app.rotation.emergency.rules import MOST_PEOPLE
from app.rotation.plan.windows import BadPattern, read_windows
from app.rotation.states import ActivationState
from app.trail.chain import record

# Greatest lengths of texts, as in the columns.
TEXTS = {
    "name_zh": 80,
    "name_hant": 80,
    "name_en": 80,
    "purpose_zh": 200,
    "purpose_hant": 200,
    "purpose_en": 200,
    "trigger": 200,
    "trigger_unit": 10,
    "places": 200,
}
NEEDED = ("name_zh", "purpose_zh")
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A procedure's content. `texts` are those of TEXTS; `wanted` are windows; none: always."""

    texts: Mapping[str, str]
    people: int = 1
    wanted: list[dict[str, Any]] = field(default_factory=list)
    trigger_value: float | None = None
    trigger_days: int | None = None
    skill_ids: tuple[int, ...] = ()


def make_plan(context: Context, *, area_id: int, terms: PlanTerms) -> int:
    """Adds a procedure to an area. Raises Invalid with everything that is wrong."""
    area = context.session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    context.actor.needs(RoleName.COORDINATOR, area.path)
    values = _values(context.session, terms)
    made = EmergencyPlan(
        area_id=area.id,
        area_path=area.path,
        made_at=context.now,
        made_by=context.actor.person_id,
        changed_at=context.now,
        **values,
    )
    context.session.add(made)
    context.session.flush()
    _set_skills(context.session, made, terms)
    record_plan(context, made, "plan.made")
    return made.id


def change_plan(context: Context, *, plan_id: int, version: int, terms: PlanTerms) -> None:
    """Changes a procedure; running activations keep their terms. Raises Stale for an old form."""
    plan = living_plan(context.session, plan_id)
    context.actor.needs(RoleName.COORDINATOR, plan.area_path)
    values = _values(context.session, terms)
    same = _living(plan_id).where(EmergencyPlan.version == version)
    if not changed(
        context.session, same.values(changed_at=context.now, version=version + 1, **values)
    ):
        raise Stale(N_("有人刚刚改过这个预案，请再看一遍"))
    context.session.refresh(plan)
    _set_skills(context.session, plan, terms)
    record_plan(context, plan, "plan.changed")


def retire_plan(context: Context, *, plan_id: int) -> None:
    """Takes a procedure off the list; not while it is running."""
    plan = lock_procedure(context.session, plan_id)
    context.actor.needs(RoleName.COORDINATOR, plan.area_path)
    runs = select(Activation.id).where(
        Activation.plan_id == plan_id, Activation.state == ActivationState.RUNNING
    )
    if context.session.scalar(runs.limit(1)) is not None:
        raise Refused(N_("这个预案正在进行，结束以后才能停用"))
    if not changed(context.session, _living(plan_id).values(retired_at=context.now)):
        raise Stale(N_("这个预案已经停用了"))
    context.session.refresh(plan)
    record_plan(context, plan, "plan.retired")


def living_plan(session: Session, plan_id: int) -> EmergencyPlan:
    """A procedure that is on the list. Raises NotFound."""
    plan = session.get(EmergencyPlan, plan_id)
    if plan is None or plan.retired_at is not None:
        raise NotFound(N_("没有找到这个预案"))
    return plan


def lock_procedure(session: Session, plan_id: int) -> EmergencyPlan:
    """Locks an active procedure until the transaction ends, so that starts are serialised."""
    if not changed(session, _living(plan_id).values(version=EmergencyPlan.version + 1)):
        raise NotFound(N_("没有找到这个预案"))
    return session.get_one(EmergencyPlan, plan_id, populate_existing=True)


def record_plan(
    context: Context,
    plan: EmergencyPlan,
    kind: str,
    **details: object,
) -> None:
    """Records a procedure event in the trail."""
    record(
        context,
        kind=kind,
        subject=("emergency_plan", plan.id),
        area_path=plan.area_path,
        details=details,
    )


def record_activation(
    context: Context,
    activation: Activation,
    kind: str,
    **details: object,
) -> None:
    """Records an activation event in the trail."""
    record(
        context,
        kind=kind,
        subject=("activation", activation.id),
        area_path=activation.area_path,
        details={"plan": activation.plan_id, **details},
    )


def _living(plan_id: int) -> Update:
    return update(EmergencyPlan).where(
        EmergencyPlan.id == plan_id, EmergencyPlan.retired_at.is_(None)
    )


def _values(session: Session, terms: PlanTerms) -> dict[str, Any]:
    texts = {name: terms.texts.get(name, "").strip() for name in TEXTS}
    wrong = {
        name: N_("请检查这里，不要太长")
        for name, most in TEXTS.items()
        if len(texts[name]) > most or (name in NEEDED and not texts[name])
    }
    if not 1 <= terms.people <= MOST_PEOPLE:
        wrong["people"] = N_("请填 1 到 200 的整数")
    if terms.trigger_days is not None and not 1 <= terms.trigger_days <= MOST_DAYS:
        wrong["trigger_days"] = N_("请填 1 到 60 的整数")
    try:
        read_windows(terms.wanted)
    except BadPattern:
        wrong["wanted"] = N_("请检查时间")
    known = session.scalars(select(Skill.id).where(Skill.id.in_(terms.skill_ids))).all()
    if set(terms.skill_ids) - set(known):
        wrong["skill_ids"] = N_("没有这项技能")
    if wrong:
        raise Invalid(wrong)
    return {
        **texts,
        "people": terms.people,
        "wanted": terms.wanted,
        "trigger_value": terms.trigger_value,
        "trigger_days": terms.trigger_days,
    }


def _set_skills(session: Session, plan: EmergencyPlan, terms: PlanTerms) -> None:
    session.execute(delete(PlanSkill).where(PlanSkill.plan_id == plan.id))
    for skill_id in sorted(set(terms.skill_ids)):
        session.add(PlanSkill(plan_id=plan.id, skill_id=skill_id))
    session.flush()
