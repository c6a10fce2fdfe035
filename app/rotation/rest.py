"""Rules of rest (疲劳): reasons against one more duty, checked before anybody is asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, on_day, wall_of
from app.rotation.rules import Span

HOUR = timedelta(hours=1)
NIGHT = (23 * 60, 30 * 60)
# A shorter part of the night counts as a late evening.
NIGHT_COUNTS = 3 * HOUR
REASONS = ("booked", "task", "too_long", "no_rest", "week_full", "month_full", "nights_full")


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours, and nights a week. The 11 hours between two duties are those of directive 2003/88/EC.

    Rest is required only after `rest_after_h` hours in one go, not after an hour in the evening.
    `shortest_h` is for the builder of rosters alone: nobody is asked to come for less.
    """

    rest_h: int = 11
    rest_after_h: int = 4
    longest_h: int = 24
    week_h: int = 40
    month_h: int = 120
    nights_week: int = 3
    shortest_h: int = 2


@dataclass(frozen=True, slots=True)
class Against:
    """One reason, with its numbers (hours or nights)."""

    code: str
    has: float
    limit: float


def limits_from(value: object) -> Limits:
    """Limits from their JSON, an object of some of the fields. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("limits are no object")
    known = {field.name for field in fields(Limits)}
    for name, number in value.items():
        if name not in known:
            raise ValueError(f"no limit is called {name}")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 744:
            raise ValueError(f"{name} is no whole number from 0 to 744")
    return Limits(**value)


def against(
    limits: Limits,
    held: Iterable[Span],
    wanted: Span,
    zone: ZoneInfo,
    *,
    tasks: Iterable[Span] = (),
) -> tuple[Against, ...]:
    """Every reason against `wanted` for somebody with these duties; empty when there is none.

    `tasks` count as time on one's feet, not as hours of duty of a week or month.
    """
    mine = [one for one in held if one.starts_at < one.ends_at]
    if _any_meets(mine, wanted):
        return (Against("booked", 1, 0),)
    busy = list(tasks)
    if _any_meets(busy, wanted):
        return (Against("task", 1, 0),)
    return (*_about_rest(limits, [*mine, *busy], wanted), *_about_sums(limits, mine, wanted, zone))


def _any_meets(held: Iterable[Span], wanted: Span) -> bool:
    return any(one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at for one in held)


def _about_rest(limits: Limits, held: list[Span], wanted: Span) -> Iterator[Against]:
    """Touching duties are one; rest must precede and follow a long one."""
    blocks = _blocks([*held, wanted])
    place = next(
        number
        for number, (start, end) in enumerate(blocks)
        if start <= wanted.starts_at and wanted.ends_at <= end
    )
    mine = blocks[place]
    length = _hours(mine)
    if length > limits.longest_h:
        yield Against("too_long", length, limits.longest_h)
    # A short errand in between does not end the need for rest after a long duty.
    long_before = [one for one in blocks[:place] if _hours(one) >= limits.rest_after_h]
    pairs = [(one, mine) for one in long_before[-1:]]
    if length >= limits.rest_after_h:
        pairs += [(mine, one) for one in blocks[place + 1 : place + 2]]
    for before, after in pairs:
        rest = _hours((before[1], after[0]))
        if rest < limits.rest_h:
            yield Against("no_rest", rest, limits.rest_h)


def _blocks(spans: list[Span]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for one in sorted(spans, key=lambda span: span.starts_at):
        if found and one.starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.ends_at))
        else:
            found.append((one.starts_at, one.ends_at))
    return found


def _about_sums(
    limits: Limits, held: list[Span], wanted: Span, zone: ZoneInfo
) -> Iterator[Against]:
    """Checks each calendar week and month (in the area's zone) that the wanted duty touches."""
    for start, end in weeks_of(wanted, zone):
        hours = sum(hours_within(one, start, end) for one in (*held, wanted))
        if hours > limits.week_h:
            yield Against("week_full", hours, limits.week_h)
        nights = sum(
            is_night(one, zone) and start <= one.starts_at < end for one in (*held, wanted)
        )
        if is_night(wanted, zone) and nights > limits.nights_week:
            yield Against("nights_full", nights, limits.nights_week)
    start, end = month_of(wanted, zone)
    hours = sum(hours_within(one, start, end) for one in (*held, wanted))
    if hours > limits.month_h:
        yield Against("month_full", hours, limits.month_h)


def is_night(span: Span, zone: ZoneInfo) -> bool:
    """Whether the span contains three hours or more of a night, 23:00 to 06:00 in wall time."""
    day = (wall_of(span.starts_at, zone) - timedelta(days=1)).date()
    last = wall_of(span.ends_at, zone).date()
    while day <= last:
        start, end = (instant(on_day(day, minute), zone) for minute in NIGHT)
        if hours_within(span, start, end) * HOUR >= NIGHT_COUNTS:
            return True
        day += timedelta(days=1)
    return False


def weeks_of(span: Span, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Every calendar week in the zone that a span touches, the first one first."""
    day = wall_of(span.starts_at, zone).date()
    monday = day - timedelta(days=day.weekday())
    while True:
        start = instant(datetime.combine(monday, time.min), zone)
        monday += timedelta(days=7)
        end = instant(datetime.combine(monday, time.min), zone)
        yield start, end
        if span.ends_at <= end:
            return


def month_of(span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The calendar month in the zone in which a span begins."""
    first = wall_of(span.starts_at, zone).date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return (
        instant(datetime.combine(first, time.min), zone),
        instant(datetime.combine(following, time.min), zone),
    )


def hours_within(span: Span, start: datetime, end: datetime) -> float:
    """How many hours of a span are in [start, end)."""
    begins, ends = max(span.starts_at, start), min(span.ends_at, end)
    return _hours((begins, ends)) if begins < ends else 0.0


def _hours(period: tuple[datetime, datetime]) -> float:
    return (period[1] - period[0]) / HOUR
