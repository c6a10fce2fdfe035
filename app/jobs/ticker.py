"""A metronome that survives a clock that is set: on over hours, or back.

APScheduler counts by the wall clock. Set on by a month, it would work out each missed tick one by
one; set back, it would do nothing until the old time came again, and neither would the lease.
"""

import time
from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from app.core.clock import utc_now

# Clocks that are corrected a little all the time are no news.
STEP_S = 1.0


class Every(BaseTrigger):  # type: ignore[misc]
    """Each so many seconds; whatever was missed is one tick, not many."""

    def __init__(self, seconds: float) -> None:
        self.pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The time of the next tick."""
        planned = now if previous is None else previous
        return planned + self.pause if planned + self.pause > now else now + self.pause


class ClockWatch:
    """Notices when the wall clock was set back, by one that only goes forward."""

    def __init__(self) -> None:
        self.ahead = _ahead()

    def went_back(self) -> bool:
        """Whether it was set back since the last look."""
        before, self.ahead = self.ahead, _ahead()
        return self.ahead < before - STEP_S


def _ahead() -> float:
    return utc_now().timestamp() - time.monotonic()


def start_anew(scheduler: BaseScheduler) -> None:
    """Every tick is due now, whatever time it waited for."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=utc_now())
