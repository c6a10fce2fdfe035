"""The flex grid: the hours of a week in which each person may be called without a fixed shift."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.rotation.plan.windows import Window, occurrences
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Grid:
    """One person's hours of a week."""

    person_id: int
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Flex:
    """Everybody's hours. Whoever offers an hour may be called in it."""

    grids: tuple[Grid, ...]


def offered(
    flex: Flex, layer: int, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Span]:
    """Every offered window that touches [start, end), whole."""
    for grid in flex.grids:
        for one in occurrences(grid.windows, start, end, zone):
            yield Span(grid.person_id, one.starts_at, one.ends_at, layer)


def offers_all_of(grid: Grid, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether the person offers every instant of [start, end); windows may touch or overlap."""
    reached = start
    for one in sorted(occurrences(grid.windows, start, end, zone), key=lambda o: o.starts_at):
        if one.starts_at <= reached:
            reached = max(reached, one.ends_at)
    return reached >= end
