"""Shares of duty: for each person hours, nights, weekends, and when they were last on duty.

Pure. Days and nights are those of the area's zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, wall_of
from app.rotation.plan.changes import inside
from app.rotation.rest import is_night
from app.rotation.rules import Span

HOUR = timedelta(hours=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Share:
    """One person's duty in a period. `last_at` is when they were last on duty."""

    person_id: int
    turns: int
    hours: float
    nights: int
    weekend_hours: float
    last_at: datetime | None


def shares(
    spans: Iterable[Span], start: datetime, end: datetime, *, at: datetime, zone: ZoneInfo
) -> tuple[Share, ...]:
    """Everybody's share of [start, end), the largest first.

    Turns and nights count in the period in which they begin; hours are cut to it. `at` is now.
    """
    by_person: dict[int, list[Span]] = {}
    for span in spans:
        by_person.setdefault(span.person_id, []).append(span)
    found = (_share(key, by_person[key], start, end, at, zone) for key in by_person)
    return tuple(sorted(found, key=lambda one: (-one.hours, one.person_id)))


def _share(
    person_id: int, spans: list[Span], start: datetime, end: datetime, at: datetime, zone: ZoneInfo
) -> Share:
    begun = [one for one in spans if start <= one.starts_at < end]
    parts = [part for one in spans if (part := inside(one, start, end)) is not None]
    done = [min(one.ends_at, at) for one in spans if one.starts_at <= at]
    return Share(
        person_id,
        turns=len(begun),
        hours=sum(_hours(one) for one in parts),
        nights=sum(is_night(one, zone) for one in begun),
        weekend_hours=sum(_on_weekends(one, zone) for one in parts),
        last_at=max(done, default=None),
    )


def _hours(span: Span) -> float:
    return (span.ends_at - span.starts_at) / HOUR


def _on_weekends(span: Span, zone: ZoneInfo) -> float:
    days = _days(wall_of(span.starts_at, zone).date(), wall_of(span.ends_at, zone).date())
    parts = (
        inside(span, _midnight(day, zone), _midnight(day + timedelta(days=1), zone))
        for day in days
        if day.weekday() >= SATURDAY
    )
    return sum(_hours(part) for part in parts if part is not None)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time.min), zone)
