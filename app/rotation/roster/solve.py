"""Builds a month: coverage first, then fairness, then wishes; each with its value and bound."""

import time

from app.rotation.roster.asked import Asked
from app.rotation.roster.built import Built, Quality
from app.rotation.roster.facts import HOUR_S
from app.rotation.roster.fairness import unfairness
from app.rotation.roster.filling import Filling, fill
from app.rotation.roster.model import Month, There
from app.rotation.roster.problem import Problem
from app.rotation.roster.search import Effort, Proof, Search
from app.rotation.roster.tell import tell

# Shares of the time; time left by a stage goes to the next.
COVERAGE_SHARE, WISHES_SHARE = 0.4, 0.2


def build(asked: Asked, effort: Effort) -> Built:
    """The best month found in the time, with its quality."""
    began = time.monotonic()
    until = began + effort.seconds
    problem = Problem(asked)
    month = Month(problem)
    search = Search(month, effort, fill(Filling(problem)).there)
    covered = _cover(search, began + effort.seconds * COVERAGE_SHARE)
    wishing = effort.seconds * WISHES_SHARE if problem.wished else 0.0
    unfair = month.unfairness()
    fair = search.least(unfair, until - wishing)
    wished = Proof(0.0, True)
    if problem.wished:
        month.model.add(unfair <= unfairness(problem, search.there))
        wished = search.most(month.wished(), until)
    done = _mend(problem, search.there)
    return tell(
        done,
        coverage=_quality(problem.coverage(done.there), covered),
        fairness=_quality(unfairness(problem, done.there), fair),
        wishes=_quality(problem.wishes_met(done.there), wished),
        seconds=time.monotonic() - began,
    )


def _quality(value: float, proof: Proof) -> Quality:
    return Quality(value, proof.bound, proof.proven)


def _cover(search: Search, until: float) -> Proof:
    """Maximises coverage, and fixes it for the next stages."""
    month, problem = search.month, search.month.problem
    everybody = problem.coverage(problem.offering)
    if problem.coverage(search.there) >= everybody:
        proof = Proof(everybody, True)
    else:
        most = search.most(month.coverage, until)
        proof = Proof(most.bound * month.unit / HOUR_S, most.proven)
    best = problem.coverage(search.there) * HOUR_S / month.unit
    month.model.add(month.coverage >= round(best))
    return proof


def _mend(problem: Problem, there: There) -> Filling:
    """Fills periods left empty by the solver with anybody who can have them."""
    filling = Filling(problem)
    for period, people in enumerate(there):
        for helper in sorted(people):
            filling.put(helper, period)
    return fill(filling)
