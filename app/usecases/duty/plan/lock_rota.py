"""Holding a rota while its plan or its shifts change, and reading the plan with what limits it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.offers.models import Offer
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.plan.compose import Layer, Pause, RotaPlan, planned
from app.rotation.plan.fixed import Fixed
from app.rotation.plan.models import FixedTurn, FlexOffer
from app.rotation.plan.queries import load_plan
from app.usecases.duty.plan.read_own_days import own_days

LIVE = ("offered", "agreed")
FOR_EVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def hold_rota(session: Session, rota_id: int) -> Rota:
    """The rota as it stands, held until the transaction ends. Raises NotFound."""
    held = update(Rota).where(Rota.id == rota_id)
    if not changed(session, held.values(version=Rota.version + 1)):
        raise NotFound(N_("没有找到这个轮值表"))
    return session.get_one(Rota, rota_id, populate_existing=True)


def hold_shift(session: Session, actor: Actor, shift_id: int, now: datetime) -> tuple[Shift, Rota]:
    """A shift and its rota, the rota held. The own shift, or one of a coordinator's area.

    Raises NotFound, and NotAllowed for a stranger.
    """
    shift = session.get(Shift, shift_id)
    if shift is None:
        raise NotFound(N_("没有找到这个班次"))
    rota = session.get_one(Rota, shift.rota_id)
    if shift.person_id != actor.person_id:
        actor.needs("coordinator", rota.area_path)
    rota = hold_rota(session, rota.id)
    session.refresh(shift)
    if shift.origin == "hand" and shift.state in LIVE:
        _adopt(session, shift, now)
    return shift, rota


def _adopt(session: Session, shift: Shift, now: datetime) -> None:
    """A shift from before there was a plan becomes a fixed one: what changes is in the plan."""
    insert_once(
        session,
        FixedTurn,
        rota_id=shift.rota_id,
        layer=shift.layer,
        person_id=shift.person_id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        made_at=now,
        made_by=shift.made_by,
    )
    shift.origin = "plan"
    session.flush()


def plan_of(
    session: Session,
    rota: Rota,
    *,
    since: datetime,
    until: datetime,
    instead: Layer | None = None,
) -> RotaPlan:
    """The plan of a rota, without whoever is paused, suspended or gone. Few queries.

    With `instead` as it would be with another rotation in that layer.
    """
    flex = _flex_people(session, rota)
    plan = load_plan(
        session,
        rota,
        zone=zone_of(session, rota.area_path),
        since=since,
        flex_people=flex,
        own_days=own_days(session, flex),
    )
    if instead is not None:
        others = (one for one in plan.layers if not _stood_for(one, instead))
        plan = replace(plan, layers=(*others, instead))
    people = {one.person_id for one in planned(plan, since, until)}
    away = tuple(_away(session, people, since))
    return replace(plan, pauses=(*plan.pauses, *away))


def _stood_for(one: Layer, other: Layer) -> bool:
    """Fixed shifts stay, whatever else their layer is."""
    return one.number == other.number and not isinstance(one.source, Fixed)


def _flex_people(session: Session, rota: Rota) -> list[int]:
    rows = session.scalars(
        select(FlexOffer.person_id)
        .join(Person, Person.id == FlexOffer.person_id)
        .where(
            FlexOffer.callable,
            Person.state == "active",
            Person.area_path.startswith(rota.area_path),
        )
    )
    return list(rows)


def _away(session: Session, people: Iterable[int], now: datetime) -> Iterable[Pause]:
    ids = sorted(people)
    gone = session.scalars(select(Person.id).where(Person.id.in_(ids), Person.state != "active"))
    for person_id in gone:
        yield Pause(now, FOR_EVER, person_id)
    paused = session.execute(
        select(Offer.person_id, Offer.paused_until).where(
            Offer.person_id.in_(ids), Offer.paused_until > now
        )
    )
    for person_id, until in paused:
        if until is not None:
            yield Pause(now, until, person_id)
