"""Fills an emergency's shifts from the hours that people offer.

Greedy: the shift that the fewest can take first; of those, the person with the least duty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.rotation.cover import least_first
from app.rotation.emergency.rules import Piece
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.rest import Limits, against
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody who said yes: the hours they offer, their other duty, their limits.

    `away` are periods in which they cannot come.
    """

    person_id: int
    grid: Grid
    limits: Limits
    held: tuple[Span, ...] = ()
    away: tuple[tuple[datetime, datetime], ...] = ()

    def offers(self, piece: Piece, zone: ZoneInfo) -> bool:
        """Whether their hours cover the whole shift."""
        away = any(s < piece.ends_at and piece.starts_at < e for s, e in self.away)
        return not away and offers_all_of(self.grid, piece.starts_at, piece.ends_at, zone)


class _Filling:
    """The duty assigned so far."""

    def __init__(self, pieces: Iterable[Piece], ready: Iterable[Ready], zone: ZoneInfo) -> None:
        self.zone = zone
        self.people = {one.person_id: one for one in ready}
        self.held = {one.person_id: list(one.held) for one in self.people.values()}
        self.missing = {piece: piece.missing for piece in pieces}
        self.able = {
            piece: [one.person_id for one in self.people.values() if one.offers(piece, zone)]
            for piece in self.missing
        }

    def place(self, piece: Piece) -> list[Span]:
        """Fills one shift as far as rested people are left."""
        given = []
        for person_id in least_first(self.able[piece], self.held):
            if not self.missing[piece]:
                break
            span = Span(person_id, piece.starts_at, piece.ends_at)
            mine = self.held[person_id]
            if not against(self.people[person_id].limits, mine, span, self.zone):
                mine.append(span)
                given.append(span)
                self.missing[piece] -= 1
        return given


def fill(pieces: Iterable[Piece], ready: Iterable[Ready], zone: ZoneInfo) -> tuple[Span, ...]:
    """New duty for these shifts, by start. Repeats until nothing can be added.

    Nobody gets an hour they do not offer or breaks a limit of rest; no shift gets more people than
    it lacks; a shift stays short only if nobody can take it.
    """
    filling = _Filling(pieces, ready, zone)
    order = sorted(
        filling.missing,
        key=lambda one: (len(filling.able[one]) - one.missing, one.starts_at, one.ends_at),
    )
    found: list[Span] = []
    while added := [span for piece in order for span in filling.place(piece)]:
        found += added
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.person_id)))
