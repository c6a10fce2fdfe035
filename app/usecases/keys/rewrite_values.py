"""Rewrites stored values under the newest key, one transaction a batch.

A committed batch is done: after a kill the next run continues with the rest.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, bindparam, func, select, update
from sqlalchemy.orm import Session

from app.core.crypto import keyring, seal, unseal
from app.core.statements import changed
from app.usecases.keys.lookup_columns import LookupColumn, rows_after, write_lookups
from app.usecases.keys.sealed_columns import SealedTable

BATCH = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """`last` is the key of the last row that was read; None at the end."""

    last: Any
    looked_at: int
    written: int


def rows_to_seal(session: Session, one: SealedTable) -> int:
    """How many rows hold a value of another key than the newest."""
    chosen = select(func.count()).select_from(one.raw).where(one.not_under(max(keyring().data)))
    return session.scalar(chosen) or 0


def seal_batch(session: Session, after: Any, *, one: SealedTable) -> Batch:
    """Seals the next rows under the newest data key. Raises CannotOpen for what no key opens.

    A value changed concurrently is skipped: its writer used the newest key.
    """
    newest = max(keyring().data)
    key = one.raw.c[one.key]
    chosen = select(key, *(one.raw.c[name] for name in one.columns)).where(one.not_under(newest))
    if after is not None:
        chosen = chosen.where(key > after)
    rows = session.execute(chosen.order_by(key).limit(BATCH)).all()
    written = sum(_seal_row(session, one, tuple(row), newest) for row in rows)
    return Batch(rows[-1][0] if rows else None, len(rows), written)


def _seal_row(session: Session, one: SealedTable, row: tuple[Any, ...], newest: int) -> int:
    row_id, *values = row
    written = 0
    for name, old in zip(one.columns, values, strict=True):
        if old is None or old[0] == newest:
            continue
        label = one.label(name)
        statement = (
            update(one.raw)
            .where(
                one.raw.c[one.key] == row_id,
                one.raw.c[name] == bindparam("old", old, type_=LargeBinary),
            )
            .values({name: seal(unseal(old, label), label)})
        )
        written += changed(session, statement)
    return 1 if written else 0


def lookup_rows(session: Session, one: LookupColumn) -> int:
    """How many rows hold a hash of this column."""
    return session.scalar(select(func.count()).select_from(one.model).where(one.mine())) or 0


def lookup_batch(session: Session, after: int | None, *, one: LookupColumn) -> Batch:
    """Computes the next hashes again and writes those that differ."""
    rows = rows_after(session, one, after, BATCH)
    new = {
        row_id: wanted for row_id, stored, source in rows if (wanted := one.value(source)) != stored
    }
    write_lookups(session, one, new)
    return Batch(rows[-1][0] if rows else None, len(rows), len(new))
