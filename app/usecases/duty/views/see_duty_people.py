"""People a coordinator may ask for duty in a rota, and what speaks against each for one shift."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.people.models import Person, Role
from app.people.namesakes import PersonName
from app.people.queries import names_of
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
    """Ids of people with turns in the rota or recent duty, and of everybody else, with names.

    `names` covers whoever the page mentions besides, so that people of one name are told apart
    wherever it shows them.
    """

    known: tuple[int, ...]
    others: tuple[int, ...]
    names: dict[int, PersonName]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for one shift; `against` is empty for people who offered it, are free and rested."""

    person_id: int
    against: tuple[Against, ...]


def duty_people(
    session: Session, rota: RotaInfo, *, now: datetime, mentioned: Iterable[int | None] = ()
) -> DutyPeople:
    """Active volunteers of the rota's area. `mentioned`: who is named on the page besides.

    The caller checks permissions.
    """
    known, others = _volunteers(session, rota, now)
    return DutyPeople(known, others, names_of(session, {*known, *others, *mentioned}))


def _volunteers(
    session: Session, rota: RotaInfo, now: datetime
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Those with turns in the rota or recent duty, and the others of its area."""
    known = {*_members(session, rota.id), *_lately(session, rota.id, now)}
    rows = session.scalars(
        select(Person.id)
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
    # Somebody who is a volunteer of two areas is found twice.
    found = dict.fromkeys(rows)
    return (
        tuple(one for one in found if one in known),
        tuple(one for one in found if one not in known),
    )


def candidates_for(
    session: Session, rota: RotaInfo, shift: ShiftInfo, *, now: datetime
) -> tuple[Candidate, ...]:
    """Who else could do a shift, among them those who have done least first.

    At first who offered these hours, is free and rested, and is not asked for that time already;
    then who only did not offer them; then the others, those with fewer reasons against them first.
    """
    span = _rest_of(shift, now)
    offering = people_offering(session, rota.area_path, span.starts_at, span.ends_at)
    known, _ = _volunteers(session, rota, now)
    people = [one for one in dict.fromkeys([*known, *offering]) if one != shift.person_id]
    found = _against(session, rota, people, span, offering=offering)
    held = duties_of(session, people, now - LATELY, shift.ends_at)
    order = sorted(least_first(people, held), key=lambda one: _rank(found[one]))
    return tuple(Candidate(one, found[one]) for one in order)


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
    """The fewest reasons first; hours that were not offered weigh least."""
    return len(found) if found in ((), (NOT_OFFERED,)) else 1 + len(found)


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
