"""When an urgent request becomes pressing, and when ordinary alarms may be repeated.

An urgent request without a wanted time is pressing at once. With one it is pressing from LEAD
before that time: until then it is dispatched as calmly as an ordinary request.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.urgency import Urgency

LEAD = timedelta(hours=2)
# How long before its wished time any other request wakes people at night.
QUIET_LEAD = timedelta(hours=6)
# Coordinators are notified of a pressing request at least this often until somebody acts.
URGENT_EVERY = timedelta(minutes=10)
# Waits between the first alarms about any other request; later ones come at DAYTIMES.
GROWING = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
DAYTIMES = (time(9), time(15))
# No ordinary alarm is repeated in the night.
NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)


def pressing_from(wanted_from: datetime | None, since: datetime) -> datetime:
    """From when an urgent request that was ordered or made urgent at `since` is pressing."""
    return since if wanted_from is None else max(since, wanted_from - LEAD)


def is_pressing(urgency: str, wanted_from: datetime | None, now: datetime) -> bool:
    """Whether the request is urgent and the time that is left makes it so now."""
    return urgency == Urgency.URGENT and (wanted_from is None or wanted_from - LEAD <= now)


def urgency_now(urgency: str, wanted_from: datetime | None, now: datetime) -> str:
    """The urgency by which to dispatch: ordinary while an urgent request is not pressing yet."""
    if urgency == Urgency.URGENT and not is_pressing(urgency, wanted_from, now):
        return Urgency.ORDINARY
    return urgency


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """Whether people sleep: from NIGHT_FROM to NIGHT_UNTIL by the clocks of the area."""
    clock = at.astimezone(zone).time()
    return clock >= NIGHT_FROM or clock < NIGHT_UNTIL


def quiet_until(
    urgency: str, wanted_from: datetime | None, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Until when nobody is woken for a request that can wait; None when people may be asked.

    At night it waits for the morning, or for the lead before its wished time if that is earlier.
    """
    lead = LEAD if urgency == Urgency.URGENT else QUIET_LEAD
    if wanted_from is None or wanted_from - lead <= now or not is_night(now, zone):
        return None
    return min(next_clock(now, zone, NIGHT_UNTIL), wanted_from - lead)


def next_clock(after: datetime, zone: ZoneInfo, *clocks: time) -> datetime:
    """The first of these times of day in the zone that is later than `after`; in UTC."""
    today = after.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=days), clock, zone).astimezone(after.tzinfo)
        for days in (0, 1)
        for clock in clocks
    )
    return min(one for one in moments if one > after)


def next_alarm_at(count: int, last: datetime, *, pressing: bool, zone: ZoneInfo) -> datetime:
    """When to notify coordinators again, after `count` alarms in this state, the last at `last`."""
    if pressing:
        return last + URGENT_EVERY
    if count > len(GROWING):
        return next_clock(last, zone, *DAYTIMES)
    at = last + GROWING[max(0, count - 1)]
    return next_clock(at, zone, NIGHT_UNTIL) if is_night(at, zone) else at
