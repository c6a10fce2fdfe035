"""The clocks that tests move. Python itself imports this when a process starts.

`TEST_AHEAD_S` says by how many seconds a whole test run is ahead of the machine: see
`tests/moment.py`. All of Python's wall clocks are moved by it.

`MOVED_CLOCK` names a file with the seconds by which the house is ahead of the machine. All of the
product asks one function for the time, so it alone is replaced, before anybody took it. What is
measured and not told (leases, time-outs, waits) goes on by the machine's clocks. Looks for what is
due come sooner than in life, so that a story does not wait a minute for each.
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
# Seconds between looks; the others are seldom enough to be left alone.
EACH_S = dict.fromkeys(("deliver", "calls", "deadlines", "escalations", "duty", "reminders"), 0.5)
EACH_S |= {"sweep": 1.0, "plans": 2.0, "rotas": 5.0, "rosters": 1.0}
# After a kill the next one takes over sooner.
LEASE_S, RENEW_S = 6.0, 1.5
# A roster of a story is small.
SOLVE_S = 3.0


def utc_now() -> datetime:
    """The machine's time and as much as the file says."""
    ahead = float(Path(os.environ["MOVED_CLOCK"]).read_text())
    return datetime.now(UTC) + timedelta(seconds=ahead)


class Moved(datetime):
    """What the metronome asks for the time."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return utc_now().astimezone(tz)


class Sooner(SourceFileLoader):
    """Loads the scheduler with other pauses."""

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
        # The metronome goes by the wall clock, as in life.
        metronome: Any = sys.modules["apscheduler.schedulers.base"]
        metronome.datetime = Moved


class Finder(MetaPathFinder):
    """Finds the scheduler, nothing else."""

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
