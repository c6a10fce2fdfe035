"""Runs all tests at another moment: `TEST_NOW=2028-02-29T12:00+08:00 pytest`.

The clock of this process, of pytest-xdist's workers and of every Python process that a test starts
is moved by the same number of seconds and runs on from there. Other programs keep the real clock:

- PostgreSQL and SQLite. Only leases ask the database for the time, and they compare it only
with itself.
- OpenSSL, when it checks the period of a certificate.
- The browser. It drops cookies that expire before the real time, so tests of pages and end-to-end
tests need a TEST_NOW in the future.
"""

import os
import time
from datetime import datetime

import time_machine

from tests.e2e.clock import AHEAD_S, SEES_MOVED


def move_clock() -> None:
    """Moves the clock to TEST_NOW, if that is set.

    Raises ValueError when it is not an ISO 8601 time with an offset from UTC.
    """
    wanted = os.environ.get("TEST_NOW")
    # A worker of pytest-xdist was moved at its start: `moved/sitecustomize.py`.
    if not wanted or AHEAD_S in os.environ:
        return
    moment = datetime.fromisoformat(wanted)
    if moment.tzinfo is None:
        raise ValueError(f"TEST_NOW={wanted} says no offset from UTC, such as +08:00")
    os.environ |= {AHEAD_S: f"{moment.timestamp() - time.time():.3f}", **SEES_MOVED}
    time_machine.travel(moment.timestamp(), tick=True).start()
