"""Promises as checks: each function is named as its promise in docs/promises.md."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from types import ModuleType
from typing import Any

from sqlalchemy.orm import Session

from tests.life.simulation import JOBS, LINES, Simulation
from tests.life.view import View

# What is broken: what it is about, and how.
Found = Iterator[tuple[str, str]]
Check = Callable[[View], Found]


class Every(StrEnum):
    """How often a promise is checked: after each step but deliveries, after each delivery, each
    hour or each day of virtual time."""

    STEP = "step"
    DELIVERY = "delivery"
    HOUR = "hour"
    DAY = "day"


PERIODS = {
    Every.STEP: timedelta(0),
    Every.DELIVERY: timedelta(0),
    Every.HOUR: timedelta(hours=1),
    Every.DAY: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise with its check."""

    promise: str
    every: Every
    check: Check


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that was not kept."""

    promise: str
    about: str
    words: str
    at: datetime
    # The number of steps until then.
    step: int

    def __str__(self) -> str:
        return f"{self.promise}: {self.about}: {self.words}"


def promise(every: Every) -> Callable[[Check], Check]:
    """Marks a function as the check of the promise of its name."""

    def mark(check: Check) -> Check:
        check.every = every  # type: ignore[attr-defined]
        return check

    return mark


def invariants_in(modules: Iterable[ModuleType]) -> tuple[Invariant, ...]:
    """The promises that these modules check, in the order of their files."""
    return tuple(
        Invariant(name.replace("_", "-"), one.every, one)
        for module in modules
        for name, one in vars(module).items()
        if hasattr(one, "every") and one.__module__ == module.__name__
    )


@dataclass
class Checker:
    """Checks promises as a simulation goes on. One breach of each promise and subject is kept."""

    sim: Simulation
    invariants: Sequence[Invariant]
    breaches: list[Breach] = field(default_factory=list)
    checked: int = 0
    _memory: dict[str, dict[Any, Any]] = field(default_factory=dict)
    _known: set[tuple[str, str]] = field(default_factory=set)
    _carried: Counter[Every] = field(default_factory=Counter)
    _looked_at: dict[Every, tuple[datetime, int, int]] = field(default_factory=dict)

    def check(self) -> list[Breach]:
        """Checks what is due now; returns what is newly broken."""
        before, steps = len(self.breaches), self.sim.history.steps
        # Deliveries are every third step and change nothing but messages.
        delivered = bool(steps) and steps[-1].who == JOBS and steps[-1].what in LINES
        skipped = Every.STEP if delivered else Every.DELIVERY
        for every in Every:
            last = self._looked_at.get(every, (self.sim.clock.start, 0, 0))
            due = abs(self.sim.clock.now - last[0]) >= PERIODS[every]
            if due and every != skipped and self._has(every):
                self.sim.product.read(partial(self._look, every=every, last=last))
        return self.breaches[before:]

    def _has(self, every: Every) -> bool:
        return any(one.every == every for one in self.invariants)

    def _look(self, session: Session, *, every: Every, last: tuple[datetime, int, int]) -> None:
        since, message, step = last
        steps = self.sim.history.steps[step:]
        carried = self.sim.carried[self._carried[every] :]
        view = View(self.sim, session, message, steps, carried, min(since, self.sim.clock.now))
        newest = view.messages[-1].id if view.messages else message
        for one in self.invariants:
            if one.every == every:
                view.memory = self._memory.setdefault(one.promise, {})
                self.checked += 1
                for about, words in one.check(view):
                    self._note(one.promise, about, words)
        self._looked_at[every] = (self.sim.clock.now, newest, len(self.sim.history.steps))
        self._carried[every] = len(self.sim.carried)

    def _note(self, promise: str, about: str, words: str) -> None:
        if (promise, about) in self._known:
            return
        self._known.add((promise, about))
        number = len(self.sim.history.steps)
        self.breaches.append(Breach(promise, about, words, self.sim.clock.true, number))
