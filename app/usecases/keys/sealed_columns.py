"""Every column sealed with a data key, read and written as raw bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, TableClause, and_, column, func, or_, select, table
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.core.base import Base
from app.core.crypto import EncryptedText


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns. `raw` is the same table without encryption."""

    name: str
    key: str
    columns: tuple[str, ...]
    raw: TableClause

    def label(self, name: str) -> str:
        """The associated data authenticated with a value of this column."""
        return f"{self.name}.{name}"

    def not_under(self, number: int) -> ColumnElement[bool]:
        """Whether a row holds a value of another key than `number`."""
        mark = bytes([number])
        return or_(
            *(
                and_(self.raw.c[name].is_not(None), number_of(self.raw.c[name]) != mark)
                for name in self.columns
            )
        )


def number_of(sealed: ColumnElement[Any]) -> ColumnElement[bytes]:
    """The first byte of a sealed value: the number of its key."""
    return func.substr(sealed, 1, 1, type_=LargeBinary)


def sealed_tables() -> list[SealedTable]:
    """Every table with a sealed column, by name."""
    found = []
    for one in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        names = tuple(each.name for each in one.columns if isinstance(each.type, EncryptedText))
        if not names:
            continue
        (key,) = one.primary_key.columns
        plain = (
            column(each.name, LargeBinary if each.name in names else each.type)
            for each in one.columns
        )
        found.append(SealedTable(one.name, key.name, names, table(one.name, *plain)))
    return found


def sample(session: Session, one: SealedTable, name: str, most: int) -> Iterator[bytes]:
    """The oldest and the newest sealed values of a column, up to `most` of each."""
    key, value = one.raw.c[one.key], one.raw.c[name]
    for order in (key.asc(), key.desc()):
        chosen = select(value).where(value.is_not(None)).order_by(order).limit(most)
        yield from session.scalars(chosen)


def numbers_in_use(session: Session, one: SealedTable, name: str) -> dict[int, int]:
    """How many values of a column each key number has. Reads the whole column."""
    number = number_of(one.raw.c[name])
    rows = session.execute(
        select(number, func.count()).where(one.raw.c[name].is_not(None)).group_by(number)
    )
    return {mark[0] if mark else 0: count for mark, count in rows}


def first_of_number(session: Session, one: SealedTable, name: str, number: int) -> bytes:
    """One value of a column sealed with this key number."""
    value = one.raw.c[name]
    chosen = select(value).where(value.is_not(None), number_of(value) == bytes([number])).limit(1)
    return session.scalar(chosen) or b""
