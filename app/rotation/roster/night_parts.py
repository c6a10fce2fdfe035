"""Nights in parts: hours of a night none of which counts as one, but which do together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from app.core.wall_time import wall_of
from app.rotation.rest import NIGHT_COUNTS, is_night
from app.rotation.roster.facts import Fact, at
from app.rotation.roster.problem import Problem
from app.rotation.rules import Span

COUNTS_S = NIGHT_COUNTS.total_seconds()
# A night is known by the date of this many hours before its parts begin.
EARLIER_S = 7 * 3600


class Part(Protocol):
    """Duty that somebody may get."""

    @property
    def fact(self) -> Fact:
        """When it is."""


P = TypeVar("P", bound=Part)


def night_of(problem: Problem, fact: Fact) -> int:
    """The number of the day on whose evening the night of this duty begins."""
    return wall_of(at(fact.start - EARLIER_S), problem.asked.zone).toordinal()


def same_nights(problem: Problem, parts: Sequence[P]) -> Iterator[tuple[P, P]]:
    """Touching parts of one night, each of which counts as a night."""
    nights = [one for one in parts if one.fact.night]
    for one in nights:
        for other in nights:
            touch = one.fact.end == other.fact.start
            if touch and night_of(problem, one.fact) == night_of(problem, other.fact):
                yield one, other


def nights_in_parts(problem: Problem, parts: Sequence[P]) -> dict[int, list[list[P]]]:
    """The shortest chains of touching parts that make a night together, by night."""
    nights = _Nights(problem)
    small = [one for one in parts if not one.fact.night]
    ends: dict[int, list[P]] = defaultdict(list)
    for one in small:
        ends[one.fact.end].append(one)
    found: dict[int, list[list[P]]] = defaultdict(list)
    for one in small:
        for chain in _chains(nights, ends, [one]):
            found[night_of(problem, chain[-1].fact)].append(chain)
    return found


class _Nights:
    """Whether duty counts as a night, remembered."""

    def __init__(self, problem: Problem) -> None:
        self._zone = problem.asked.zone
        self._seen: dict[tuple[int, int], bool] = {}

    def counts(self, start: int, end: int) -> bool:
        if (start, end) not in self._seen:
            self._seen[start, end] = is_night(Span(0, at(start), at(end)), self._zone)
        return self._seen[start, end]


def _chains(nights: _Nights, ends: dict[int, list[P]], chain: list[P]) -> Iterator[list[P]]:
    start, last = chain[0].fact.start, chain[-1].fact
    if nights.counts(start, last.end):
        yield chain
    elif len(chain) == 1 or last.start - start < COUNTS_S:
        for before in ends[start]:
            # Without its last part it must not be a night already.
            if not nights.counts(before.fact.start, last.start):
                yield from _chains(nights, ends, [before, *chain])
