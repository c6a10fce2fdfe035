"""A ticker that survives changes of the wall clock: forward by hours, or back.

APScheduler uses the wall clock. Set forward by a month, it would compute each missed tick one by
one; set back, it would do nothing until the old time returned, even if the clock was set forward
again meanwhile, because it sleeps until the time that it computed last.
"""

from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from app.core.clock import utc_now

# Ignore small continuous clock corrections.
STEP = timedelta(seconds=1)


class Every(BaseTrigger):  # type: ignore[misc]
    """Ticks every `seconds`; missed ticks become one tick."""

    def __init__(self, seconds: float) -> None:
        self.pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The time of the next tick."""
        planned = now if previous is None else previous
        return planned + self.pause if planned + self.pause > now else now + self.pause


def follow_clock(scheduler: BaseScheduler) -> bool:
    """Makes ticks due that wait longer than their interval, and wakes the scheduler.

    Called every second. Returns whether the clock was set back since the last call.
    """
    latest = utc_now() + STEP
    late = [job for job in scheduler.get_jobs() if job.next_run_time > latest + job.trigger.pause]
    for job in late:
        job.modify(next_run_time=utc_now())
    scheduler.wakeup()
    return bool(late)
