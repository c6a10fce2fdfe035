"""People a coordinator may ask for duty in a rota, and what speaks against each for one shift."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.cover import least_first
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import RotaLayer, RotaMember
from app.rotation.rest import Against
from app.rotation.rules import Span
from app.rotation.states import ShiftState
from app.usecases.duty.plan.commitments import duties_of
from app.usecases.duty.plan.conflicts import conflicts_of
from app.usecases.duty.views.free_for_shift import people_offering, people_taking
from app.usecases.duty.views.rota_info import RotaInfo, ShiftInfo

LATELY = timedelta(days=60)
MOST_OTHERS = 200
# They are asked to take a shift at this time, and have not answered.
ASKED = Against("asked", 1, 0)
# They did not offer these hours; asking is possible all the same.
NOT_OFFERED = Against("not_offered", 1, 0)


@dataclass(frozen=True, slots=True)
class DutyPeople:
    """Pairs of id and name: people with turns in the rota or recent duty, and everybody else."""

    known: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for one shift; `against` is empty for people who offered it, are free and rested."""

    person_id: int
    name: str
    against: tuple[Against, ...]


def duty_people(session: Session, rota: RotaInfo, *, now: datetime) -> DutyPeople:
    """Active volunteers of the rota's area. The caller checks permissions."""
    known = {*_members(session, rota.id), *_lately(session, rota.id, now)}
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Role.role == RoleName.VOLUNTEER,
            Role.ended_at.is_(None),
            Person.id.in_(known) | Person.area_path.startswith(rota.area_path),
        )
        .order_by(Person.id.in_(known).desc(), Person.id)
        .limit(MOST_OTHERS + len(known))
    )
    pairs = [(key, name) for key, name in rows]
    return DutyPeople(
        tuple(one for one in pairs if one[0] in known),
        tuple(one for one in pairs if one[0] not in known),
    )


def candidates_for(
    session: Session, rota: RotaInfo, shift: ShiftInfo, *, now: datetime
) -> tuple[Candidate, ...]:
    """Who else could do a shift, among them those who have done least first.

    At first who offered these hours, is free and rested, and is not asked for that time already;
    then who only did not offer them; then the others, each with what speaks against them.
    """
    span = _rest_of(shift, now)
    offering = people_offering(session, rota.area_path, span.starts_at, span.ends_at)
    names = dict(duty_people(session, rota, now=now).known) | offering
    people = [one for one in names if one != shift.person_id]
    found = _against(session, rota, people, span, offering=offering)
    held = duties_of(session, people, now - LATELY, shift.ends_at)
    order = sorted(least_first(people, held), key=lambda one: _rank(found[one]))
    return tuple(Candidate(one, names[one], found[one]) for one in order)


def against_person(
    session: Session, rota: RotaInfo, shift: ShiftInfo, person_id: int, *, now: datetime
) -> tuple[Against, ...]:
    """What speaks against giving the shift to this person. The caller checks permissions."""
    span = _rest_of(shift, now)
    offering = people_offering(session, rota.area_path, span.starts_at, span.ends_at)
    return _against(session, rota, [person_id], span, offering=offering)[person_id]


def _rest_of(shift: ShiftInfo, now: datetime) -> Span:
    """The hours of a shift that are still to come, of nobody yet."""
    return Span(0, max(shift.starts_at, now), shift.ends_at, shift.layer)


def _against(
    session: Session, rota: RotaInfo, people: list[int], span: Span, *, offering: Collection[int]
) -> dict[int, tuple[Against, ...]]:
    found = conflicts_of(session, session.get_one(Rota, rota.id), people, span, asking=True)
    taking = people_taking(session, people, span.starts_at, span.ends_at)
    for one in people:
        if one in taking:
            found[one] = (ASKED, *found[one])
        if one not in offering:
            found[one] = (*found[one], NOT_OFFERED)
    return found


def _rank(found: tuple[Against, ...]) -> int:
    if found in ((), (NOT_OFFERED,)):
        return len(found)
    return 2


def _members(session: Session, rota_id: int) -> list[int]:
    rows = session.scalars(
        select(RotaMember.person_id)
        .join(RotaLayer, RotaLayer.id == RotaMember.layer_id)
        .where(RotaLayer.rota_id == rota_id, RotaLayer.ended_at.is_(None))
    )
    return list(rows)


def _lately(session: Session, rota_id: int, now: datetime) -> list[int]:
    rows = session.scalars(
        select(Shift.person_id).where(
            Shift.rota_id == rota_id,
            Shift.state.in_((ShiftState.OFFERED, ShiftState.AGREED)),
            Shift.ends_at > now - LATELY,
        )
    )
    return list(rows)
