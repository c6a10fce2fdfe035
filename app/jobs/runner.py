"""Runs one job: never twice at a time, and once more if requested while it ran."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from app.core.clock import utc_now
from app.core.job_runs import Run
from app.jobs.context import JobContext, log
from app.jobs.job_list import Job

# Least time between starts of a job that is woken repeatedly. Wakes in between count as one.
PAUSE_S = 0.1


@dataclass
class Runner:
    """One job of one scheduler, with its last run. Times are UTC."""

    context: JobContext
    job: Job
    since: datetime = field(default_factory=utc_now)
    began_at: datetime | None = None
    ended_at: datetime | None = None
    failures: int = 0
    _wanted: threading.Event = field(default_factory=threading.Event)
    _running: threading.Lock = field(default_factory=threading.Lock)
    _not_before: float = 0.0

    def ask(self) -> bool:
        """Requests a run; False when a run is pending already, so none need be started."""
        if self._wanted.is_set():
            return False
        self._wanted.set()
        return True

    def run(self) -> None:
        """Runs it, unless it is running: then that run is followed by another."""
        self.ask()
        self.run_if_asked()

    def run_if_asked(self) -> None:
        """Runs it if a run was requested and nobody has done it since."""
        # Leave if it is running: the runner checks for requests once more after unlocking.
        while self._wanted.is_set() and self._running.acquire(blocking=False):
            try:
                self._pause()
                # Clear before the work: the work may not see what is requested from now on.
                self._wanted.clear()
                self._run_once()
            finally:
                self._running.release()

    def _pause(self) -> None:
        wait = self._not_before - time.monotonic()
        if wait > 0:
            self.context.stopping.wait(wait)
        self._not_before = time.monotonic() + PAUSE_S

    def _run_once(self) -> None:
        """Does nothing without the lease; logs a fault, and the next run tries again."""
        if not self.context.holds_lease():
            return
        self.began_at = utc_now()
        try:
            self.job.work(self.context)
            self.failures = 0
        except Exception:
            self.failures += 1
            log.exception("a tick failed", tick=self.job.name)
        self.ended_at = utc_now()

    def last_run(self) -> Run:
        """The last run, as stored for other processes."""
        return Run(
            name=self.job.name,
            every_s=self.job.seconds,
            longest_s=self.job.longest_s,
            since=self.since,
            began_at=self.began_at,
            ended_at=self.ended_at,
            failures=self.failures,
        )
