"""Rules of all emergency plans: parts of a day, the period of an activation, its shifts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from app.core.wall_time import DAY_MINUTES, instant, on_day
from app.rotation.plan.windows import Window, occurrences, windows_json
from app.rotation.rules import Span

# How long an activation lasts before it stands down by itself, unless extended.
LASTS = timedelta(hours=72)
LONGER_H = (24, 48, 72)
LONGEST = timedelta(days=14)
# The longest shift, and a part of a day, in minutes.
SHIFT = 4 * 60
PART = 6 * 60
# The shortest remainder of a shift that is still worth coming for.
WORTH_COMING = timedelta(minutes=30)
STEP = timedelta(minutes=5)
# Limits in an emergency: hours in one go, and after how many of them rest is required.
LIMITS = {"longest_h": 8, "rest_after_h": 3}
MOST_PEOPLE = 200
# Parts of a day in which somebody can come, minutes of wall time.
PARTS = {
    "night": (0, 360),
    "morning": (360, 720),
    "afternoon": (720, 1080),
    "evening": (1080, DAY_MINUTES),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A shift to fill: [starts_at, ends_at), and how many people it lacks."""

    starts_at: datetime
    ends_at: datetime
    missing: int


def hours_of(parts: Iterable[str]) -> list[dict[str, int | str]]:
    """The JSON of these parts of every day."""
    chosen = [PARTS[part] for part in PARTS if part in set(parts)]
    days = (Window(day, start, end - start) for day in range(7) for start, end in chosen)
    return windows_json(tuple(days))


def parts_of(hours: list[dict[str, Any]]) -> tuple[str, ...]:
    """The parts of the day that the JSON contains whole. All days are alike: reads Monday."""
    found = {(one["from"], one["to"]) for one in hours if one["day"] == 0}
    return tuple(
        part
        for part in PARTS
        if {(one["from"], one["to"]) for one in hours_of((part,)) if one["day"] == 0} <= found
    )


def begins_at(now: datetime) -> datetime:
    """The next full five minutes."""
    floor = now.replace(second=0, microsecond=0)
    late = timedelta(minutes=floor.minute % 5)
    return now if floor == now and not late else floor - late + STEP


def pieces(
    wanted: tuple[Window, ...], start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The wanted hours of [start, end) in shifts of at most four hours.

    They are cut where the parts of a day meet, so that somebody who offers one part can take them,
    and at the same times for every period. No window: every day from midnight.
    """
    windows = wanted or tuple(Window(day, 0, DAY_MINUTES) for day in range(7))
    for one in occurrences(windows, start, end, zone):
        window = windows[one.position]
        for since, to in pairwise(_edges(window)):
            begins, ends = (instant(on_day(one.day, minute), zone) for minute in (since, to))
            begins, ends = max(begins, start), min(ends, end)
            if begins < ends:
                yield begins, ends


def _edges(window: Window) -> list[int]:
    """Where a window is cut, minutes after its day's midnight."""
    last = window.start + window.length
    parts = [at for at in range(window.start + 1, last) if at % PART == 0]
    found = [window.start]
    for to in (*parts, last):
        length = to - found[-1]
        shifts = -(-length // SHIFT)
        since = found[-1]
        found += [since + length * number // shifts for number in range(1, shifts + 1)]
    return found


def to_fill(
    periods: Iterable[tuple[datetime, datetime]],
    held: Iterable[Span],
    people: int,
    now: datetime,
) -> list[Piece]:
    """The remainder of each shift that lacks people and is worth coming for."""
    spans, earliest, found = list(held), begins_at(now), []
    for start, end in periods:
        begin = max(start, earliest)
        here = {one.person_id for one in spans if one.starts_at <= begin and end <= one.ends_at}
        if end - begin >= min(WORTH_COMING, end - start) and len(here) < people and begin < end:
            found.append(Piece(begin, end, people - len(here)))
    return found


def lacks(held: Iterable[Span], start: datetime, end: datetime, people: int) -> tuple[Piece, ...]:
    """The parts of [start, end) with too few people; neighbours with equal lack are joined."""
    spans = [one for one in held if one.starts_at < end and start < one.ends_at]
    edges = sorted(
        {start, end}
        | {at for one in spans for at in (one.starts_at, one.ends_at) if start < at < end}
    )
    found: list[Piece] = []
    for since, to in pairwise(edges):
        here = {one.person_id for one in spans if one.starts_at <= since < one.ends_at}
        missing = people - len(here)
        last = found[-1] if found else None
        if missing > 0 and last and (last.ends_at, last.missing) == (since, missing):
            found[-1] = Piece(last.starts_at, to, missing)
        elif missing > 0:
            found.append(Piece(since, to, missing))
    return tuple(found)
