"""A volunteer offers for an emergency procedure in advance, or ends that. Only they themselves."""

from collections.abc import Collection

from sqlalchemy import Update, update

from app.core.actor import RoleName
from app.core.context import Context
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


def offer_for_plan(context: Context, *, plan_id: int, parts: Collection[str]) -> None:
    """Offers for these parts of a day; again changes them. They are still asked at the start.

    Raises NotFound for a procedure of another area, Refused without the skills it requires.
    """
    plan = living_plan(context.session, plan_id)
    person = context.session.get(Person, context.actor.person_id or 0)
    if (
        person is None
        or person.state != PersonState.ACTIVE
        or not context.actor.has(RoleName.VOLUNTEER, person.area_path)
    ):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    if not person.area_path.startswith(plan.area_path):
        raise NotFound(N_("没有找到这个预案"))
    if not parts or set(parts) - set(PARTS):
        raise Invalid({"parts": N_("请选您能来的时间")})
    wanted = skills_wanted(context.session, [plan.id]).get(plan.id, frozenset())
    if wanted - skills_of(context.session, person.id):
        raise Refused(N_("这个预案需要的技能，您还没有登记"))
    hours = hours_of(parts)
    if not insert_once(
        context.session,
        PlanOffer,
        plan_id=plan.id,
        person_id=person.id,
        hours=hours,
        made_at=context.now,
    ):
        changed(context.session, _own(plan.id, person.id).values(hours=hours))
    record_plan(context, plan, "plan.offered", person=person.id, parts=len(parts))


def end_plan_offer(context: Context, *, plan_id: int) -> None:
    """Ends the offer: the next time the procedure starts they are not asked."""
    plan = living_plan(context.session, plan_id)
    if not changed(
        context.session, _own(plan.id, context.actor.person_id or 0).values(ended_at=context.now)
    ):
        raise NotFound(N_("您没有报名这个预案"))
    record_plan(context, plan, "plan.offer_ended", person=context.actor.person_id)


def _own(plan_id: int, person_id: int) -> Update:
    return update(PlanOffer).where(
        PlanOffer.plan_id == plan_id,
        PlanOffer.person_id == person_id,
        PlanOffer.ended_at.is_(None),
    )
