"""Whether the installed keys open what is stored: sealed columns, lookups, the trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, literal, select, table
from sqlalchemy.orm import Session

from app.core.crypto import CannotOpen, keyring, unseal
from app.trail.chain import line_hash
from app.trail.models import Event
from app.trail.verification import HASHED
from app.usecases.keys.lookup_columns import lookup_columns, sample_rows
from app.usecases.keys.sealed_columns import first_of_number, numbers_in_use, sample, sealed_tables

# Check this many of the oldest and of the newest values of each column.
SAMPLE = 5
THOROUGH = 50


@dataclass(frozen=True, slots=True)
class ValueFault:
    """Values that do not match a key: `where` is `table.column`, or a line of the trail."""

    purpose: str
    where: str
    count: int

    def __str__(self) -> str:
        says = {
            "data": "values do not open with the data keys at hand",
            "lookup": "hashes are not those of the lookup key at hand",
            "trail": "lines are not sealed with the trail key at hand",
            "number": "values name a data key that is not at hand",
        }
        return f"{self.where}: {self.count} {says[self.purpose]}"


def holds_data(session: Session) -> bool:
    """Whether the database, of any version, holds anything that uses keys."""
    there = set(inspect(session.connection()).get_table_names())
    names = [Event.__tablename__, *(one.name for one in sealed_tables())]
    return any(
        session.scalar(select(literal(1)).select_from(table(name)).limit(1))
        for name in names
        if name in there
    )


def sample_faults(session: Session, *, region: str, most: int = SAMPLE) -> Iterator[ValueFault]:
    """Faults among the oldest and newest values of every column, and lines of the trail."""
    for one in sealed_tables():
        for name in one.columns:
            values = sample(session, one, name, most)
            wrong = sum(not _opens(value, one.label(name)) for value in values)
            if wrong:
                yield ValueFault("data", one.label(name), wrong)
    for each in lookup_columns(region):
        wrong = 0
        try:
            rows = sample_rows(session, each, most)
        except CannotOpen:
            # Reported above: the data key is wrong.
            continue
        wrong = sum(stored != each.value(source) for stored, source in rows)
        if wrong:
            yield ValueFault("lookup", each.title, wrong)
    yield from trail_faults(session, most)


def _opens(value: bytes, label: str) -> bool:
    try:
        unseal(value, label)
    except CannotOpen:
        return False
    return True


def trail_faults(session: Session, most: int = SAMPLE) -> Iterator[ValueFault]:
    """Faults in the first line of each key's span and in the newest lines."""
    firsts = [max(first, 1) for first in keyring().trail]
    newest = select(Event.seq).order_by(Event.seq.desc()).limit(most)
    lines = session.scalars(
        select(Event).where(Event.seq.in_({*firsts, *session.scalars(newest)})).order_by(Event.seq)
    ).all()
    wrong = [line.seq for line in lines if line_hash(_hashed(line)) != line.hash]
    if wrong:
        yield ValueFault("trail", f"line {wrong[0]}", len(wrong))


def _hashed(line: Event) -> dict[str, Any]:
    return {name: getattr(line, name) for name in HASHED}


def number_faults(session: Session) -> Iterator[ValueFault]:
    """Values sealed with a key that is missing. Reads every sealed column."""
    for one in sealed_tables():
        for name in one.columns:
            strange = 0
            for number, count in numbers_in_use(session, one, name).items():
                if number in keyring().data:
                    continue
                # Earlier versions wrote a position in a list, so another key may open it.
                value = first_of_number(session, one, name, number)
                strange += 0 if _opens(value, one.label(name)) else count
            if strange:
                yield ValueFault("number", one.label(name), strange)
