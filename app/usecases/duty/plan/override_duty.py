"""Overrides: for a period a coordinator changes who is on duty. Whoever comes is asked first."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Person
from app.rotation.plan.models import RotaOverride
from app.rotation.plan.overrides import ADD, KINDS, REPLACE
from app.usecases.duty.plan.leave_duty import let_back
from app.usecases.duty.plan.manage_rota import of_coordinator, record_rota
from app.usecases.duty.plan.publish_duty import publish_duty


def override_duty(
    session: Session,
    *,
    actor: Actor,
    rota_id: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    layer: int | None = None,
    person_id: int | None = None,
    by_id: int | None = None,
) -> int:
    """For a period somebody is added, taken out or replaced. Whoever comes is asked first."""
    rota = of_coordinator(session, actor, rota_id)
    wrong = {}
    if kind not in KINDS or (kind == REPLACE and person_id is None):
        wrong["kind"] = N_("请选要怎么改")
    if kind in (ADD, REPLACE) and (by_id is None or session.get(Person, by_id) is None):
        wrong["by_id"] = N_("请选志愿者")
    if not starts_at < ends_at or ends_at <= now:
        wrong["ends_at"] = N_("结束要在开始之后，并且在将来")
    if wrong:
        raise Invalid(wrong)
    if kind in (ADD, REPLACE) and by_id is not None:
        let_back(session, rota, by_id, starts_at=starts_at, ends_at=ends_at, now=now)
    made = RotaOverride(
        rota_id=rota.id,
        kind=kind,
        layer=layer,
        person_id=person_id,
        by_id=by_id if kind in (ADD, REPLACE) else None,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=now,
        made_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    record_rota(
        session, rota, actor, "rota.overridden", now, override=made.id, change=kind, layer=layer
    )
    publish_duty(session, actor=actor, rota_id=rota.id, now=now)
    return made.id


def end_override(session: Session, *, actor: Actor, override_id: int, now: datetime) -> None:
    """Takes an override back. Somebody's own "I cannot" is not a coordinator's to take back."""
    found = session.get(RotaOverride, override_id)
    if found is None or found.kind not in KINDS:
        raise NotFound(N_("没有找到这次调整"))
    rota = of_coordinator(session, actor, found.rota_id)
    held = update(RotaOverride).where(
        RotaOverride.id == override_id, RotaOverride.ended_at.is_(None)
    )
    if not changed(session, held.values(ended_at=now)):
        raise Stale(N_("这次调整已经撤回了"))
    session.refresh(found)
    record_rota(session, rota, actor, "rota.override_ended", now, override=override_id)
    publish_duty(session, actor=actor, rota_id=rota.id, now=now)
