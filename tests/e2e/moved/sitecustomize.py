"""The clocks that tests move. Python itself imports this when a process starts.

`TEST_AHEAD_S`: seconds by which a whole test run is ahead of the machine, see `tests/moment.py`. It
moves all of Python's wall clocks.

`MOVED_CLOCK`: a file with the seconds by which the service is ahead of the machine. The product
asks one function for the time, so this replaces that function before it is imported. Durations
(leases, time-outs, waits) keep the machine's clocks. Jobs check for due work more often than in
production, so that a test does not wait a minute for each.
"""

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

SCHEDULER = "app.jobs.scheduler"
# Seconds between the runs of jobs; the others keep their intervals.
EACH_S = dict.fromkeys(("deliver", "calls", "deadlines", "escalations", "duty", "reminders"), 0.5)
EACH_S |= {"sweep": 1.0, "plans": 2.0, "rotas": 5.0, "rosters": 1.0}
# After a kill the next scheduler takes over sooner.
LEASE_S, RENEW_S = 6.0, 1.5
# Rosters in tests are small.
SOLVE_S = 3.0


def utc_now() -> datetime:
    """The machine's time plus the seconds in the file."""
    ahead = float(Path(os.environ["MOVED_CLOCK"]).read_text())
    return datetime.now(UTC) + timedelta(seconds=ahead)


class Moved(datetime):
    """The clock of the ticker."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return utc_now().astimezone(tz)


class Sooner(SourceFileLoader):
    """Loads the scheduler with shorter intervals."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        changed: Any = module
        changed.JOBS = tuple(
            replace(job, seconds=EACH_S.get(job.name, job.seconds)) for job in changed.JOBS
        )
        changed.RENEW_S = RENEW_S
        house: Any = sys.modules["app.jobs.context"]
        house.LEASE_S = LEASE_S
        rosters: Any = sys.modules["app.jobs.rosters"]
        rosters.SOLVE_S = SOLVE_S
        # The ticker uses the wall clock, as in production.
        scheduler: Any = sys.modules["apscheduler.schedulers.base"]
        scheduler.datetime = Moved


class Finder(MetaPathFinder):
    """Finds only the scheduler's module."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == SCHEDULER else None
        if spec is not None and spec.origin is not None:
            spec.loader = Sooner(name, spec.origin)
        return spec


if "TEST_AHEAD_S" in os.environ:
    import time_machine

    moment = time.time() + float(os.environ["TEST_AHEAD_S"])
    time_machine.travel(moment, tick=True).start()

if "MOVED_CLOCK" in os.environ:
    import app.core.clock

    app.core.clock.utc_now = utc_now
    sys.meta_path.insert(0, Finder())
