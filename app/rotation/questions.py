"""When a question about duty is asked again, and when somebody else is asked instead. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, wall_of
from app.rotation.cover import QUIET_FROM, QUIET_TO

# Nobody needs longer to answer about a shift that is far away.
LONGEST = timedelta(hours=48)
# Leave this much time to find somebody else, or half of the time there is.
BEFORE = timedelta(hours=12)
# A question about a shift that runs already.
AT_ONCE = timedelta(minutes=15)


def answer_by(sent_at: datetime, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when a question about a shift waits for its answer; in the daytime if it can be."""
    if starts_at <= sent_at:
        return sent_at + AT_ONCE
    halfway = sent_at + (starts_at - sent_at) / 2
    return _by_day(min(sent_at + LONGEST, max(starts_at - BEFORE, halfway)), sent_at, zone)


def remind_at(sent_at: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """When to remind of a question that waits until `last`: halfway, in the daytime if it can."""
    return _by_day(sent_at + (last - sent_at) / 2, sent_at, zone)


def _by_day(at: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The evening before a time in the night, if that is later than `after`."""
    wall = wall_of(at, zone)
    if QUIET_TO <= wall.time() < QUIET_FROM:
        return at
    day = wall.date() if wall.time() >= QUIET_FROM else wall.date() - timedelta(days=1)
    evening = instant(datetime.combine(day, QUIET_FROM), zone)
    return evening if evening > after else at
