"""A rota as a calendar, a month or a week, as values for the templates."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.clock import day_bounds
from app.core.wall_time import instant, wall_of
from app.rotation.plan.uncovered import BACKUP_ONLY, NO_BACKUP, NOBODY, Uncovered
from app.usecases.duty.views.rota_info import ShiftInfo

# A shift that began the day before is shown again if it fills at least half of the day.
WORTH_REPEATING = timedelta(hours=12)
A_DAY = timedelta(hours=24)
# A day in the week's table begins at the usual morning hand-over, if it is in these hours.
MORNING = range(4, 12)


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift on one day, or hours that lack somebody (`shift` is None). `goes_on`: began before.

    `lack` is then nobody, or no_backup.
    [starts_at, ends_at) is the part on this day; the hours in words are those of the whole shift.
    """

    starts_at: datetime
    ends_at: datetime
    said: tuple[datetime, datetime]
    shift: ShiftInfo | None
    whole_day: bool
    goes_on: bool
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month; `outside` if it belongs to a neighbouring month."""

    day: date
    outside: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line, `slots` half hours wide; empty without an entry."""

    slots: int
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a day: shifts of one layer that do not overlap; layer 0 holds the gaps."""

    layer: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of a week with its lines."""

    day: date
    lines: tuple[Line, ...]


def month_days(first: date) -> tuple[date, date]:
    """From the Monday at or before a month's first day to the Monday after its last."""
    start = first.replace(day=1)
    following = (start + timedelta(days=32)).replace(day=1)
    end = following + timedelta(days=-following.weekday() % 7)
    return start - timedelta(days=start.weekday()), end


def month(
    first: date, shifts: Sequence[ShiftInfo], missing: Sequence[Uncovered], zone: ZoneInfo
) -> tuple[Day, ...]:
    """The days of a month and of its first and last week."""
    start, end = month_days(first)
    days = []
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        bounds = day_bounds(day, zone)
        found = [*_of_day(shifts, bounds), *_gaps(missing, bounds)]
        shown = [one for one in found if not one.goes_on or _fills(one)]
        days.append(Day(day, day.month != first.month, tuple(sorted(shown, key=_by_layer))))
    return tuple(days)


def week(
    first: date, shifts: Sequence[ShiftInfo], missing: Sequence[Uncovered], zone: ZoneInfo
) -> tuple[WeekDay, ...]:
    """Seven days from a Monday on, each with a line for each layer, or more if shifts overlap."""
    begins = time(first_hour(shifts, zone))
    days = []
    for number in range(7):
        day = first + timedelta(days=number)
        bounds = (
            instant(datetime.combine(day, begins), zone),
            instant(datetime.combine(day + timedelta(days=1), begins), zone),
        )
        entries = list(_of_day(shifts, bounds))
        lines = [
            Line(layer, tuple(_cells(lane, bounds)))
            for layer in sorted({_layer(one) for one in entries})
            for lane in _lanes([one for one in entries if _layer(one) == layer])
        ]
        gaps = list(_gaps(missing, bounds))
        if gaps:
            lines.insert(0, Line(0, tuple(_cells(gaps, bounds))))
        days.append(WeekDay(day, tuple(lines)))
    return tuple(days)


def first_hour(shifts: Iterable[ShiftInfo], zone: ZoneInfo) -> int:
    """The local hour at which a day of the table begins, chosen so that a night is one piece."""
    hours = Counter(wall_of(one.starts_at, zone).hour for one in shifts)
    usual = [(count, -hour) for hour, count in hours.items() if hour in MORNING]
    return -max(usual)[1] if usual else 0


def _of_day(shifts: Iterable[ShiftInfo], bounds: tuple[datetime, datetime]) -> Iterator[Entry]:
    for one in shifts:
        if one.starts_at < bounds[1] and bounds[0] < one.ends_at:
            yield _entry(one.starts_at, one.ends_at, one, bounds)


def _gaps(missing: Iterable[Uncovered], bounds: tuple[datetime, datetime]) -> Iterator[Entry]:
    for one in missing:
        shown = one.lack in (NOBODY, NO_BACKUP)
        if shown and one.starts_at < bounds[1] and bounds[0] < one.ends_at:
            yield replace(_entry(one.starts_at, one.ends_at, None, bounds), lack=one.lack)


def _entry(
    starts_at: datetime,
    ends_at: datetime,
    shift: ShiftInfo | None,
    bounds: tuple[datetime, datetime],
) -> Entry:
    begins, ends = max(starts_at, bounds[0]), min(ends_at, bounds[1])
    said = (starts_at, ends_at) if ends_at - starts_at <= A_DAY else (begins, ends)
    whole = (begins, ends) == bounds
    return Entry(begins, ends, said, shift, whole, starts_at < bounds[0])


def _fills(entry: Entry) -> bool:
    return entry.ends_at - entry.starts_at >= WORTH_REPEATING


def _layer(entry: Entry) -> int:
    return entry.shift.layer if entry.shift is not None else 0


def _by_layer(entry: Entry) -> tuple[datetime, int]:
    return entry.starts_at, _layer(entry)


def _lanes(entries: list[Entry]) -> list[list[Entry]]:
    """The fewest lines that hold the entries without overlap."""
    lanes: list[list[Entry]] = []
    for one in sorted(entries, key=lambda found: found.starts_at):
        free = next((lane for lane in lanes if lane[-1].ends_at <= one.starts_at), None)
        if free is None:
            lanes.append([one])
        else:
            free.append(one)
    return lanes


def _cells(lane: Iterable[Entry], bounds: tuple[datetime, datetime]) -> Iterator[Cell]:
    """The line in half hours across the day: 48, or others on days of a clock change."""
    at, end = 0, _slot(bounds[1], bounds)
    for one in sorted(lane, key=lambda found: found.starts_at):
        start = max(at, _slot(one.starts_at, bounds))
        stop = max(start + 1, _slot(one.ends_at, bounds))
        if start >= end:
            continue
        if at < start:
            yield Cell(start - at, None)
        yield Cell(min(stop, end) - start, one)
        at = min(stop, end)
    if at < end:
        yield Cell(end - at, None)


def _slot(at: datetime, bounds: tuple[datetime, datetime]) -> int:
    return round((at - bounds[0]) / timedelta(minutes=30))


def later(missing: Sequence[Uncovered], since: datetime) -> list[Uncovered]:
    """Gaps from `since` on, except those that only lack a first call or a backup: they can wait."""
    can_wait = (BACKUP_ONLY, NO_BACKUP)
    return [one for one in missing if one.ends_at > since and one.lack not in can_wait]
