"""Fixed shifts: somebody for a period, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class FixedShift:
    """One person for [starts_at, ends_at), UTC."""

    person_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Fixed:
    """Shifts without a pattern, such as a built month."""

    shifts: tuple[FixedShift, ...]


def shifts(fixed: Fixed, layer: int, start: datetime, end: datetime) -> Iterator[Span]:
    """Every shift that touches [start, end), whole."""
    for one in fixed.shifts:
        if one.starts_at < one.ends_at and one.starts_at < end and start < one.ends_at:
            yield Span(one.person_id, one.starts_at, one.ends_at, layer)
