"""Turns that stay empty because of rest rules, in words: who, why, which days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.rotation.plan.fatigue import UnrestedTurn
from app.rotation.rest import Against

# Days that are named; the others are only counted.
NAMED = 6


@dataclass(frozen=True, slots=True)
class EmptyTurns:
    """One person's turns that one limit forbids: how many, and when the first ones begin."""

    person_id: int
    against: Against
    count: int
    begin: tuple[datetime, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.begin)


def empty_turns(found: Iterable[UnrestedTurn]) -> list[EmptyTurns]:
    """By person and reason, the earliest first."""
    groups: dict[tuple[int, Against], list[datetime]] = {}
    for one in sorted(found, key=lambda turn: turn.span.starts_at):
        groups.setdefault((one.span.person_id, one.against), []).append(one.span.starts_at)
    return [
        EmptyTurns(person_id, against, len(begin), tuple(begin[:NAMED]))
        for (person_id, against), begin in groups.items()
    ]
