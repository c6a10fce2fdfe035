"""A drafted month by person, checked by `rotation.rest` itself, and the reason for each gap.

The solver works with parts and approximates nights; here nothing is approximate: a turn that
breaks a limit is taken out, any part of a gap that somebody can have is given to them, and a reason
is what still speaks against the longest part that somebody offers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from app.rotation.rest import against
from app.rotation.roster.asked import Piece
from app.rotation.roster.cuts import free_hours
from app.rotation.roster.intervals import Period, hours_of, joined, within, without
from app.rotation.roster.problem import Problem
from app.rotation.rules import Span

Filled = list[tuple[Piece, list[int]]]
# These may not speak against a shorter part.
SHORTER_MAY_DO = ("too_long", "no_rest", "week_full", "month_full", "nights_full")
PASSES = 3


class Draft:
    """`filled`: pieces with their people, by number; `gaps`: pieces with how many they lack."""

    def __init__(self, problem: Problem, layers: Filled) -> None:
        self.problem = problem
        self.filled: Filled = [(piece, list(people)) for piece, people in layers if people]
        self.gaps = [
            replace(piece, needs=piece.needs - len(people))
            for piece, people in layers
            if len(people) < piece.needs
        ]
        helpers = problem.asked.helpers
        self.held = [
            [*one.held, *(span for span in problem.asked.kept if span.person_id == one.person_id)]
            for one in helpers
        ]
        self.offers = [joined(one.offers) for one in helpers]
        self.free = [free_hours(problem.asked, one) for one in helpers]
        self.edges = sorted({at for some in self.free for period in some for at in period})
        self.turns: list[list[Span]] = [[] for _ in helpers]
        for piece, people in self.filled:
            for helper in people:
                self._add(helper, piece)

    def against(self, helper: int, part: Piece) -> str | None:
        """The code of the first reason against a part of a piece for somebody; None if none."""
        problem, one = self.problem, self.problem.asked.helpers[helper]
        turn, others = self._with(helper, part)
        others += self.held[helper]
        found = against(one.limits, others, turn, problem.asked.zone)
        if found:
            return found[0].code
        if self._is_short(turn, others):
            return "too_short"
        partner = problem.partner.get(helper)
        if partner is not None and problem.whole_of(part).needs > 1:
            there = [(span.starts_at, span.ends_at) for span in self.turns[partner]]
            if within(joined(there), part.starts_at, part.ends_at) != [
                (part.starts_at, part.ends_at)
            ]:
                return "couple"
        return None

    def settle(self) -> None:
        """Takes out what breaks a limit, then gives away every part of a gap that is possible."""
        for helper in range(len(self.turns)):
            while (broken := self._broken(helper)) is not None:
                self._take_out(helper, broken)
        for _ in range(PASSES):
            given = [self._give(gap) for gap in list(self.gaps)]
            if not any(given):
                return

    def parts_for(self, helper: int, gap: Piece) -> list[Period]:
        """The parts of a gap that somebody offers and has no other duty in."""
        if self.problem.asked.shortest_h is None:
            whole = (gap.starts_at, gap.ends_at)
            return [whole] if within(self.offers[helper], *whole) == [whole] else []
        parts = within(self.free[helper], gap.starts_at, gap.ends_at)
        return without(parts, self.turns[helper])

    def why(self, helper: int, gap: Piece) -> str:
        """Why somebody takes no part of a gap."""
        if not within(self.offers[helper], gap.starts_at, gap.ends_at):
            return "no_offer"
        parts = self.parts_for(helper, gap)
        if not parts:
            return "no_offer" if self.problem.asked.shortest_h is None else "booked"
        longest = max(parts, key=lambda one: (one[1] - one[0], one[0]))
        part = replace(gap, starts_at=longest[0], ends_at=longest[1])
        # Without a reason: only of whole pieces, where duty held already lacks rest.
        return self.against(helper, part) or "no_rest"

    def _is_short(self, turn: Span, others: list[Span]) -> bool:
        """Whether a turn, with other duty that it touches, is too short to come for.

        A piece that was too short before it was cut may be taken whole.
        """
        around = joined((span.starts_at, span.ends_at) for span in (*others, turn))
        go = next(block for block in around if block[0] <= turn.starts_at < block[1])
        first = self.problem.whole_of(Piece(turn.starts_at, turn.ends_at, turn.layer))
        return hours_of([go]) < min(float(self.problem.asked.shortest_h or 0), first.hours)

    def _add(self, helper: int, piece: Piece) -> None:
        turn, others = self._with(helper, piece)
        self.turns[helper] = [*others, turn]

    def _with(self, helper: int, piece: Piece) -> tuple[Span, list[Span]]:
        """The turn that a piece makes with those it touches, and the other turns."""
        person_id = self.problem.asked.helpers[helper].person_id
        start, end, others = piece.starts_at, piece.ends_at, []
        for one in self.turns[helper]:
            if one.layer == piece.layer and one.starts_at <= end and start <= one.ends_at:
                start, end = min(start, one.starts_at), max(end, one.ends_at)
            else:
                others.append(one)
        return Span(person_id, start, end, piece.layer), others

    def _broken(self, helper: int) -> Span | None:
        """The first turn that breaks a limit beside the others."""
        limits, zone = self.problem.asked.helpers[helper].limits, self.problem.asked.zone
        turns = sorted(self.turns[helper], key=lambda one: one.starts_at)
        for number, one in enumerate(turns):
            others = [*turns[:number], *turns[number + 1 :], *self.held[helper]]
            if against(limits, others, one, zone) or self._is_short(one, others):
                return one
        return None

    def _take_out(self, helper: int, turn: Span) -> None:
        self.turns[helper] = [one for one in self.turns[helper] if one != turn]
        for piece, people in self.filled:
            inside = turn.starts_at <= piece.starts_at and piece.ends_at <= turn.ends_at
            if inside and piece.layer == turn.layer and helper in people:
                people.remove(helper)
                self._lacks(piece)
        self.filled = [one for one in self.filled if one[1]]

    def _lacks(self, piece: Piece) -> None:
        """One more person is missing."""
        same = [
            one
            for one in self.gaps
            if (one.starts_at, one.ends_at, one.layer)
            == (piece.starts_at, piece.ends_at, piece.layer)
        ]
        for one in same:
            self.gaps.remove(one)
        self.gaps.append(replace(piece, needs=sum(one.needs for one in same) + 1))

    def _give(self, gap: Piece) -> bool:
        """Gives the longest part that anybody can have to the one who does least of their offer."""
        best: tuple[float, float, int, Piece] | None = None
        for helper in range(len(self.turns)):
            part = self._longest_part(helper, gap)
            if part is not None:
                key = (-part.hours, self._share(helper), helper, part)
                best = key if best is None or key[:3] < best[:3] else best
        if best is None:
            return False
        _, _, helper, part = best
        self.gaps.remove(gap)
        self.gaps += [one for one in _left(gap, part) if one.needs]
        self._add(helper, part)
        self.filled.append((replace(part, needs=1), [helper]))
        return True

    def _longest_part(self, helper: int, gap: Piece) -> Piece | None:
        for start, end in sorted(self.parts_for(helper, gap), key=lambda one: one[0] - one[1]):
            part = replace(gap, starts_at=start, ends_at=end)
            code = self.against(helper, part)
            if code is None:
                return part
            for shorter in self._shorter(part) if code in SHORTER_MAY_DO else ():
                if self.against(helper, shorter) is None:
                    return shorter
        return None

    def _shorter(self, part: Piece) -> Iterator[Piece]:
        """Parts of a part between the edges of offers, the longest first."""
        if self.problem.asked.shortest_h is None:
            return
        low = bisect_right(self.edges, part.starts_at)
        inside = self.edges[low : bisect_left(self.edges, part.ends_at)]
        points = [part.starts_at, *inside, part.ends_at]
        found = [
            replace(part, starts_at=start, ends_at=end)
            for number, start in enumerate(points)
            for end in points[number + 1 :]
        ]
        yield from sorted(found, key=lambda one: (-one.hours, one.starts_at))

    def _share(self, helper: int) -> float:
        done = sum((one.ends_at - one.starts_at).total_seconds() for one in self.turns[helper])
        return done / max(1.0, hours_of(self.offers[helper]))


def _left(gap: Piece, part: Piece) -> Iterator[Piece]:
    """What a gap lacks once one person has a part."""
    points = sorted({gap.starts_at, part.starts_at, part.ends_at, gap.ends_at})
    for start, end in pairwise(points):
        taken = part.starts_at <= start and end <= part.ends_at
        yield replace(gap, starts_at=start, ends_at=end, needs=gap.needs - taken)
