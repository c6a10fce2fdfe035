"""Cuts the wanted hours of a month into pieces, without what is kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.core.wall_time import DAY_MINUTES, instant, on_day, wall_of
from app.rotation.roster.asked import Piece
from app.rotation.rules import Span

Period = tuple[datetime, datetime]


def open_pieces(
    wanted: Iterable[Period],
    *,
    hours: int,
    first_hour: int,
    needs: Sequence[int],
    kept: Sequence[Span],
    zone: ZoneInfo,
) -> tuple[Piece, ...]:
    """The pieces still to fill, by time and layer.

    Cut each day at wall times `first_hour`, `first_hour` + `hours` and so on; `hours` divides 24.
    `needs[0]` people are needed in layer 1, and so on, minus those `kept` there.
    """
    found: list[Piece] = []
    for start, end in wanted:
        for since, to in _cut(start, end, hours, first_hour, zone):
            for layer, people in enumerate(needs, start=1):
                here = [one for one in kept if one.layer == layer]
                found += _left(since, to, layer, people, here)
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.layer, one.ends_at)))


def still_open(spans: Iterable[Span], pieces: Sequence[Piece]) -> list[Span]:
    """The spans that are still wanted: at each instant some open piece of their layer has room."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts_at, one.layer, one.person_id)):
        same = [one for one in found if one.layer == span.layer]
        open_here = [one for one in pieces if one.layer == span.layer]
        edges = {at for one in same for at in (one.starts_at, one.ends_at)}
        edges |= {at for one in open_here for at in (one.starts_at, one.ends_at)}
        inside = {at for at in edges if span.starts_at < at < span.ends_at}
        if all(_room(at, open_here, same) > 0 for at in (span.starts_at, *inside)):
            found.append(span)
    return found


def _room(at: datetime, pieces: Iterable[Piece], taken: Iterable[Span]) -> int:
    wanted = sum(one.needs for one in pieces if one.starts_at <= at < one.ends_at)
    return wanted - sum(one.starts_at <= at < one.ends_at for one in taken)


def _cut(
    start: datetime, end: datetime, hours: int, first_hour: int, zone: ZoneInfo
) -> Iterator[Period]:
    day = wall_of(start, zone).date() - timedelta(days=1)
    edges = {start, end}
    while instant(on_day(day, 0), zone) < end:
        for minute in range(first_hour * 60 % (hours * 60), DAY_MINUTES, hours * 60):
            edge = instant(on_day(day, minute), zone)
            if start < edge < end:
                edges.add(edge)
        day += timedelta(days=1)
    ordered = sorted(edges)
    return pairwise(ordered)


def _left(
    start: datetime, end: datetime, layer: int, people: int, kept: list[Span]
) -> Iterator[Piece]:
    """The parts of a piece that are not kept, cut where the number of kept people changes."""
    edges = {start, end}
    for one in kept:
        edges |= {at for at in (one.starts_at, one.ends_at) if start < at < end}
    ordered = sorted(edges)
    found: list[Piece] = []
    for since, to in pairwise(ordered):
        there = {one.person_id for one in kept if one.starts_at <= since and to <= one.ends_at}
        missing = people - len(there)
        if found and found[-1].ends_at == since and found[-1].needs == missing:
            found[-1] = Piece(found[-1].starts_at, to, layer, missing)
        elif missing > 0:
            found.append(Piece(since, to, layer, missing))
    return iter(found)
