"""People by id."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person


def people_of(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    """People by id."""
    rows = session.scalars(select(Person).where(Person.id.in_(sorted(set(ids)))))
    return {person.id: person for person in rows}
