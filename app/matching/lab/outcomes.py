"""The results of a run of the lab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one help request. `waited_s` ends with the last place, or unserved.

    `metres` and `way_s` (seconds) are sums over those who accepted.
    """

    request_id: int
    block: int
    places: int
    filled: int
    waited_s: float
    messages: int
    metres: float
    too_late: int
    way_s: float = 0.0

    @property
    def door_s(self) -> float:
        """Seconds until somebody is at the door, with several places in the mean of the ways."""
        return self.waited_s + self.way_s / max(1, self.filled)


@dataclass(frozen=True, slots=True)
class Run:
    """The results of one policy: each request, and each volunteer's asks and services."""

    outcomes: Sequence[Outcome]
    asked: Mapping[int, int]
    tasks: Mapping[int, int]
    drawn: int = 0
    replayed: int = 0
