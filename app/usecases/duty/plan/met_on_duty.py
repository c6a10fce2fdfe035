"""People somebody was on duty with, and so may know by name."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Shift
from app.rotation.states import ShiftOrigin, ShiftState

# People met on duty within this time are known by name.
LATELY = timedelta(days=90)


def met_on_duty(session: Session, person_id: int, *, now: datetime) -> dict[int, str]:
    """Names by id of people the person was on duty with, or handed over to or from.

    No other names: a volunteer must not be able to list volunteers.
    """
    mine, theirs = aliased(Shift), aliased(Shift)
    rows = session.execute(
        select(Person.id, Person.name)
        .join(theirs, theirs.person_id == Person.id)
        .join(mine, mine.rota_id == theirs.rota_id)
        .where(
            mine.person_id == person_id,
            Person.id != person_id,
            Person.state == PersonState.ACTIVE,
            *(one.state == ShiftState.AGREED for one in (mine, theirs)),
            *(one.origin != ShiftOrigin.FLEX for one in (mine, theirs)),
            *(one.starts_at <= now for one in (mine, theirs)),
            mine.ends_at > now - LATELY,
            theirs.ends_at > now - LATELY,
        )
        .where(mine.starts_at <= theirs.ends_at, theirs.starts_at <= mine.ends_at)
        .distinct()
        .order_by(Person.id)
    )
    return dict(rows.all())
