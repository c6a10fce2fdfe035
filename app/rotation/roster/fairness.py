"""Fairness: hours, nights and weekends in proportion to what each person offers.

Each burden of a person costs weight * count^2 / offered. For a given sum the cost is least when the
counts are in proportion to the offers (Cauchy-Schwarz), and each further unit costs more than the
last. Duty held in the month counts, so people who agreed already get less.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from app.rotation.roster.facts import Fact
from app.rotation.roster.problem import Problem

# Weights: a night costs as much as three pieces by day, a piece at a weekend as much as two.
HOURS, NIGHTS, WEEKENDS = 1, 3, 2
# Weights are integers; this is the weight of an hour for somebody with an average offer.
SCALE = 12


@dataclass(frozen=True, slots=True)
class Burden:
    """One burden of one person, in integer units; `whole` units are one piece or night."""

    helper: int
    of: dict[int, int]
    held: int
    most: int
    whole: int
    weight: int

    def count(self, there: list[set[int]]) -> int:
        """The number of units when these people are on duty."""
        return self.held + sum(
            many for period, many in self.of.items() if self.helper in there[period]
        )

    def step(self, number: int) -> int:
        """The cost of one more unit after `number` whole ones."""
        return self.weight * (2 * number + 1)

    def at(self, count: int) -> int:
        """The cost of a count of units: weight * (whole ones)^2, linear in between."""
        number = count // self.whole
        return self.step(number) * count - self.weight * self.whole * number * (number + 1)


def burdens(problem: Problem) -> list[Burden]:
    """Every burden that this month can change."""
    unit, whole = _units(problem)
    return [
        *_of(problem, lambda fact: fact.seconds // unit, whole, HOURS),
        *_of(problem, lambda fact: int(fact.night), 1, NIGHTS * whole),
        *_of(problem, lambda fact: fact.weekend // unit, whole, WEEKENDS),
    ]


def _units(problem: Problem) -> tuple[int, int]:
    """The unit of time in seconds, and how many units a usual piece that anybody offers has."""
    lengths = Counter(
        fact.seconds for fact, people in zip(problem.facts, problem.offering, strict=True) if people
    )
    usual = lengths.most_common(1)[0][0] if lengths else 1
    unit = max(1, usual // 4)
    return unit, usual // unit


def _of(problem: Problem, count: Callable[[Fact], int], whole: int, kind: int) -> list[Burden]:
    counts = [count(fact) for fact in problem.facts]
    offered = [sum(counts[one] for one in periods) for periods in problem.offered]
    some = [one for one in offered if one]
    mean = sum(some) / max(1, len(some))
    found = []
    for helper, periods in enumerate(problem.open):
        of = {one: counts[one] for one in periods if counts[one]}
        if of:
            held = sum(count(one) for one in problem.held_here[helper])
            most = -(-(held + sum(of.values())) // whole)
            weight = max(1, round(SCALE * kind * mean / offered[helper]))
            found.append(Burden(helper, of, held, most, whole, weight))
    return found


def unfairness(problem: Problem, there: list[set[int]]) -> int:
    """The cost of who is on duty in which period."""
    return sum(burden.at(burden.count(there)) for burden in burdens(problem))
