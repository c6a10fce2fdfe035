"""A month prepared for building: periods, who may have which, what is held already."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from app.rotation.roster.asked import Asked, Piece
from app.rotation.roster.facts import HOUR_S, Diary, Fact, fact_of
from app.rotation.roster.intervals import Period, joined
from app.rotation.rules import Span

# Reasons that no further decision can remove; lack of rest may vanish with a duty in between.
FOR_GOOD = ("booked", "too_long", "week_full", "nights_full", "month_full")


@dataclass
class Problem:
    """People and periods by number. A person is on duty in a period at most once.

    Only the offer decides who may be in which layer. So the solver decides who is on duty in a
    period; who of them is called first is decided afterwards (`tell.py`).

    `whole` are the pieces before they were cut; empty when none was.
    """

    asked: Asked
    whole: tuple[Piece, ...] = ()

    @cached_property
    def by_period(self) -> list[list[Piece]]:
        """The pieces of each period, the first call first."""
        found: dict[tuple[float, float], list[Piece]] = {}
        for piece in sorted(self.asked.pieces, key=_order):
            found.setdefault((piece.starts_at.timestamp(), piece.ends_at.timestamp()), [])
            found[piece.starts_at.timestamp(), piece.ends_at.timestamp()].append(piece)
        return list(found.values())

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts of each period."""
        return [
            fact_of(Span(0, one[0].starts_at, one[0].ends_at), self.asked.zone)
            for one in self.by_period
        ]

    @cached_property
    def room(self) -> list[int]:
        """The number of people each period needs, all layers together."""
        return [sum(piece.needs for piece in pieces) for pieces in self.by_period]

    @cached_property
    def in_pairs(self) -> list[bool]:
        """Whether couples go together, or not at all: one of the pieces needs two."""
        return [any(piece.needs > 1 for piece in pieces) for pieces in self.by_period]

    @cached_property
    def side_by_side(self) -> list[tuple[int, int, int]]:
        """Companions and periods that both could have, in different layers."""
        return [
            (helper, partner, period)
            for helper, partner in self.partner.items()
            for period in self.open[helper]
            if helper < partner
            and period in self._open[partner]
            and self.room[period] > 1
            and not self.in_pairs[period]
        ]

    def apart(self, there: list[set[int]]) -> int:
        """Seconds in which one of two companions is on duty and both could be."""
        return sum(
            self.facts[period].seconds
            for one, other, period in self.side_by_side
            if (one in there[period]) != (other in there[period])
        )

    def whole_of(self, piece: Piece) -> Piece:
        """The piece before it was cut."""
        pieces = self._whole.get(piece.layer, [])
        place = bisect_right(pieces, piece.starts_at, key=lambda one: one.starts_at)
        return pieces[place - 1] if place else piece

    @cached_property
    def _whole(self) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        for piece in sorted(self.whole, key=_order):
            found.setdefault(piece.layer, []).append(piece)
        return found

    @cached_property
    def least_s(self) -> list[int]:
        """How long a turn that begins with a period must be, in seconds.

        A piece that was too short before it was cut may be taken whole.
        """
        shortest = (self.asked.shortest_h or 0) * HOUR_S
        return [
            min([shortest, *(round(self.whole_of(one).hours * HOUR_S) for one in pieces)])
            if self.whole
            else 0
            for pieces in self.by_period
        ]

    @cached_property
    def offered(self) -> list[list[int]]:
        """The periods that each person offers entirely."""
        return [
            [number for number, pieces in enumerate(self.by_period) if _covers(offers, pieces[0])]
            for offers in (joined(helper.offers) for helper in self.asked.helpers)
        ]

    @cached_property
    def offered_s(self) -> list[int]:
        """How many seconds of the month each person offers."""
        return [sum(self.facts[one].seconds for one in periods) for periods in self.offered]

    @cached_property
    def offering(self) -> list[set[int]]:
        """Who could have each period, see `open`."""
        found: list[set[int]] = [set() for _ in self.facts]
        for helper, periods in enumerate(self.open):
            for period in periods:
                found[period].add(helper)
        return found

    @cached_property
    def held(self) -> list[list[Fact]]:
        """What each person holds: kept here, or held elsewhere."""
        kept: dict[int, list[Span]] = {}
        for span in self.asked.kept:
            kept.setdefault(span.person_id, []).append(span)
        return [
            [
                fact_of(span, self.asked.zone)
                for span in (*helper.held, *kept.get(helper.person_id, ()))
                if span.starts_at < span.ends_at
            ]
            for helper in self.asked.helpers
        ]

    @cached_property
    def held_here(self) -> list[list[Fact]]:
        """The held duties that begin in the month."""
        start, end = self.asked.starts_at.timestamp(), self.asked.ends_at.timestamp()
        return [[fact for fact in held if start <= fact.start < end] for held in self.held]

    @cached_property
    def open(self) -> list[list[int]]:
        """The periods that each person could have, given nothing else of this month."""
        found = []
        for helper, offered in enumerate(self.offered):
            diary = self.diary(helper)
            broken = diary.edges_without_rest()
            found.append(
                [
                    number
                    for number in offered
                    if diary.against(self.facts[number]) not in FOR_GOOD
                    and not {self.facts[number].start, self.facts[number].end} & broken
                ]
            )
        return found

    @cached_property
    def _open(self) -> list[set[int]]:
        return [set(periods) for periods in self.open]

    @cached_property
    def wished(self) -> dict[tuple[int, int], int]:
        """1 for each offered period that somebody prefers, -1 for each they would rather avoid."""
        found = {}
        for helper, one in enumerate(self.asked.helpers):
            for period in self.offered[helper] if one.wishes else ():
                piece = self.by_period[period][0]
                likes = {
                    wish.like
                    for wish in one.wishes
                    if wish.starts_at < piece.ends_at and piece.starts_at < wish.ends_at
                }
                if len(likes) == 1:
                    found[helper, period] = 1 if likes.pop() else -1
        return found

    @cached_property
    def partner(self) -> dict[int, int]:
        """Companions by number, both ways; only where both name each other."""
        number = {one.person_id: place for place, one in enumerate(self.asked.helpers)}
        found = {}
        for place, one in enumerate(self.asked.helpers):
            other = number.get(one.couple) if one.couple is not None else None
            if other not in (None, place) and self.asked.helpers[other].couple == one.person_id:
                found[place] = other
        return found

    def weight(self, piece: Piece) -> int:
        """The weight of an hour in a layer: double that of the next."""
        return int(2 ** (self._deepest - piece.layer))

    @cached_property
    def _deepest(self) -> int:
        return max((one.layer for one in self.asked.pieces), default=1)

    def coverage(self, there: list[set[int]]) -> float:
        """Weighted hours filled, with people in the earliest layers possible."""
        found = 0.0
        for pieces, people in zip(self.by_period, there, strict=True):
            left = len(people)
            for piece in pieces:
                filled = min(left, piece.needs)
                found += filled * piece.hours * self.weight(piece)
                left -= filled
        return found

    def wishes_met(self, there: list[set[int]]) -> int:
        """Wishes met minus wishes not met."""
        return sum(one for (who, period), one in self.wished.items() if who in there[period])

    def diary(self, helper: int) -> Diary:
        """A person's diary with what they hold."""
        made = Diary(self.asked.helpers[helper].limits)
        for fact in self.held[helper]:
            made.add(fact)
        return made


def _order(piece: Piece) -> tuple[float, float, int]:
    return piece.starts_at.timestamp(), piece.ends_at.timestamp(), piece.layer


def _covers(offers: list[Period], piece: Piece) -> bool:
    """Whether one of these joined offers covers every instant of a piece."""
    place = bisect_right(offers, piece.starts_at, key=lambda one: one[0])
    return place > 0 and offers[place - 1][1] >= piece.ends_at
