"""Statements that differ between the two databases, and the shape of a claim."""

from collections.abc import Iterator, Sequence
from typing import Any, Self

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Text, bindparam, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.base import Base


def insert_once(session: Session, table: type[Base], /, **values: object) -> bool:
    """Inserts a row unless a unique key already holds it; returns whether it was inserted."""
    dialect = session.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    insert = build(table).values(**values).on_conflict_do_nothing()
    # psycopg reports a row count of -1 for such an INSERT, so ask for the row itself.
    return session.execute(insert.returning(literal_column("1"))).first() is not None


def changed(session: Session, statement: Any) -> int:
    """Executes a conditional UPDATE or DELETE and returns how many rows it changed."""
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def in_chunks(rows: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """Cuts a long list of keys so that an IN clause stays below every engine's limit."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


class KeyList(TypeDecorator[Sequence[int]]):
    """A list of keys as one value: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(BigInteger))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else f"[{','.join(map(str, value))}]"


class among(FunctionElement[bool]):
    """`column IN (keys)`, with the keys as one bound value named `keys`.

    The SQL is the same for any number of keys, so it is not compiled or prepared again.
    """

    type = Boolean()
    inherit_cache = True
    name = "among"

    def __init__(self, column: ColumnElement[int] | InstrumentedAttribute[int], keys: str) -> None:
        super().__init__(column, bindparam(keys, type_=KeyList()))

    def self_group(self, against: Any = None) -> Self:
        """No `= 1` after it, which SQLite's booleans get: that would prevent use of an index."""
        return self


@compiles(among, "sqlite")
def _among_json(element: among, compiler: Any, **kw: Any) -> str:
    column, keys = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"


@compiles(among, "postgresql")
def _among_array(element: among, compiler: Any, **kw: Any) -> str:
    column, keys = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} = ANY ({keys})"
