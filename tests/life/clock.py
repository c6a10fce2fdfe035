"""Virtual time: it stands still during a step and goes on to the next event at once."""

from datetime import datetime, timedelta
from types import TracebackType

import time_machine


class VirtualClock:
    """The true time of a simulation, and what the machine's clock says: `now`.

    They differ after the clock of the machine was set forward or back.
    """

    def __init__(self, start: datetime) -> None:
        self.start = self.true = start
        self.ahead = timedelta(0)
        self._travel = time_machine.travel(start, tick=False)

    def __enter__(self) -> "VirtualClock":
        self._moved = self._travel.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._travel.stop()

    @property
    def now(self) -> datetime:
        """What the machine's clock says (UTC)."""
        return self.true + self.ahead

    def go_to(self, true: datetime) -> None:
        """Goes on to a later true time; an earlier one changes nothing."""
        self.true = max(self.true, true)
        self._moved.move_to(self.now)

    def set_ahead(self, by: timedelta) -> None:
        """Sets the machine's clock forward, or back when negative."""
        self.ahead += by
        self._moved.move_to(self.now)
