"""What somebody offers for duty, as they see it, and with whom they may ask to go together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.people.models import Person
from app.rotation.models import Shift
from app.rotation.plan.grid import boxes_of
from app.rotation.plan.models import FlexOffer
from app.rotation.plan.windows import read_windows
from app.rotation.plan.wishes import DayWish, read_wishes

# Whom one met on duty within this time is known by name.
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OwnHours:
    """The own flex grid: hours of the week (0 to 167), limits, wishes, with whom."""

    boxes: frozenset[int]
    may_call: bool
    week_hours: int | None
    month_hours: int | None
    nights_week: int | None
    with_person_id: int | None
    wishes: tuple[DayWish, ...]


def own_hours(session: Session, person_id: int) -> OwnHours:
    """What stands; nothing is offered until somebody does."""
    found = session.get(FlexOffer, person_id)
    if found is None:
        return OwnHours(frozenset(), False, None, None, None, None, ())
    return OwnHours(
        boxes_of(read_windows(found.hours)),
        found.callable,
        found.week_hours,
        found.month_hours,
        found.nights_week,
        found.with_person_id,
        read_wishes(found.wishes or []),
    )


def met_on_duty(session: Session, person_id: int, *, now: datetime) -> dict[int, str]:
    """Names of whom the person was on duty with, or handed over to, by id.

    Nobody else's name is told: a volunteer is no register of volunteers.
    """
    mine, theirs = aliased(Shift), aliased(Shift)
    rows = session.execute(
        select(Person.id, Person.name)
        .join(theirs, theirs.person_id == Person.id)
        .join(mine, mine.rota_id == theirs.rota_id)
        .where(
            mine.person_id == person_id,
            Person.id != person_id,
            Person.state == "active",
            *(one.state == "agreed" for one in (mine, theirs)),
            *(one.origin != "flex" for one in (mine, theirs)),
            *(one.starts_at <= now for one in (mine, theirs)),
            mine.ends_at > now - LATELY,
            theirs.ends_at > now - LATELY,
        )
        .where(mine.starts_at <= theirs.ends_at, theirs.starts_at <= mine.ends_at)
        .distinct()
        .order_by(Person.id)
    )
    return dict(rows.all())
