"""Finds the shortest history that breaks a promise: leaves out all that is not needed for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.life.fresh import FreshDatabase
from tests.life.invariant import Breach, Invariant
from tests.life.run import Outcome, run
from tests.life.scenario import Scenario

DAY_S = 86_400.0


@dataclass
class Shrinker:
    """Runs shorter and shorter scenarios that break the same promise, `most_runs` at most."""

    fresh: FreshDatabase
    invariants: Sequence[Invariant]
    promise: str
    most_runs: int = 150
    runs: int = 0

    def shrink(self, scenario: Scenario) -> Outcome | None:
        """The shortest history found, or None if the promise is kept in this scenario."""
        best = self._try(scenario)
        while best is not None:
            smaller = self._smaller(best)
            if smaller is None:
                return best
            best = smaller
        return None

    def _smaller(self, best: Outcome) -> Outcome | None:
        """The first smaller scenario that still breaks the promise; big parts are tried first."""
        found = None
        for keys in _parts(best):
            if self.runs >= self.most_runs:
                return found
            current = found or best
            left = _keys(current).intersection(keys)
            outcome = self._try(current.scenario.without(left)) if left else None
            if outcome is not None:
                found = outcome
        return found

    def _try(self, scenario: Scenario) -> Outcome | None:
        self.runs += 1
        wanted = [one for one in self.invariants if one.promise == self.promise]
        outcome = run(scenario, self.fresh, wanted, until=self._is_it)
        if not any(self._is_it(one) for one in outcome.breaches):
            return None
        end = outcome.breaches[-1].at - outcome.history.steps[0].at
        begun = scenario.acts[0].at_s if scenario.acts else 0.0
        days = min(scenario.days, (end.total_seconds() + begun) / DAY_S + 0.5)
        acts = tuple(one for one in scenario.acts if one.at_s <= days * DAY_S)
        return replace(outcome, scenario=replace(scenario, days=days, acts=acts))

    def _is_it(self, breach: Breach) -> bool:
        return breach.promise == self.promise


def _keys(outcome: Outcome) -> set[str]:
    """Names of everybody and everything that still takes place."""
    acts = {one.key for one in outcome.scenario.acts}
    return acts | {one.name for one in outcome.scenario.personas} | {*outcome.history.reactions}


def _parts(best: Outcome) -> Iterator[list[str]]:
    """What may be left out: halves of the acts and reactions, people, then smaller parts."""
    acts = [one.key for one in best.scenario.acts]
    people = [one.name for one in best.scenario.personas]
    for keys in (acts, people, list(dict.fromkeys(best.history.reactions))):
        size = len(keys)
        while size > 1:
            size = -(-size // 2) if size > 2 else 1
            for start in range(0, len(keys), size):
                yield keys[start : start + size]


def as_text(outcome: Outcome) -> str:
    """A failure as it is printed: the seed, what people meant to do, and what happened."""
    breach = "\n".join(str(one) for one in outcome.breaches)
    steps = outcome.history.as_text()
    return f"{breach}\n\n{outcome.scenario.as_text()}\n\n{steps}"
