"""Reads of people. Names and numbers are decrypted only where a page shows them."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Scope
from app.core.crypto import lookup_hash
from app.people.models import BlockedPair, Organisation, Person, PersonSkill, Role
from app.people.namesakes import PersonName, tell_apart
from app.people.rules import PersonState


def by_phone(session: Session, phone: str) -> Person | None:
    """The person with this number (E.164), whatever their state."""
    return session.scalar(select(Person).where(Person.phone_lookup == lookup_hash("phone", phone)))


def names_of(session: Session, people: Iterable[int | None]) -> dict[int, PersonName]:
    """Names by id, of one name told apart from each other."""
    ids = {one for one in people if one is not None}
    return tell_apart(
        (key, name, phone)
        for key, name, phone in session.execute(
            select(Person.id, Person.name, Person.phone).where(Person.id.in_(ids))
        )
    )


def scopes_of(session: Session, person_id: int) -> tuple[Scope, ...]:
    """The roles that the person holds now."""
    rows = session.execute(
        select(Role.role, Role.area_path)
        .where(Role.person_id == person_id, Role.ended_at.is_(None))
        .order_by(Role.id)
    )
    return tuple(Scope(role, path) for role, path in rows)


def people_with_role(session: Session, role: str, *, limit: int) -> list[Person]:
    """Active people who hold a role, the first enrolled first."""
    rows = session.scalars(
        select(Person)
        .join(Role, Role.person_id == Person.id)
        .where(Role.role == role, Role.ended_at.is_(None), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
        .limit(limit)
    )
    return list(rows)


def count_people(session: Session, area_path: str, *, state: str | None = None) -> int:
    """How many people an area has."""
    chosen = select(func.count()).select_from(Person).where(Person.area_path.startswith(area_path))
    return session.scalar(chosen.where(Person.state == state) if state else chosen) or 0


def list_organisations(session: Session) -> list[Organisation]:
    """Every organisation that has not ended, by name."""
    rows = session.scalars(
        select(Organisation).where(Organisation.active).order_by(Organisation.name)
    )
    return list(rows)


def skills_of(session: Session, person_id: int) -> frozenset[int]:
    """Ids of the skills that a person has."""
    rows = session.scalars(select(PersonSkill.skill_id).where(PersonSkill.person_id == person_id))
    return frozenset(rows)


def blocked_from(session: Session, phone_lookup: str) -> frozenset[int]:
    """Volunteers who are never sent to the resident with this phone number."""
    rows = session.scalars(
        select(BlockedPair.person_id).where(BlockedPair.phone_lookup == phone_lookup)
    )
    return frozenset(rows)


def organisation_tree(session: Session) -> list[tuple[int, Organisation, int]]:
    """Every organisation after its parent: its depth, itself, and its number of people."""
    counts = dict(
        session.execute(
            select(Person.organisation_id, func.count())
            .where(Person.organisation_id.is_not(None))
            .group_by(Person.organisation_id)
        ).all()
    )
    below: dict[int | None, list[Organisation]] = {}
    for one in session.scalars(select(Organisation).order_by(Organisation.name)):
        below.setdefault(one.parent_id, []).append(one)

    def walk(parent_id: int | None, deep: int) -> list[tuple[int, Organisation, int]]:
        return [
            line
            for one in below.get(parent_id, [])
            for line in [(deep, one, counts.get(one.id, 0)), *walk(one.id, deep + 1)]
        ]

    return walk(None, 0)
