"""Sets of half-open periods [start, end): joined, without others, within bounds."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.rotation.rules import Span, gaps

Period = tuple[datetime, datetime]


def joined(periods: Iterable[Period]) -> list[Period]:
    """The periods by their start; those that overlap or touch are one."""
    found: list[Period] = []
    for start, end in sorted(one for one in periods if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(periods: Iterable[Period], busy: Iterable[Span]) -> list[Period]:
    """The parts of the periods in which none of the spans is."""
    spans = list(busy)
    return [
        part
        for start, end in periods
        for part in gaps(
            [one for one in spans if one.starts_at < end and start < one.ends_at], start, end
        )
    ]


def within(periods: Iterable[Period], start: datetime, end: datetime) -> list[Period]:
    """The parts of the periods in [start, end)."""
    cut = ((max(since, start), min(to, end)) for since, to in periods)
    return [one for one in cut if one[0] < one[1]]


def hours_of(periods: Sequence[Period]) -> float:
    """How long they are together, in hours."""
    return sum((end - start).total_seconds() for start, end in periods) / 3600
