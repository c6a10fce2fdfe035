"""The search for the best month, in stages; each starts from the last one's result."""

import time
from dataclasses import dataclass
from math import inf

from ortools.sat.python import cp_model

from app.rotation.roster import linear
from app.rotation.roster.model import Month, There

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
# The share of a stage's time for HiGHS, before CP-SAT continues.
LINEAR_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Effort:
    """Time and threads of the search; the result is the best found in that time.

    The same month and seed give the same roster, unless the time was too short.
    """

    seconds: float = 8.0
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """Nothing is better than `bound`; `proven`: the result reaches it."""

    bound: float
    proven: bool


@dataclass
class Search:
    """A search that keeps the best month so far."""

    month: Month
    effort: Effort
    there: There

    def most(self, goal: cp_model.LinearExprT, until: float) -> Proof:
        """Maximises an objective until then (`time.monotonic`)."""
        least = self.least(-1 * goal, until)
        return Proof(-least.bound, least.proven)

    def least(self, goal: cp_model.LinearExprT, until: float) -> Proof:
        """Minimises an objective until then."""
        self.month.model.minimize(goal)
        now = time.monotonic()
        first = linear.best(self.month.model, (until - now) * LINEAR_SHARE)
        if first.values is not None:
            self._take(first.values)
        if first.proven and first.bound is not None:
            return Proof(first.bound, True)
        second = self._go_on(until)
        bounds = [linear.floor(self.month.model), second.bound]
        return Proof(max(bounds if first.bound is None else [*bounds, first.bound]), second.proven)

    def _go_on(self, until: float) -> Proof:
        self.month.hint(self.there)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.effort.workers
        solver.parameters.random_seed = self.effort.seed
        solver.parameters.max_time_in_seconds = max(0.05, until - time.monotonic())
        status = solver.solve(self.month.model)
        if status in FOUND:
            self._take(list(solver.response_proto.solution))
            return Proof(solver.best_objective_bound, status == cp_model.OPTIMAL)
        # Without a solution the bound may be meaningless.
        return Proof(-inf, False)

    def _take(self, values: list[int]) -> None:
        """Takes the result, unless it is worse than the best so far."""
        month = self.month
        if month.goal(values) >= month.goal(month.values(self.there)):
            return
        self.there = [set() for _ in self.there]
        for (helper, period), on in self.month.on.items():
            if values[on.index]:
                self.there[period].add(helper)
