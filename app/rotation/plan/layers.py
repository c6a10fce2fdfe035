"""Rotations: people in turn, handed over at wall times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, wall_of
from app.rotation.plan.patterns import ByWindows, Every, Pattern
from app.rotation.plan.windows import CLOCKS_JUMP, occurrences
from app.rotation.rules import Span

HOUR = timedelta(hours=1)
# Every pattern has a turn within this time.
AHEAD = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns. Without people nobody is on duty."""

    people: tuple[int, ...]
    pattern: Pattern


def turns(
    rotation: Rotation, layer: int, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Span]:
    """Every turn that touches [start, end), whole, in order."""
    if not rotation.people:
        return
    pattern = rotation.pattern
    first = instant(pattern.starts, zone)
    last = instant(pattern.ends, zone) if pattern.ends is not None else end
    for number, begins, ends in _numbered(pattern, max(start, first), min(end, last), zone):
        begins, ends = max(begins, first), ends if pattern.ends is None else min(ends, last)
        if begins < ends:
            person = rotation.people[number % len(rotation.people)]
            yield Span(person, begins, ends, layer)


def go_on_in_order(
    before: Rotation, people: Sequence[int], at: datetime, zone: ZoneInfo
) -> tuple[int, ...]:
    """The new people of a rotation, begun where the old one stands at an instant.

    The person on turn at that time stays on turn, and the others follow in their order; if they
    left, the next one who is still there is on turn. If none of them is, the order is as given.
    """
    new, old = tuple(dict.fromkeys(people)), before.people
    number = _number_at(before.pattern, at, zone)
    if number is None or not old or not set(old) & set(new):
        return new
    in_turn = (old[(number + step) % len(old)] for step in range(len(old)))
    place = new.index(next(one for one in in_turn if one in new))
    first = (place - number) % len(new)
    return (*new[first:], *new[:first])


def _number_at(pattern: Pattern, at: datetime, zone: ZoneInfo) -> int | None:
    """The number of the turn that runs, or of the next."""
    start = max(at, instant(pattern.starts, zone))
    return next((number for number, _, _ in _numbered(pattern, start, start + AHEAD, zone)), None)


def _numbered(
    pattern: Pattern, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[int, datetime, datetime]]:
    if start >= end:
        return iter(())
    if isinstance(pattern, Every):
        return _every(pattern, start, end, zone)
    return _windows(pattern, start, end, zone)


def _every(
    pattern: Every, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[int, datetime, datetime]]:
    step = pattern.hours * HOUR
    number = max(0, (wall_of(start, zone) - CLOCKS_JUMP - pattern.starts) // step)
    begins = instant(pattern.starts + number * step, zone)
    while begins < end:
        ends = instant(pattern.starts + (number + 1) * step, zone)
        if start < ends:
            yield number, begins, ends
        number, begins = number + 1, ends


def _windows(
    pattern: ByWindows, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[int, datetime, datetime]]:
    days = sorted({window.day for window in pattern.windows})
    monday = pattern.starts.date() - timedelta(days=pattern.starts.weekday())
    for one in occurrences(pattern.windows, start, end, zone):
        weeks = (one.day - monday).days // 7
        number = {
            "window": weeks * len(pattern.windows) + one.position,
            "day": weeks * len(days) + days.index(one.day.weekday()),
            "week": weeks,
        }[pattern.turn]
        yield number, one.starts_at, one.ends_at
