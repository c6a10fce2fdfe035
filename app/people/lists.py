"""Lists of people for coordinators and administrators. Only the shown page is decrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.people.models import Organisation, Person, PersonSkill, Role
from app.people.rules import PersonState

# Names are encrypted, so a search decrypts every one of them: limit how many.
MOST_SEARCHED = 500
STATES = tuple(PersonState)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of a list of people."""

    id: int
    name: str
    phone: str
    state: str
    area_path: str
    organisation: str | None
    registered_at: datetime
    roles: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list; None and the empty name filter nothing."""

    state: str | None = None
    organisation_id: int | None = None
    skill_id: int | None = None
    name: str = ""
    # Nobody but these, if given.
    only: frozenset[int] | None = None


def _within(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(Person.area_path.startswith(path) for path in paths))


def _conditions(paths: Sequence[str], wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [_within(paths)]
    if wanted.state:
        found.append(Person.state == wanted.state)
    if wanted.only is not None:
        found.append(Person.id.in_(wanted.only))
    if wanted.organisation_id is not None:
        found.append(Person.organisation_id == wanted.organisation_id)
    if wanted.skill_id is not None:
        having = select(PersonSkill.person_id).where(PersonSkill.skill_id == wanted.skill_id)
        found.append(Person.id.in_(having))
    return found


def count_by_state(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """How many people of these areas are in each state."""
    if not paths:
        return {}
    rows = session.execute(
        select(Person.state, func.count()).where(_within(paths)).group_by(Person.state)
    )
    return dict(rows.all())


def may_search(session: Session, paths: Sequence[str], wanted: Wanted) -> bool:
    """Whether the other filters leave few enough people to search for a name."""
    if not paths:
        return False
    some = select(Person.id).where(*_conditions(paths, wanted)).limit(MOST_SEARCHED + 1)
    number = session.scalar(select(func.count()).select_from(some.subquery()))
    return (number or 0) <= MOST_SEARCHED


def people_of(
    session: Session, paths: Sequence[str], wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> list[PersonLine]:
    """People of these areas, those who wait for approval first. A constant number of queries.

    Searches a name among `MOST_SEARCHED` people at most: call `may_search` first.
    """
    if not paths:
        return []
    chosen = select(Person).where(*_conditions(paths, wanted))
    if wanted.name:
        chosen = chosen.where(Person.id.in_(_named(session, paths, wanted)))
    order = (Person.state != PersonState.PENDING, Person.id)
    people = session.scalars(chosen.order_by(*order).limit(limit).offset(offset)).all()
    roles = _roles(session, [person.id for person in people])
    organisations = dict(session.execute(select(Organisation.id, Organisation.name)).all())
    return [
        PersonLine(
            id=one.id,
            name=one.name,
            phone=one.phone,
            state=one.state,
            area_path=one.area_path,
            organisation=organisations.get(one.organisation_id or 0),
            registered_at=one.registered_at,
            roles=roles.get(one.id, ()),
            version=one.version,
        )
        for one in people
    ]


def _named(session: Session, paths: Sequence[str], wanted: Wanted) -> list[int]:
    rows = session.execute(
        select(Person.id, Person.name).where(*_conditions(paths, wanted)).limit(MOST_SEARCHED)
    )
    looked_for = wanted.name.casefold()
    return [person_id for person_id, name in rows if looked_for in name.casefold()]


def _roles(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(Role.person_id, Role.role)
        .where(Role.person_id.in_(ids), Role.ended_at.is_(None))
        .order_by(Role.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person_id, role in rows:
        found[person_id] = tuple(dict.fromkeys((*found.get(person_id, ()), role)))
    return found


def skills_of_many(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, bool]]]:
    """The skills of each person, and whether a coordinator has seen the certificate."""
    rows = session.execute(
        select(PersonSkill.person_id, PersonSkill.skill_id, PersonSkill.verified_at)
        .where(PersonSkill.person_id.in_(ids))
        .order_by(PersonSkill.person_id, PersonSkill.skill_id)
    )
    found: dict[int, list[tuple[int, bool]]] = {}
    for person_id, skill_id, verified_at in rows:
        found.setdefault(person_id, []).append((skill_id, verified_at is not None))
    return found
