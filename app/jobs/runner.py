"""Running one job: never twice at a time, and once more when it was asked for while it ran."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from app.core.clock import utc_now
from app.core.job_runs import Run
from app.jobs.context import JobContext, log
from app.jobs.job_list import Job

# Between two beginnings of a job that is woken again and again. Whatever comes meanwhile is one.
PAUSE_S = 0.1


@dataclass
class Runner:
    """One job of one scheduler, with what its last run was. Times are UTC."""

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
        """Notes that it shall run; False when a run is to come already, so none need be begun."""
        if self._wanted.is_set():
            return False
        self._wanted.set()
        return True

    def run(self) -> None:
        """Runs it, unless it runs: then that run is followed by another."""
        self.ask()
        self.run_if_asked()

    def run_if_asked(self) -> None:
        """The same when somebody asked and nobody has run it since."""
        # Who finds it running may leave: whoever runs it looks once more after letting go.
        while self._wanted.is_set() and self._running.acquire(blocking=False):
            try:
                self._pause()
                # Before the work: what is asked for from now on is not seen by it for certain.
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
        """Nothing without the lease; a fault is logged and the next run tries again."""
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
        """What is written down for other processes."""
        return Run(
            name=self.job.name,
            every_s=self.job.seconds,
            longest_s=self.job.longest_s,
            since=self.since,
            began_at=self.began_at,
            ended_at=self.ended_at,
            failures=self.failures,
        )
