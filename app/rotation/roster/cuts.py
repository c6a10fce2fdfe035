"""Cuts pieces where offers begin or end, so that an offer of a part of a piece can be used.

Afterwards parts in which the same people are on duty are one piece again: see `merged`.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from app.rotation.roster.asked import Asked, Helper, Piece
from app.rotation.roster.intervals import joined, without
from app.rotation.roster.problem import Problem

# Cuts in one piece. More make the search too slow; then the rarest edges are left out.
MOST_CUTS = 6
# Choices of somebody for some time. More make the search too slow; then only pieces that lack
# people are cut.
MOST_CHOICES = 9000

There = list[set[int]]


@dataclass(frozen=True, slots=True)
class CutUp:
    """A month in parts. `ceiling`: no month covers more; None when nothing finer is of use."""

    problem: Problem
    ceiling: float | None


def cut_up(problem: Problem, lacking: Collection[Piece]) -> CutUp:
    """The month with its pieces cut where offers begin and end.

    `lacking` are the pieces that lack people when nothing is cut: in a large month only they are
    cut.
    """
    edges = offer_edges(problem.asked)
    every = _cut(problem, edges, problem.asked.pieces, most=len(edges))
    some = _cut(problem, edges, problem.asked.pieces, most=MOST_CUTS)
    if _choices(some) > MOST_CHOICES:
        some = _cut(problem, edges, lacking, most=MOST_CUTS)
    if len(some.asked.pieces) == len(every.asked.pieces):
        return CutUp(every, None)
    return CutUp(some, every.coverage(every.offering))


def _choices(problem: Problem) -> int:
    return sum(len(one) for one in problem.open)


def offer_edges(asked: Asked) -> Counter[datetime]:
    """When somebody's offer begins or ends, and for how many people; duty held ends an offer."""
    found = Counter[datetime]()
    for helper in asked.helpers:
        for period in free_hours(asked, helper):
            found.update(period)
    return found


def free_hours(asked: Asked, helper: Helper) -> list[tuple[datetime, datetime]]:
    """What somebody offers, without duty that they hold."""
    held = [*helper.held, *(one for one in asked.kept if one.person_id == helper.person_id)]
    return without(joined(helper.offers), held)


def _cut(
    problem: Problem, edges: Counter[datetime], chosen: Collection[Piece], *, most: int
) -> Problem:
    ordered, which = sorted(edges), set(chosen)
    found: list[Piece] = []
    for piece in problem.asked.pieces:
        low, high = bisect_right(ordered, piece.starts_at), bisect_left(ordered, piece.ends_at)
        inside = ordered[low:high] if piece in which else []
        often = sorted(inside, key=lambda at: (-edges[at], at))
        points = sorted({piece.starts_at, piece.ends_at, *often[:most]})
        found += [replace(piece, starts_at=since, ends_at=to) for since, to in pairwise(points)]
    asked = replace(problem.asked, pieces=tuple(found))
    return Problem(asked, whole=problem.asked.pieces)


def carried(there: There, before: Problem, after: Problem) -> There:
    """The same people on duty, in a month whose periods are parts of the former ones."""
    found: There = []
    for pieces in after.by_period:
        on: set[int] = set()
        for former, people in zip(before.by_period, there, strict=True):
            if any(_is_part(one, of) for one in pieces for of in former):
                on |= people
        found.append(on)
    return found


def _is_part(piece: Piece, of: Piece) -> bool:
    return (
        piece.layer == of.layer and of.starts_at <= piece.starts_at and piece.ends_at <= of.ends_at
    )


def merged(problem: Problem, there: There) -> tuple[Problem, There]:
    """The month with parts of one piece joined again where the same people are on duty."""
    periods: list[list[Piece]] = []
    people: There = []
    for pieces, on in zip(problem.by_period, there, strict=True):
        last = periods[-1] if periods else None
        if last and people[-1] == on and _go_on(problem, last, pieces):
            periods[-1] = [replace(one, ends_at=pieces[0].ends_at) for one in last]
        else:
            periods.append(list(pieces))
            people.append(set(on))
    asked = replace(problem.asked, pieces=tuple(one for pieces in periods for one in pieces))
    return Problem(asked, whole=problem.whole), people


def _go_on(problem: Problem, last: list[Piece], following: list[Piece]) -> bool:
    """Whether these parts touch and are of the same pieces."""
    return last[0].ends_at == following[0].starts_at and [
        (one.layer, one.needs, problem.whole_of(one)) for one in last
    ] == [(one.layer, one.needs, problem.whole_of(one)) for one in following]
