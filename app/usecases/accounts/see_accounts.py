"""What an administrator sees of accounts: who holds which role where, and one account in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotAllowed
from app.core.i18n import N_
from app.people.models import LoginSession, Person, Role
from app.trail.queries import TrailLine, lines_before
from app.usecases.accounts.grant_roles import load_person
from app.usecases.accounts.log_in import sessions_of


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role and the area for which it holds or held."""

    id: int
    role: str
    area_name: str
    area_path: str
    granted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the list. Pages mask the phone number."""

    id: int
    name: str
    phone: str
    state: str
    area_name: str
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its roles, where it is logged in, and what happened to it."""

    person: Person
    area_name: str
    roles: tuple[HeldRole, ...]
    log_ins: tuple[LoginSession, ...]
    lines: tuple[TrailLine, ...]
    names: dict[int, str]


def list_accounts(
    session: Session,
    *,
    actor: Actor,
    area_path: str,
    role: str | None = None,
    state: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[AccountLine]:
    """People of an area and below, or with a role there. No search by name or number."""
    actor.needs(RoleName.ADMINISTRATOR, area_path)
    below = Role.area_path.startswith(area_path, autoescape=True)
    holders = select(Role.person_id).where(below, Role.ended_at.is_(None))
    chosen = select(
        Person.id, Person.name, Person.phone, Person.state, Area.name_zh.label("area")
    ).join(Area, Area.id == Person.area_id)
    if role:
        chosen = chosen.where(Person.id.in_(holders.where(Role.role == role)))
    else:
        here = Person.area_path.startswith(area_path, autoescape=True)
        chosen = chosen.where(or_(here, Person.id.in_(holders)))
    if state:
        chosen = chosen.where(Person.state == state)
    rows = session.execute(chosen.order_by(Person.id).limit(limit).offset(offset)).all()
    roles = _roles(session, [row.id for row in rows], ended=False)
    return [
        AccountLine(row.id, row.name, row.phone, row.state, row.area, roles.get(row.id, ()))
        for row in rows
    ]


def _roles(session: Session, ids: Sequence[int], *, ended: bool) -> dict[int, tuple[HeldRole, ...]]:
    chosen = (
        select(Role, Area.name_zh)
        .join(Area, Area.id == Role.area_id)
        .where(Role.person_id.in_(ids))
        .order_by(Role.id)
    )
    if not ended:
        chosen = chosen.where(Role.ended_at.is_(None))
    found: dict[int, tuple[HeldRole, ...]] = {}
    for held, area in session.execute(chosen):
        line = HeldRole(held.id, held.role, area, held.area_path, held.granted_at, held.ended_at)
        found[held.person_id] = (*found.get(held.person_id, ()), line)
    return found


def open_account(context: Context, *, person_id: int) -> Account:
    """One account, for an administrator of its area or of an area in which it has a role."""
    person = load_person(context.session, person_id)
    roles = _roles(context.session, [person.id], ended=True).get(person.id, ())
    where = [person.area_path, *(one.area_path for one in roles if one.ended_at is None)]
    if not any(context.actor.has(RoleName.ADMINISTRATOR, path) for path in where):
        raise NotAllowed(N_("您没有这个区域的权限"))
    lines = tuple(
        line
        for path in context.actor.paths(RoleName.ADMINISTRATOR)
        for line in lines_before(
            context.session, path, subjects=["person"], subject_id=str(person.id), limit=50
        )
    )
    return Account(
        person,
        context.session.scalar(select(Area.name_zh).where(Area.id == person.area_id)) or "",
        roles,
        tuple(sessions_of(context.session, person_id=person.id, now=context.now)),
        lines,
        names_of(context.session, lines),
    )


def names_of(session: Session, lines: Sequence[TrailLine]) -> dict[int, str]:
    """Names of those who acted."""
    ids = {line.actor_id for line in lines if line.actor_id is not None}
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
