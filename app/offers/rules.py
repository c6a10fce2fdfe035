"""An offer's hours: a week of local wall times, and single dates that differ.

Their JSON is a list of `{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}`, Monday being 0. `to` may be
"24:00"; a night that passes midnight is written as two periods. `{"date": "YYYY-MM-DD", "from": …,
"to": …}` holds on that date instead of its weekday's hours; `{"date": …}` alone: not on that date.

Reason codes of `BadHours`, with the position in the list where there is one:

| code | what is wrong |
|---|---|
| not_a_list | not a list |
| too_many | more than 70 periods |
| not_a_period | an entry is no object with exactly day (or date), from and to, or date alone |
| bad_day | the day is no whole number from 0 to 6 |
| bad_date | the date is not YYYY-MM-DD, or there is no such day |
| bad_time | a time is not HH:MM, or is past 23:59 (24:00 only as `to`) |
| ends_before_start | `to` is not after `from`; a night must be written as two periods |
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MAX_PERIODS = 70
DAY_MINUTES = 24 * 60
# No zone changes its offset twice within this time, so steps of it miss no change.
STEP = timedelta(hours=6)
CALENDAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# The 168 bits of a week are split into three words, so that each fits any database's integer.
WORD_HOURS = 56
CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)


class BadHours(ValueError):
    """The JSON is no list of hours. `code` is the reason, `position` (from 0) the entry."""

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


@dataclass(frozen=True, slots=True, order=True)
class DateHours:
    """[start, end) on one date instead of its weekday's hours; an empty one is a day off."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """A week of hours, and dates that differ. Empty means never, or always if `always`."""

    periods: tuple[DayHours, ...] = ()
    always: bool = False
    dates: tuple[DateHours, ...] = ()


# A date, and a span of wall times since its midnight.
Wall = tuple[date, timedelta, timedelta]
WeekBits = tuple[int, int, int]
EVERY_HOUR: WeekBits = ((1 << WORD_HOURS) - 1,) * 3


def parse_hours(value: object, *, always: bool = False) -> WeeklyHours:
    """Reads hours from their JSON, sorted and without duplicates.

    `always` only decides what an empty list means. Raises BadHours.
    """
    if not isinstance(value, list):
        raise BadHours("not_a_list")
    if len(value) > MAX_PERIODS:
        raise BadHours("too_many")
    entries = {_period(entry, position) for position, entry in enumerate(value)}
    periods = sorted(one for one in entries if isinstance(one, DayHours))
    dates = sorted(one for one in entries if isinstance(one, DateHours))
    return WeeklyHours(tuple(periods), always and not entries, tuple(dates))


@lru_cache(maxsize=4096)
def read_hours(text: str) -> WeeklyHours | None:
    """The hours of an offer from their JSON text; None where they cannot be read.

    Cached, because many people have the same hours.
    """
    try:
        return parse_hours(json.loads(text))
    except ValueError:
        return None


def hours_json(hours: WeeklyHours) -> list[dict[str, int | str]]:
    """The JSON that `parse_hours` reads."""
    week: list[dict[str, int | str]] = [
        {"day": period.day, "from": _clock(period.start), "to": _clock(period.end)}
        for period in hours.periods
    ]
    return week + [
        {"date": one.day.isoformat(), "from": _clock(one.start), "to": _clock(one.end)}
        if one.end
        else {"date": one.day.isoformat()}
        for one in hours.dates
    ]


def open_spans(
    hours: WeeklyHours, start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    """The parts of [start, end) within the hours, in UTC and in order; touching ones are one.

    Raises ValueError for an empty period and for times without a zone.
    """
    at, found = _utc(start), list[tuple[datetime, datetime]]()
    for day, since, until in on_the_wall(start, end, zone):
        for opens, closes in _of_day(hours, day):
            begins, ends = max(since, _minutes_in(opens)), min(until, _minutes_in(closes))
            if begins < ends:
                span = (at + (begins - since), at + (ends - since))
                if found and found[-1][1] >= span[0]:
                    span = (found.pop()[0], span[1])
                found.append(span)
        at += until - since
    return tuple(found)


def on_the_wall(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Wall, ...]:
    """The wall times of [start, end), by date. Raises ValueError as above."""
    start, end = _utc(start), _utc(end)
    if end <= start:
        raise ValueError("the period is empty")
    pieces = _wall_pieces(start, end, zone)
    return tuple(one for begins, ends in pieces for one in _by_day(begins, ends))


@lru_cache(maxsize=4096)
def hours_touched(hours: WeeklyHours) -> WeekBits:
    """The hours of the week (Monday 00:00 is bit 0) with any minute that may be within the hours.

    A date that differs counts for its weekday, so an hour missing here is never within.
    """
    if hours.always:
        return EVERY_HOUR
    spans = [(period.day, period.start, period.end) for period in hours.periods]
    spans += [(one.day.weekday(), one.start, one.end) for one in hours.dates if one.end]
    return _words(
        day * 24 + hour
        for day, start, end in spans
        for hour in range(start // 60, (end + 59) // 60)
    )


def period_touched(period: Iterable[Wall]) -> WeekBits:
    """The hours of the week that a period, as given by `on_the_wall`, touches; bits as above."""
    hour = timedelta(hours=1)
    return _words(
        day.weekday() * 24 + at
        for day, since, until in period
        for at in range(since // hour, -(-until // hour))
    )


def _words(hours: Iterable[int]) -> WeekBits:
    words = [0, 0, 0]
    for hour in hours:
        words[hour // WORD_HOURS] |= 1 << hour % WORD_HOURS
    return words[0], words[1], words[2]


def _minutes_in(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _utc(at: datetime) -> datetime:
    """In UTC, because Python compares times of one zone by wall time and ignores `fold`."""
    if at.utcoffset() is None:
        raise ValueError("a time has no zone")
    return at.astimezone(UTC)


def _period(entry: object, position: int) -> DayHours | DateHours:
    if not isinstance(entry, dict):
        raise BadHours("not_a_period", position)
    if set(entry) == {"date"}:
        return DateHours(_date(entry["date"], position), 0, 0)
    if set(entry) == {"date", "from", "to"}:
        return DateHours(_date(entry["date"], position), *_span(entry, position))
    if set(entry) != {"day", "from", "to"}:
        raise BadHours("not_a_period", position)
    day = entry["day"]
    if not isinstance(day, int) or isinstance(day, bool) or not 0 <= day <= 6:
        raise BadHours("bad_day", position)
    return DayHours(day, *_span(entry, position))


def _date(value: object, position: int) -> date:
    try:
        if isinstance(value, str) and CALENDAR.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise BadHours("bad_date", position) from error
    raise BadHours("bad_date", position)


def _span(entry: dict[str, object], position: int) -> tuple[int, int]:
    start, end = _minutes(entry["from"], position), _minutes(entry["to"], position)
    if start == DAY_MINUTES:
        raise BadHours("bad_time", position)
    if end <= start:
        raise BadHours("ends_before_start", position)
    return start, end


def _minutes(clock: object, position: int) -> int:
    found = CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise BadHours("bad_time", position)
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _of_day(hours: WeeklyHours, day: date) -> list[tuple[int, int]]:
    """The open spans of a date, in minutes since midnight and in order."""
    special = [one for one in hours.dates if one.day == day]
    if special:
        return [(one.start, one.end) for one in special if one.end]
    if hours.always:
        return [(0, DAY_MINUTES)]
    return [(one.start, one.end) for one in hours.periods if one.day == day.weekday()]


def _by_day(start: datetime, end: datetime) -> Iterator[Wall]:
    """Cuts a period of wall time at midnights."""
    while start < end:
        midnight = datetime.combine(start.date(), time.min)
        until = min(end, midnight + timedelta(days=1))
        yield start.date(), start - midnight, until - midnight
        start = until


def _wall_pieces(
    start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """A period in UTC as pieces of wall time, cut at each change of the clock."""
    while start < end:
        until = _same_offset_until(start, min(end, start + STEP), zone)
        wall = start.astimezone(zone).replace(tzinfo=None)
        yield wall, wall + (until - start)
        start = until


def _same_offset_until(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after `start` with another UTC offset, at most `end`."""
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
