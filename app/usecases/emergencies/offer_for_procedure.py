"""A volunteer offers for an emergency plan beforehand, and ends it again. Only they themselves."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotAllowed, NotFound, Refused
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.people.models import Person
from app.people.queries import skills_of
from app.people.rules import PersonState
from app.rotation.emergency.models import PlanOffer
from app.rotation.emergency.queries import skills_wanted
from app.rotation.emergency.rules import PARTS, hours_of
from app.usecases.emergencies.manage_procedures import living_plan, record_plan


def offer_for_plan(
    session: Session, *, actor: Actor, plan_id: int, parts: Collection[str], now: datetime
) -> None:
    """Offers for these parts of a day; again changes them. Once it starts they are asked all the
    same, and nobody has to come.

    Raises NotFound for a plan of somewhere else, Refused without the skills that it wants.
    """
    plan = living_plan(session, plan_id)
    person = session.get(Person, actor.person_id or 0)
    if (
        person is None
        or person.state != PersonState.ACTIVE
        or not actor.has("volunteer", person.area_path)
    ):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    if not person.area_path.startswith(plan.area_path):
        raise NotFound(N_("没有找到这个预案"))
    if not parts or set(parts) - set(PARTS):
        raise Invalid({"parts": N_("请选您能来的时间")})
    wanted = skills_wanted(session, [plan.id]).get(plan.id, frozenset())
    if wanted - skills_of(session, person.id):
        raise Refused(N_("这个预案需要的技能，您还没有登记"))
    hours = hours_of(parts)
    if not insert_once(
        session, PlanOffer, plan_id=plan.id, person_id=person.id, hours=hours, made_at=now
    ):
        changed(session, _own(plan.id, person.id).values(hours=hours))
    record_plan(
        session, plan, "plan.offered", actor=actor, now=now, person=person.id, parts=len(parts)
    )


def end_plan_offer(session: Session, *, actor: Actor, plan_id: int, now: datetime) -> None:
    """They offer no longer: the next time the plan starts they are not asked."""
    plan = living_plan(session, plan_id)
    if not changed(session, _own(plan.id, actor.person_id or 0).values(ended_at=now)):
        raise NotFound(N_("您没有报名这个预案"))
    record_plan(session, plan, "plan.offer_ended", actor=actor, now=now, person=actor.person_id)


def _own(plan_id: int, person_id: int) -> Update:
    return update(PlanOffer).where(
        PlanOffer.plan_id == plan_id,
        PlanOffer.person_id == person_id,
        PlanOffer.ended_at.is_(None),
    )
