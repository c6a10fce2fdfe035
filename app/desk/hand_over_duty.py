"""Duty (轮值): a coordinator offers a shift, the volunteer agrees. Nobody is ever put on duty."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.trail.chain import record

LONGEST = timedelta(hours=24)


def make_rota(session: Session, *, actor: Actor, area_id: int, name: str, now: datetime) -> int:
    """Begins a rota for an area."""
    area = session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    actor.needs("coordinator", area.path)
    if not 1 <= len(name.strip()) <= 80:
        raise Invalid({"name": N_("请写轮值表的名字")})
    made = Rota(area_id=area.id, area_path=area.path, name=name.strip(), pattern=[])
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor,
        kind="rota.made",
        subject=("rota", made.id),
        area_path=area.path,
        now=now,
    )
    return made.id


def offer_shift(
    session: Session,
    *,
    actor: Actor,
    rota_id: int,
    person_id: int,
    starts_at: datetime,
    ends_at: datetime,
    layer: int,
    now: datetime,
) -> None:
    """Asks somebody to be on duty for a period. It counts only once they agree."""
    rota = session.get(Rota, rota_id)
    person = session.get(Person, person_id)
    if rota is None or person is None:
        raise NotFound(N_("没有找到轮值表或志愿者"))
    actor.needs("coordinator", rota.area_path)
    if person.state != "active":
        raise Refused(N_("这位志愿者现在不能接单"))
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= now:
        raise Invalid({"ends_at": N_("班次要在将来，最长 24 小时")})
    fresh = insert_once(
        session,
        Shift,
        rota_id=rota.id,
        person_id=person.id,
        starts_at=starts_at,
        ends_at=ends_at,
        layer=layer,
        state="offered",
        made_by=actor.person_id,
    )
    if not fresh:
        raise Stale(N_("这个班次已经问过这位志愿者了"))
    record(
        session,
        actor=actor,
        kind="shift.offered",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        now=now,
        details={"person": person.id, "layer": layer},
    )


def _mine(session: Session, actor: Actor, shift_id: int) -> tuple[Shift, Rota]:
    shift = session.get(Shift, shift_id, populate_existing=True)
    if shift is None:
        raise NotFound(N_("没有找到这个班次"))
    rota = session.get_one(Rota, shift.rota_id)
    if shift.person_id != actor.person_id:
        actor.needs("coordinator", rota.area_path)
    return shift, rota


def agree(session: Session, *, actor: Actor, shift_id: int, now: datetime) -> None:
    """The volunteer says yes to a shift. Only they can."""
    shift, rota = _mine(session, actor, shift_id)
    if shift.person_id != actor.person_id:
        raise Refused(N_("值班要本人同意"))
    _move(session, shift, ("offered",), "agreed", now)
    _record(session, actor, rota, shift, "shift.agreed", now)


def cancel_shift(session: Session, *, actor: Actor, shift_id: int, now: datetime) -> None:
    """The volunteer cannot, or the coordinator takes it back."""
    shift, rota = _mine(session, actor, shift_id)
    _move(session, shift, ("offered", "agreed"), "cancelled", None)
    _record(session, actor, rota, shift, "shift.cancelled", now)


def _move(
    session: Session, shift: Shift, before: tuple[str, ...], after: str, agreed: datetime | None
) -> None:
    still = update(Shift).where(Shift.id == shift.id, Shift.state.in_(before))
    if not changed(session, still.values(state=after, agreed_at=agreed)):
        raise Stale(N_("这个班次的状态已经变了"))


def _record(
    session: Session, actor: Actor, rota: Rota, shift: Shift, kind: str, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("shift", shift.id),
        area_path=rota.area_path,
        now=now,
        details={"person": shift.person_id},
    )
