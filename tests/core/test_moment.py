"""TEST_NOW: which moments it accepts, and that processes started by tests follow it."""

import os
import subprocess
import sys
import time

import pytest

from tests.e2e.clock import AHEAD_S, SEES_MOVED
from tests.moment import move_clock

DAY_S = 86_400


def test_a_moment_without_its_offset_from_utc_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(AHEAD_S, raising=False)
    monkeypatch.setenv("TEST_NOW", "2028-02-29T12:00")
    with pytest.raises(ValueError, match="no offset from UTC"):
        move_clock()


def test_a_process_goes_by_the_moved_clock() -> None:
    ahead = float(os.environ.get(AHEAD_S, 0)) + 40 * DAY_S
    code = "from datetime import datetime, UTC; print(datetime.now(UTC).timestamp())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **SEES_MOVED, AHEAD_S: str(ahead)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) - time.time() == pytest.approx(40 * DAY_S, abs=DAY_S / 24)
