"""On duty now, with one tap: the plan has the volunteer from this moment on."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
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
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.rest_rules import check_rest

LONGEST = timedelta(hours=12)
SHORTEST = timedelta(minutes=15)


def go_on(session: Session, *, actor: Actor, until: datetime, now: datetime) -> int:
    """The volunteer is on duty from now until then, because they say so. Returns the rota.

    Raises NotFound when no rota covers their area, Stale when they are on duty already.
    """
    person = session.get(Person, actor.person_id or 0)
    if (
        person is None
        or person.state != PersonState.ACTIVE
        or not actor.has("volunteer", person.area_path)
    ):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    if not now + SHORTEST <= until <= now + LONGEST:
        raise Invalid({"until": N_("请选从现在起 12 小时以内的时间")})
    found = rota_for(session, person.area_path)
    if found is None:
        raise NotFound(N_("您的区域还没有轮值表，请联系调度员"))
    rota = lock_rota(session, found)
    if person.id in on_duty_in(session, rota.id, now):
        raise Stale(N_("您已经在值班了"))
    check_rest(session, rota, Span(person.id, now, until))
    _come_back(session, rota, person.id, until, now)
    session.add(
        RotaOverride(
            rota_id=rota.id,
            kind="add",
            layer=1,
            by_id=person.id,
            starts_at=now,
            ends_at=until,
            reason=OverrideReason.ON_NOW,
            agreed_at=now,
            made_at=now,
            made_by=person.id,
        )
    )
    record(
        session,
        actor=actor,
        kind="duty.on",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        now=now,
        details={"person": person.id},
    )
    done = publish_duty(session, actor=actor, rota_id=rota.id, now=now)
    for shift in done.made:
        if shift.person_id == person.id and shift.starts_at <= now:
            shift.checked_in_at = now
    return rota.id


def _come_back(
    session: Session, rota: Rota, person_id: int, until: datetime, now: datetime
) -> None:
    """Their own "I cannot" holds no longer until then; after that it does."""
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
