"""What a run of the lab leaves behind."""

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
    """What one policy did: each request, and how often each volunteer was asked and served."""

    outcomes: Sequence[Outcome]
    asked: Mapping[int, int]
    tasks: Mapping[int, int]
    drawn: int = 0
    replayed: int = 0
