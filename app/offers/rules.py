"""The hours in which a volunteer stands ready, as a week of local wall times.

Their JSON is a list of `{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}`, Monday being 0. `to` may be
"24:00"; a night that passes midnight is written as two periods.

Reason codes of `BadHours`, with the position in the list where there is one:

| code | what is wrong |
|---|---|
| not_a_list | the whole is no list |
| too_many | more than 70 periods |
| not_a_period | an entry is no object with exactly day, from and to |
| bad_day | the day is no whole number from 0 to 6 |
| bad_time | a time is not HH:MM, or is past 23:59 (24:00 only as `to`) |
| ends_before_start | `to` is not after `from`; a night must be written as two periods |
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

REASON_CODES = (
    "not_a_list",
    "too_many",
    "not_a_period",
    "bad_day",
    "bad_time",
    "ends_before_start",
)
MAX_PERIODS = 70
DAY_MINUTES = 24 * 60
# No zone changes its offset twice within so short a time, so a change cannot be stepped over.
STEP = timedelta(hours=6)
CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)


class BadHours(ValueError):
    """The JSON cannot be read as hours. `code` says why, `position` (from 0) which entry."""

    def __init__(self, code: str, position: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.position = position


@dataclass(frozen=True, slots=True, order=True)
class DayHours:
    """[start, end) on one weekday (Monday is 0), in minutes of wall time since midnight."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """A week of hours. Without any period it means never, or at any time if `always`."""

    periods: tuple[DayHours, ...] = ()
    always: bool = False


def parse_hours(value: object, *, always: bool = False) -> WeeklyHours:
    """Read hours from their JSON, sorted and without repetitions.

    `always` only says what an empty list means; hours that are given hold. Raises BadHours.
    """
    if not isinstance(value, list):
        raise BadHours("not_a_list")
    if len(value) > MAX_PERIODS:
        raise BadHours("too_many")
    periods = {_period(entry, position) for position, entry in enumerate(value)}
    return WeeklyHours(tuple(sorted(periods)), always=always and not periods)


def hours_json(hours: WeeklyHours) -> list[dict[str, int | str]]:
    """The JSON that `parse_hours` reads."""
    return [
        {"day": period.day, "from": _clock(period.start), "to": _clock(period.end)}
        for period in hours.periods
    ]


def within_hours(
    hours: WeeklyHours, when: datetime | tuple[datetime, datetime], zone: ZoneInfo
) -> bool:
    """Whether an instant, or every instant of a half-open period, is within the hours.

    What counts is what the clock on the wall shows in `zone`: an hour that the clock shows twice
    counts both times. Raises ValueError for times without a zone and for an empty period.
    """
    if not isinstance(when, tuple):
        instant = _utc(when)
        return _open_at(hours, instant.astimezone(zone)) if hours.periods else hours.always
    start, end = _utc(when[0]), _utc(when[1])
    if end <= start:
        raise ValueError("the period is empty")
    if not hours.periods:
        return hours.always
    return all(
        _covers(hours, day, since, until)
        for wall_start, wall_end in _wall_pieces(start, end, zone)
        for day, since, until in _by_day(wall_start, wall_end)
    )


def _utc(at: datetime) -> datetime:
    """In UTC, because Python compares two times of one zone by the wall and forgets `fold`."""
    if at.utcoffset() is None:
        raise ValueError("a time has no zone")
    return at.astimezone(UTC)


def _period(entry: object, position: int) -> DayHours:
    if not isinstance(entry, dict) or set(entry) != {"day", "from", "to"}:
        raise BadHours("not_a_period", position)
    day = entry["day"]
    if not isinstance(day, int) or isinstance(day, bool) or not 0 <= day <= 6:
        raise BadHours("bad_day", position)
    start, end = _minutes(entry["from"], position), _minutes(entry["to"], position)
    if start == DAY_MINUTES:
        raise BadHours("bad_time", position)
    if end <= start:
        raise BadHours("ends_before_start", position)
    return DayHours(day, start, end)


def _minutes(clock: object, position: int) -> int:
    found = CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise BadHours("bad_time", position)
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _open_at(hours: WeeklyHours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(
        period.day == local.weekday() and period.start <= minute < period.end
        for period in hours.periods
    )


def _covers(hours: WeeklyHours, day: int, since: timedelta, until: timedelta) -> bool:
    """Whether the day's periods, touching or overlapping, leave no hole in [since, until)."""
    reached = since
    for period in sorted(hours.periods):
        if period.day == day and timedelta(minutes=period.start) <= reached:
            reached = max(reached, timedelta(minutes=period.end))
    return reached >= until


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[int, timedelta, timedelta]]:
    """Cut a period of wall time at midnights: weekday, and times since its midnight."""
    while start < end:
        midnight = datetime.combine(start.date(), time.min)
        until = min(end, midnight + timedelta(days=1))
        yield start.weekday(), start - midnight, until - midnight
        start = until


def _wall_pieces(
    start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """A period in UTC as pieces of wall time, cut where the clock is set forward or back."""
    while start < end:
        until = _same_offset_until(start, min(end, start + STEP), zone)
        wall = start.astimezone(zone).replace(tzinfo=None)
        yield wall, wall + (until - start)
        start = until


def _same_offset_until(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after `start` with another offset from UTC, at most `end`."""
    offset = start.astimezone(zone).utcoffset()
    if (end - timedelta.resolution).astimezone(zone).utcoffset() == offset:
        return end
    low, high = start, end - timedelta.resolution
    while high - low > timedelta.resolution:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
