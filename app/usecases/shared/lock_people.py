"""Locks people while what they have agreed to changes: one person, one change at a time.

The order of locks is request, place, person, rota (docs/architecture.md). The lock is weaker than
FOR UPDATE: a row that only refers to the person can still be inserted meanwhile.
"""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.people.models import Person


def lock_people(session: Session, people: Iterable[int | None]) -> None:
    """Waits for these people's locks, in the order of their ids; held until the transaction ends.

    SQLite's writer locks everything anyway.
    """
    for some in in_chunks(sorted({one for one in people if one is not None})):
        session.execute(_rows(some).with_for_update(key_share=True)).all()


def lock_free_people(session: Session, people: Iterable[int]) -> frozenset[int]:
    """Locks those of these people whom nobody else has locked, without waiting.

    For use while a rota is locked, when waiting for a person could end in a deadlock.
    """
    found: set[int] = set()
    for some in in_chunks(sorted(set(people))):
        locked = _rows(some).with_for_update(key_share=True, skip_locked=True)
        found.update(session.scalars(locked))
    return frozenset(found)


def _rows(people: Iterable[int]) -> Select[int]:
    return select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
