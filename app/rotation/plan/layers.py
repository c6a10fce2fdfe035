"""Rotations: people in turn, handed over at wall times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.rotation.plan.patterns import ByWindows, Every, Pattern
from app.rotation.plan.windows import CLOCKS_JUMP, occurrences
from app.rotation.rules import Span
from app.rotation.wall_time import instant, wall_of

HOUR = timedelta(hours=1)
# Windows of a week come again within this time.
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


def kept_in_turn(
    before: Rotation, people: tuple[int, ...], at: datetime, zone: ZoneInfo
) -> tuple[int, ...]:
    """The people, begun so that whoever is on turn at an instant stays on turn.

    Turns are counted from the first hand-off, so one person more or less would move everybody to
    another turn. When members join or leave, the order is kept and goes on from the turn that runs
    or comes next; if its person left, from the one after them. The same members in another order
    are as the coordinator wants them.
    """
    number = _turn_at(before.pattern, at, zone)
    if number is None or not before.people or set(before.people) == set(people):
        return people
    place = number % len(before.people)
    following = (*before.people[place:], *before.people[:place])
    stays = next((one for one in following if one in people), None)
    if stays is None:
        return people
    first = (people.index(stays) - number) % len(people)
    return (*people[first:], *people[:first])


def _turn_at(pattern: Pattern, at: datetime, zone: ZoneInfo) -> int | None:
    """The number of the turn that runs, or else of the next; None before the first hand-off."""
    first = instant(pattern.starts, zone)
    if at < first:
        return None
    ahead = timedelta(hours=pattern.hours) if isinstance(pattern, Every) else AHEAD
    coming = (number for number, _, end in _numbered(pattern, at, at + ahead, zone) if end > at)
    return next(coming, None)


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
