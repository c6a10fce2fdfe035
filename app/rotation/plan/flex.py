"""The flex grid: the hours of a week in which each person may be called without a fixed shift.

A date that differs replaces the week's hours: a period from the evening before ends at its
midnight, and the week's periods do not begin on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.wall_time import DAY_MINUTES, instant, on_day
from app.rotation.plan.windows import Window, occurrences
from app.rotation.rules import Span, gaps

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A date with other hours, minutes [start, end) of wall time, or none."""

    day: date
    hours: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """One person's hours of a week, and the dates that differ."""

    person_id: int
    windows: tuple[Window, ...]
    days: tuple[OwnDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Flex:
    """Everybody's hours. People may be called in the hours they offer."""

    grids: tuple[Grid, ...]


def offered(
    flex: Flex, layer: int, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Span]:
    """Every offered period that touches [start, end), whole."""
    for grid in flex.grids:
        for since, to in hours_of(grid, start, end, zone):
            yield Span(grid.person_id, since, to, layer)


def hours_of(grid: Grid, start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Period, ...]:
    """Every period that a grid offers and that touches [start, end), whole, by its start."""
    differs = {one.day for one in grid.days}
    days = [Span(0, *_whole(one.day, zone)) for one in grid.days]
    found = [
        part
        for one in occurrences(grid.windows, start, end, zone)
        if one.day not in differs
        for part in gaps(_touching(days, one.starts_at, one.ends_at), one.starts_at, one.ends_at)
    ]
    found += [part for one in grid.days for part in _own(one, zone)]
    return tuple(sorted(one for one in found if one[0] < end and start < one[1]))


def offers_all_of(grid: Grid, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether the person offers every instant of [start, end); periods may touch or overlap."""
    reached = start
    for since, to in hours_of(grid, start, end, zone):
        if since <= reached:
            reached = max(reached, to)
    return reached >= end


def speaks_against(days: Iterable[OwnDay], start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether any of [start, end) is on a date that differs and outside its hours."""
    for one in days:
        since, to = _whole(one.day, zone)
        since, to = max(since, start), min(to, end)
        own = (Span(0, *part) for part in _own(one, zone))
        if since < to and gaps(_touching(own, since, to), since, to):
            return True
    return False


def _whole(day: date, zone: ZoneInfo) -> Period:
    return instant(on_day(day, 0), zone), instant(on_day(day, DAY_MINUTES), zone)


def _own(one: OwnDay, zone: ZoneInfo) -> Iterator[Period]:
    for minutes in one.hours:
        since, to = (instant(on_day(one.day, minute), zone) for minute in minutes)
        # Hours that the clock skips are not offered.
        if since < to:
            yield since, to


def _touching(spans: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    return (one for one in spans if one.starts_at < end and start < one.ends_at)
