"""The results of a run of the lab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one help request. `waited_s` ends with the last place, or unserved."""

    request_id: int
    block: int
    places: int
    filled: int
    waited_s: float
    messages: int
    metres: float
    too_late: int


@dataclass(frozen=True, slots=True)
class Run:
    """The results of one policy: each request, and each volunteer's asks and services."""

    outcomes: Sequence[Outcome]
    asked: Mapping[int, int]
    tasks: Mapping[int, int]
    drawn: int = 0
    replayed: int = 0
