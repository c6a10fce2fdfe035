"""Statements that both databases need said in their own way, and the shape of a claim."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.base import Base


def insert_once(session: Session, table: type[Base], /, **values: object) -> bool:
    """Inserts a row unless a unique key already holds it; tells whether it was inserted."""
    dialect = session.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    insert = build(table).values(**values).on_conflict_do_nothing()
    # The row count of such an INSERT is -1 with psycopg, so the row itself is asked for.
    return session.execute(insert.returning(literal_column("1"))).first() is not None


def changed(session: Session, statement: Any) -> int:
    """Executes a conditional UPDATE or DELETE and returns how many rows it changed."""
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def in_chunks(rows: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """Cuts a long list of keys so that an IN clause stays below every engine's limit."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def same_lengths(keys: Iterable[int], step: int = 16) -> list[int]:
    """The keys, the last repeated until their number is a multiple of `step`.

    A list of another length makes another statement, which has to be prepared again; so few lengths
    are used. For an IN clause only: there a key may stand twice.
    """
    found = list(keys)
    return found + found[-1:] * (-len(found) % step)
