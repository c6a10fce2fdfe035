"""The only place that reads the machine's clock. Everything else is given `now`."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """This instant, aware, in UTC. Only entry points call it."""
    return datetime.now(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in the community's zone."""
    return at.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open period [midnight, next midnight) of a local day, in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
