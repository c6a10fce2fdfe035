"""When the clocks of a zone are set, for the VTIMEZONE of a calendar. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Observance:
    """From `wall` on (by the offset in force before), the zone is `after` ahead of UTC."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def observances(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Observance]:
    """The offset in force at `start`, then each change until `end` (aware instants)."""
    at = start.astimezone(UTC).replace(microsecond=0)
    offset = _offset(zone, at)
    yield _from(zone, at, offset)
    while at < end:
        if _offset(zone, at + DAY) != offset:
            change = _change(zone, at, at + DAY)
            yield _from(zone, change, offset)
            offset = _offset(zone, change)
        at += DAY


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second in (low, high] with the new offset."""
    old = _offset(zone, low)
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _from(zone: ZoneInfo, at: datetime, before: timedelta) -> Observance:
    local = at.astimezone(zone)
    wall = (at + before).replace(tzinfo=None)
    name = local.tzname() or zone.key
    return Observance(wall, before, _offset(zone, at), name, bool(local.dst()))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or NONE
