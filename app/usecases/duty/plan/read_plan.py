"""The present plan of a rota: layers, overrides, offered hours, absences."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.offers.models import Offer
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Rota, Shift
from app.rotation.plan.compose import Layer, Pause, RotaPlan, planned
from app.rotation.plan.fixed import Fixed
from app.rotation.plan.models import FlexOffer
from app.rotation.plan.queries import load_plan
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftOrigin, ShiftState
from app.usecases.duty.plan.rest_rules import own_days

FOR_EVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def plan_of(
    session: Session,
    rota: Rota,
    *,
    since: datetime,
    until: datetime,
    instead: Layer | None = None,
) -> RotaPlan:
    """The plan of a rota, without people who are paused, suspended or gone. Few queries.

    With `instead`, the plan as if that layer had this other rotation.
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
    away = tuple(_away(session, rota, people, since))
    return replace(plan, pauses=(*plan.pauses, *away))


def _stood_for(one: Layer, other: Layer) -> bool:
    """Fixed shifts stay, whatever the layer's rotation is."""
    return one.number == other.number and not isinstance(one.source, Fixed)


def _flex_people(session: Session, rota: Rota) -> list[int]:
    rows = session.scalars(
        select(FlexOffer.person_id)
        .join(Person, Person.id == FlexOffer.person_id)
        .where(
            FlexOffer.callable,
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(rota.area_path),
        )
    )
    return list(rows)


def _away(session: Session, rota: Rota, people: Iterable[int], now: datetime) -> Iterable[Pause]:
    ids = sorted(people)
    gone = session.scalars(
        select(Person.id).where(Person.id.in_(ids), Person.state != PersonState.ACTIVE)
    )
    for person_id in gone:
        yield Pause(now, FOR_EVER, person_id)
    rows = session.execute(
        select(Offer.person_id, Offer.paused_until).where(
            Offer.person_id.in_(ids), Offer.paused_until > now
        )
    )
    paused = {person_id: until for person_id, until in rows if until is not None}
    agreed = _agreed(session, rota, paused, now) if paused else {}
    for person_id, until in paused.items():
        # A break is from being asked: what was agreed to before stands until it is given away.
        for start, end in gaps(agreed.get(person_id, ()), now, until):
            yield Pause(start, end, person_id)


def _agreed(
    session: Session, rota: Rota, people: Iterable[int], now: datetime
) -> dict[int, list[Span]]:
    """The coming duty in a rota that each of these people agreed to."""
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id,
            Shift.person_id.in_(people),
            Shift.state == ShiftState.AGREED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.ends_at > now,
        )
    )
    found: dict[int, list[Span]] = {}
    for one in rows:
        span = Span(one.person_id, one.starts_at, one.ends_at, one.layer)
        found.setdefault(one.person_id, []).append(span)
    return found
