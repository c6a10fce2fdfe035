"""Coming on duty now, with one tap: adds the volunteer to the plan from this moment on."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Rota
from app.rotation.plan.models import AWAY, RotaOverride
from app.rotation.queries import on_duty_in, rota_for
from app.rotation.rules import Span
from app.rotation.states import OverrideReason
from app.trail.chain import record
from app.usecases.duty.plan.conflicts import check_own_yes
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.shared.lock_people import lock_people
from app.usecases.shared.wake_waiting import wake_waiting_requests

LONGEST = timedelta(hours=12)
SHORTEST = timedelta(minutes=15)


def go_on(context: Context, *, until: datetime) -> int:
    """Puts the volunteer on duty from now until then, on their own wish. Returns the rota.

    Raises NotFound when no rota covers their area, Stale when they are on duty already.
    """
    person = context.session.get(Person, context.actor.person_id or 0)
    if (
        person is None
        or person.state != PersonState.ACTIVE
        or not context.actor.has(RoleName.VOLUNTEER, person.area_path)
    ):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    if not context.now + SHORTEST <= until <= context.now + LONGEST:
        raise Invalid({"until": N_("请选从现在起 12 小时以内的时间")})
    found = rota_for(context.session, person.area_path)
    if found is None:
        raise NotFound(N_("您的区域还没有轮值表，请联系调度员"))
    lock_people(context.session, [person.id])
    rota = lock_rota(context.session, found)
    if person.id in on_duty_in(context.session, rota.id, context.now):
        raise Stale(N_("您已经在值班了"))
    _come_back(context.session, rota, person.id, until, context.now)
    check_own_yes(context.session, rota, Span(person.id, context.now, until))
    context.session.add(
        RotaOverride(
            rota_id=rota.id,
            kind="add",
            layer=1,
            by_id=person.id,
            starts_at=context.now,
            ends_at=until,
            reason=OverrideReason.ON_NOW,
            agreed_at=context.now,
            made_at=context.now,
            made_by=person.id,
        )
    )
    record(
        context,
        kind="duty.on",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        details={"person": person.id},
    )
    done = publish_duty(context, rota_id=rota.id)
    for shift in done.made:
        if shift.person_id == person.id and shift.starts_at <= context.now:
            shift.checked_in_at = context.now
    wake_waiting_requests(context, person.id, on_duty=True)
    return rota.id


def _come_back(
    session: Session, rota: Rota, person_id: int, until: datetime, now: datetime
) -> None:
    """Suspends their own "I cannot" until then; afterwards it holds again."""
    away = (
        RotaOverride.rota_id == rota.id,
        RotaOverride.kind == AWAY,
        RotaOverride.person_id == person_id,
        RotaOverride.ended_at.is_(None),
        RotaOverride.starts_at < until,
        RotaOverride.ends_at > now,
    )
    over = update(RotaOverride).where(*away, RotaOverride.ends_at <= until)
    changed(session, over.values(ended_at=now))
    changed(session, update(RotaOverride).where(*away).values(starts_at=until))
