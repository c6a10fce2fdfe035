"""Whom a message reaches, and over which channels; and who cannot be reached at all, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, exists, or_, select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.statements import among
from app.notifications.models import PhoneTrouble, PushSubscription
from app.notifications.reach import Barrier
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.usecases.messages.phone_troubles import barrier_of


@dataclass(frozen=True, slots=True)
class Reach:
    """Over which channels a message goes out; true if over any.

    `before`: the same was said to this recipient before, so it is not said again.
    """

    over: frozenset[str] = frozenset()
    before: bool = False

    def __bool__(self) -> bool:
        return bool(self.over)

    @property
    def reached(self) -> bool:
        """Whether the recipient hears of it, now or before."""
        return bool(self.over) or self.before

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.over | other.over, self.before or other.before)


NOBODY = Reach()

# In force at the moment that is bound as `now`.
_BARRED = (PhoneTrouble.phone_lookup == Person.phone_lookup) & (
    PhoneTrouble.until > bindparam("now")
)
_NO_TEXT = or_(Person.opted_out_at.is_not(None), exists().where(_BARRED))
_NO_DEVICE = ~exists().where(PushSubscription.person_id == Person.id)
_WHY = case(
    (Person.opted_out_at.is_not(None), str(Barrier.STOPPED)),
    else_=select(PhoneTrouble.barrier)
    .where(_BARRED)
    .order_by(PhoneTrouble.until.desc())
    .limit(1)
    .correlate(Person)
    .scalar_subquery(),
)
UNREACHED: ColumnElement[bool] = _NO_TEXT & _NO_DEVICE & Person.email.is_(None)
UNREACHABLE = select(Person.id, _WHY).where(among(Person.id, "people"), UNREACHED)


def why_no_text(session: Session, person: Person, now: datetime) -> Barrier | None:
    """Why this person gets no texts now; None if they do."""
    if person.opted_out_at is not None:
        return Barrier.STOPPED
    return barrier_of(session, person.phone_lookup, now)


def unreachable(reader: Connection, people: Sequence[int], now: datetime) -> dict[int, Barrier]:
    """Those of these people whom no message reaches now, neither text, email nor push, and why."""
    rows = reader.execute(UNREACHABLE, {"people": people, "now": now})
    return {person_id: Barrier(why) for person_id, why in rows}


def no_way(session: Session, person_id: int, *, now: datetime) -> Barrier | None:
    """Why no message at all reaches this person now; None if one does."""
    return unreachable(session.connection(), [person_id], now).get(person_id)


def unreachable_helpers(
    session: Session, paths: Sequence[str], now: datetime
) -> dict[int, Barrier]:
    """Active volunteers and coordinators of these areas whom no message reaches, and why."""
    if not paths:
        return {}
    helps = exists().where(
        Role.person_id == Person.id,
        Role.ended_at.is_(None),
        Role.role.in_((RoleName.VOLUNTEER, RoleName.COORDINATOR)),
    )
    rows: Any = session.execute(
        select(Person.id, _WHY)
        .where(
            or_(*(Person.area_path.startswith(path) for path in paths)),
            Person.state == PersonState.ACTIVE,
            helps,
            UNREACHED,
        )
        .order_by(Person.id),
        {"now": now},
    )
    return {person_id: Barrier(why) for person_id, why in rows}
