"""Converts wall times of a zone to instants in UTC and back."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from app.core.i18n import N_

DAY_MINUTES = 24 * 60
# The error for a typed time that `is_skipped`.
SKIPPED = N_("那天时钟往前拨，没有这个时间，请选别的时间")


@lru_cache(maxsize=2**14)
def instant(wall: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) of the wall time `wall`, a time without a zone.

    A wall time shown twice gives the first instant; one that the clock skips gives the instant of
    the change. So the order of wall times is kept, and half-open wall periods stay half-open in
    UTC, without holes or overlaps.
    """
    local = wall.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    return _jump_over(local, at) if is_skipped(wall, zone) else at


def _jump_over(skipped: datetime, at: datetime) -> datetime:
    """The instant at which the clock skips a wall time."""
    low, high = skipped.replace(fold=1).astimezone(UTC), at
    old = low.astimezone(skipped.tzinfo).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(skipped.tzinfo).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def is_skipped(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clock jumps over this wall time, so that it does not exist."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    return at.astimezone(zone).replace(tzinfo=None) != wall


def wall_of(at: datetime, zone: tzinfo) -> datetime:
    """The wall time at an instant, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def on_day(day: date, minutes: int) -> datetime:
    """The wall time this many minutes after a day's midnight; 1440 and more is the next day."""
    return datetime.combine(day, time.min) + timedelta(minutes=minutes)
