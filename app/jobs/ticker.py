"""A ticker that survives changes of the wall clock: forward by hours, or back.

APScheduler uses the wall clock. Set forward by a month, it would compute each missed tick one by
one; set back, it would do nothing until the old time returned, and the lease would not either.
"""

import time
from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from app.core.clock import utc_now

# Ignore small continuous clock corrections.
STEP_S = 1.0


class Every(BaseTrigger):  # type: ignore[misc]
    """Every so many seconds; missed ticks become one tick."""

    def __init__(self, seconds: float) -> None:
        self.pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The time of the next tick."""
        planned = now if previous is None else previous
        return planned + self.pause if planned + self.pause > now else now + self.pause


class ClockWatch:
    """Notices that the wall clock was set back, by comparing it with a monotonic clock."""

    def __init__(self) -> None:
        self.ahead = _ahead()

    def went_back(self) -> bool:
        """Whether it was set back since the last check."""
        before, self.ahead = self.ahead, _ahead()
        return self.ahead < before - STEP_S


def _ahead() -> float:
    return utc_now().timestamp() - time.monotonic()


def start_anew(scheduler: BaseScheduler) -> None:
    """Makes every tick due now, whatever time it waited for."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=utc_now())
