"""A fast form of `rotation.rest`: facts of a period that limits count, and a person's diary.

Whole seconds since 1970. A diary gives the first reason of `rest.against`; tests keep them equal.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil, floor
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, on_day, wall_of
from app.rotation.rest import Limits, hours_within, is_night, month_of, weeks_of
from app.rotation.rules import Span

HOUR_S = 3600
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """A period as limits see it: seconds by week and month (known by their first second)."""

    start: int
    end: int
    night: bool
    weekend: int
    weeks: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, int], ...]

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.end - self.start


def fact_of(span: Span, zone: ZoneInfo) -> Fact:
    """The facts of a span, rounded outwards to whole seconds."""
    return Fact(
        start=floor(span.starts_at.timestamp()),
        end=ceil(span.ends_at.timestamp()),
        night=is_night(span, zone),
        weekend=_weekend(span, zone),
        weeks=tuple(_part(span, *week) for week in weeks_of(span, zone)),
        months=_months(span, zone),
    )


def _part(span: Span, start: datetime, end: datetime) -> tuple[int, int]:
    return floor(start.timestamp()), ceil(hours_within(span, start, end) * HOUR_S)


def _months(span: Span, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    found = []
    start, end = month_of(span, zone)
    while start < span.ends_at:
        found.append(_part(span, start, end))
        start, end = month_of(Span(0, end, end), zone)
    return tuple(found)


def _weekend(span: Span, zone: ZoneInfo) -> int:
    """Seconds on Saturdays and Sundays."""
    day, found = wall_of(span.starts_at, zone).date(), 0.0
    while True:
        start, end = instant(on_day(day, 0), zone), instant(on_day(day, 24 * 60), zone)
        if start >= span.ends_at:
            return round(found * HOUR_S)
        if day.weekday() >= SATURDAY:
            found += hours_within(span, start, end)
        day += timedelta(days=1)


def at(second: int) -> datetime:
    """The instant of a second since 1970."""
    return datetime.fromtimestamp(second, UTC)


class Diary:
    """One person's duties, and the first reason against one more."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._blocks: list[tuple[int, int]] = []
        self._weeks: dict[int, int] = defaultdict(int)
        self._months: dict[int, int] = defaultdict(int)
        self._nights: dict[int, int] = defaultdict(int)

    def add(self, fact: Fact) -> None:
        """Adds a duty, even against a limit."""
        if fact.start >= fact.end:
            return
        for week, seconds in fact.weeks:
            self._weeks[week] += seconds
        for month, seconds in fact.months:
            self._months[month] += seconds
        self._nights[fact.weeks[0][0]] += fact.night
        start, end = fact.start, fact.end
        apart = []
        for block in self._blocks:
            if block[0] <= end and start <= block[1]:
                start, end = min(start, block[0]), max(end, block[1])
            else:
                apart.append(block)
        self._blocks = sorted([*apart, (start, end)])

    def against(self, fact: Fact) -> str | None:
        """The code of the first reason against one more duty, in the order of `rest.against`."""
        place = bisect_left(self._blocks, (fact.end, fact.end))
        if place and self._blocks[place - 1][1] > fact.start:
            return "booked"
        return self._about_rest(fact, place) or self._about_sums(fact)

    def edges_without_rest(self) -> set[int]:
        """Starts and ends of existing duties without enough rest between them."""
        found: set[int] = set()
        for before, after in pairwise(self._blocks):
            if self._tires(before, after[0]):
                found |= {*before, *after}
        return found

    def _about_rest(self, fact: Fact, place: int) -> str | None:
        limits, before, after = self._limits, place - 1, place
        start, end = fact.start, fact.end
        if before >= 0 and self._blocks[before][1] == start:
            start, before = self._blocks[before][0], before - 1
        if after < len(self._blocks) and self._blocks[after][0] == end:
            end, after = self._blocks[after][1], after + 1
        if end - start > limits.longest_h * HOUR_S:
            return "too_long"
        if before >= 0 and self._tires(self._blocks[before], start):
            return "no_rest"
        if after < len(self._blocks) and self._tires((start, end), self._blocks[after][0]):
            return "no_rest"
        return None

    def _tires(self, block: tuple[int, int], following: int) -> bool:
        long = block[1] - block[0] >= self._limits.rest_after_h * HOUR_S
        return long and following - block[1] < self._limits.rest_h * HOUR_S

    def _about_sums(self, fact: Fact) -> str | None:
        limits = self._limits
        for week, seconds in fact.weeks:
            if self._weeks[week] + seconds > limits.week_h * HOUR_S:
                return "week_full"
            starts_here = fact.night and week == fact.weeks[0][0]
            if fact.night and self._nights[week] + starts_here > limits.nights_week:
                return "nights_full"
        month, seconds = fact.months[0]
        if self._months[month] + seconds > limits.month_h * HOUR_S:
            return "month_full"
        return None
