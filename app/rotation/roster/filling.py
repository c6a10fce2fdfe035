"""Greedy filling of a month: the solver's first guess, and the repair of its result."""

from collections.abc import Callable

from app.rotation.roster.problem import Problem


class Filling:
    """Who is on duty in which period so far, within everybody's limits."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.diaries = [problem.diary(one) for one in range(len(problem.asked.helpers))]
        self.there: list[set[int]] = [set() for _ in problem.facts]
        self.load = [sum(fact.seconds for fact in held) for held in problem.held]

    def put(self, helper: int, period: int) -> None:
        """Puts somebody on duty."""
        fact = self.problem.facts[period]
        self.there[period].add(helper)
        self.diaries[helper].add(fact)
        self.load[helper] += fact.seconds

    def missing(self, period: int) -> int:
        """How many people a period still needs."""
        return self.problem.room[period] - len(self.there[period])

    def against(self, helper: int, period: int) -> str | None:
        """Why somebody cannot have a period; None when they can."""
        mine = self.diaries[helper].against(self.problem.facts[period])
        partner = self.problem.partner.get(helper) if self.problem.in_pairs[period] else None
        if mine is not None or partner is None or partner in self.there[period]:
            return mine
        with_both = self.missing(period) >= 2 and partner in self.problem.offering[period]
        apart = self.diaries[partner].against(self.problem.facts[period]) is not None
        return "couple" if not with_both or apart else None

    def candidates(self, period: int) -> list[int]:
        """Who can have a period."""
        return [
            one
            for one in sorted(self.problem.offering[period])
            if one not in self.there[period] and self.against(one, period) is None
        ]

    def join(self, helper: int, period: int) -> None:
        """Puts somebody on duty, and their companion where people go in pairs."""
        self.put(helper, period)
        partner = self.problem.partner.get(helper) if self.problem.in_pairs[period] else None
        if partner is not None and partner not in self.there[period]:
            self.put(partner, period)


# Sort key of the candidates for a period: the least comes first.
Turn = Callable[[Filling, int, int], tuple[float, ...]]


def least_done(filling: Filling, helper: int, period: int) -> tuple[float, ...]:
    """Sorts by the share of their offer that people have done."""
    return filling.load[helper] / max(1, filling.problem.offered_s[helper]), helper


def fill(filling: Filling, turn: Turn = least_done) -> Filling:
    """Fills periods in order of time, first one person everywhere, then a second."""
    for depth in range(max(filling.problem.room, default=0)):
        for period in range(len(filling.problem.facts)):
            if len(filling.there[period]) <= depth and filling.missing(period):
                people = filling.candidates(period)
                if people:
                    filling.join(min(people, key=lambda one: turn(filling, one, period)), period)
    return filling
