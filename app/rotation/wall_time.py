"""Wall times: what the clock on a zone's wall says, as an instant in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the wall shows `wall`, a time without a zone.

    Of a time that the clock shows twice it is the first; one that the clock jumps over is the
    instant of the jump. So later wall times are never earlier instants, and what is half-open on
    the wall is half-open in UTC: no hole and no overlap appears.
    """
    local = wall.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    return _jump_over(local, at)


def _jump_over(skipped: datetime, at: datetime) -> datetime:
    """The instant at which the clock jumps over a wall time."""
    low, high = skipped.replace(fold=1).astimezone(UTC), at
    old = low.astimezone(skipped.tzinfo).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(skipped.tzinfo).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What the wall shows at an instant, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def on_day(day: date, minutes: int) -> datetime:
    """The wall time so many minutes after a day's midnight; 1440 and more is the next day."""
    return datetime.combine(day, time.min) + timedelta(minutes=minutes)
