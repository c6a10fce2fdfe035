"""Statements that both databases need said in their own way, and the shape of a claim."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.base import Base


def insert_once(session: Session, table: type[Base], /, **values: object) -> bool:
    """Inserts a row unless a unique key already holds it; tells whether it was inserted."""
    dialect = session.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    result: Any = session.execute(build(table).values(**values).on_conflict_do_nothing())
    return bool(result.rowcount)


def changed(session: Session, statement: Any) -> int:
    """Executes a conditional UPDATE or DELETE and returns how many rows it changed."""
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def in_chunks(rows: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """Cuts a long list of keys so that an IN clause stays below every engine's limit."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
