"""A clock that a test moves while the service runs; see `moved/sitecustomize.py`."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config import ROOT

SHENZHEN = ZoneInfo("Asia/Shanghai")
MOVED = Path(__file__).parent / "moved"
# Seconds by which a whole test run is ahead of the machine; see `tests/moment.py`.
AHEAD_S = "TEST_AHEAD_S"
# What makes Python import `moved/sitecustomize.py` when a process starts.
SEES_MOVED = {"PYTHONPATH": f"{MOVED}{os.pathsep}{ROOT}"}


@dataclass
class Clock:
    """A file holds the seconds it is ahead of the machine. It runs on by itself."""

    file: Path
    ahead_s: float = 0.0

    def __post_init__(self) -> None:
        self._set(self.ahead_s)

    @property
    def environment(self) -> dict[str, str]:
        """The settings for a process to use this clock."""
        return {"MOVED_CLOCK": str(self.file), **SEES_MOVED}

    def now(self) -> datetime:
        """Its time, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)

    def move(self, by: timedelta) -> datetime:
        """Moves it on by this much; back when negative."""
        self._set(self.ahead_s + by.total_seconds())
        return self.now()

    def to(self, at: datetime) -> datetime:
        """Moves it to an instant, unless it is later already."""
        return self.move(max(timedelta(0), at - self.now()))

    def day(self, days: int, hour: int = 0, minute: int = 0) -> datetime:
        """This many days from today, at a local time."""
        day = self.now().astimezone(SHENZHEN).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), tzinfo=SHENZHEN).astimezone(UTC)

    def _set(self, ahead_s: float) -> None:
        self.ahead_s = ahead_s
        # Replaced atomically: no process reads half a number.
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{ahead_s:.6f}")
        fresh.replace(self.file)
