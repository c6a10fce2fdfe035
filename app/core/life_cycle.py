"""A life-cycle: the states of a row, and every move between them, as one table.

The table is the only rule about states. One function for each life-cycle makes its moves, and a
trigger in the database, made from the same table by a migration, refuses all others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Stale

Pair = tuple[StrEnum, StrEnum]
S = TypeVar("S", bound=StrEnum)


def to(target: StrEnum, *sources: StrEnum) -> frozenset[Pair]:
    """The moves from each of these states to `target`."""
    return frozenset((source, target) for source in sources)


@dataclass(frozen=True)
class LifeCycle(Generic[S]):
    """The life-cycle of `table`: what each action does.

    `stale` is the message of a refusal; empty where a job makes the moves and nobody reads it.
    """

    table: str
    states: type[S]
    moves: Mapping[str, frozenset[Pair]]
    stale: str = ""

    def after(self, state: str, action: str) -> S:
        """The state after an action with one outcome. Raises Stale when `state` forbids it."""
        found = [after for before, after in self.moves[action] if before == state]
        if len(found) != 1:
            raise Stale(self.stale)
        return self.states(found[0])

    def check(self, before: str, action: str, after: str) -> None:
        """Raises Stale unless the action may lead from `before` to `after`."""
        if (before, after) not in self.moves[action]:
            raise Stale(self.stale)

    def target(self, action: str) -> S:
        """The state that an action leads to. Raises ValueError if there are several."""
        (found,) = {after for _, after in self.moves[action]}
        return self.states(found)

    def sources(self, action: str) -> tuple[str, ...]:
        """The states from which the action is possible, for a conditional UPDATE."""
        return tuple(sorted({str(before) for before, _ in self.moves[action]}))

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every change of state that any action makes; the database allows no other."""
        return frozenset(
            (str(before), str(after))
            for moves in self.moves.values()
            for before, after in moves
            if before != after
        )
