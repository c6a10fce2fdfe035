"""The stages of building a month, each beginning where the last one ended."""

import time
from dataclasses import dataclass
from math import inf

from ortools.sat.python import cp_model

from app.rotation.roster import linear
from app.rotation.roster.model import Month, There

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
# What of a stage's time HiGHS has before CP-SAT goes on.
LINEAR_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and with how many threads; the result is the best that was found in that time.

    The same month gives the same roster with the same seed, unless the time was too short.
    """

    seconds: float = 8.0
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """Nothing is better than the bound; `proven`: what was found is as good."""

    bound: float
    proven: bool


@dataclass
class Search:
    """Who is there in the best month so far."""

    month: Month
    effort: Effort
    there: There

    def most(self, goal: cp_model.LinearExprT, until: float) -> Proof:
        """Looks for the most of a goal until then (`time.monotonic`)."""
        least = self.least(-1 * goal, until)
        return Proof(-least.bound, least.proven)

    def least(self, goal: cp_model.LinearExprT, until: float) -> Proof:
        """Looks for the least of a goal until then."""
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
        # Without a solution its bound may be one that was never looked for.
        return Proof(-inf, False)

    def _take(self, values: list[int]) -> None:
        """What was found in time may be worse than what was there before."""
        month = self.month
        if month.goal(values) >= month.goal(month.values(self.there)):
            return
        self.there = [set() for _ in self.there]
        for (helper, period), on in self.month.on.items():
            if values[on.index]:
                self.there[period].add(helper)
