"""Eight zones with every kind of clock change, and all their changes."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

NAMES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    # Half an hour.
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    # In 2011 a whole day was skipped.
    "Pacific/Apia",
    # Back and forth around each Ramadan.
    "Africa/Casablanca",
    "UTC",
)
FIRST, LAST = datetime(2010, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)


@cache
def changes(name: str) -> tuple[datetime, ...]:
    """Every instant from 2010 to 2036 at which the zone's clock is set."""
    zone = ZoneInfo(name)
    found, at, step = [], FIRST, timedelta(days=1)
    while at < LAST:
        if at.astimezone(zone).utcoffset() != (at + step).astimezone(zone).utcoffset():
            found.append(_exactly(zone, at, at + step))
        at += step
    return tuple(found)


def _exactly(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


ALL = tuple((ZoneInfo(name), at) for name in NAMES for at in changes(name))
