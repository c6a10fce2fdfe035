"""Runs a scenario with its checks, and measures what people had of it."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from tests.life import (
    promises_asks,
    promises_batches,
    promises_duty,
    promises_messages,
    promises_product,
    promises_requests,
    promises_search,
    promises_shifts,
    promises_volunteers,
)
from tests.life.behaviour import act, receive
from tests.life.fresh import FreshDatabase
from tests.life.history import History
from tests.life.invariant import Breach, Checker, Invariant, invariants_in
from tests.life.scenario import Scenario
from tests.life.simulation import Simulation, simulation

PROMISES = invariants_in(
    (
        promises_requests,
        promises_search,
        promises_batches,
        promises_asks,
        promises_volunteers,
        promises_messages,
        promises_duty,
        promises_shifts,
        promises_product,
    )
)
# Promises that the product does not keep in every case today, marked so in docs/promises.md.
NOT_YET = frozenset[str]()
KEPT = tuple(one for one in PROMISES if one.promise not in NOT_YET)
PENDING = tuple(one for one in PROMISES if one.promise in NOT_YET)
SERVED = (State.FINISHED, State.CLOSED, State.REOPENED)
# Promises about true words: how often one of them was broken is counted by itself.
TRUE_WORDS = frozenset(
    {
        "matched-is-true",
        "taken-is-true",
        "cancelled-is-true",
        "covered-is-true",
        "cover-hours-are-true",
        "thanks-are-earned",
    }
)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a community had of its time; times in minutes."""

    orders: int
    served: int
    first_yes_min: float
    asks_a_head: float
    longest_silence_min: float
    wrong_words: int
    steps: int
    checked: int


@dataclass
class Outcome:
    """The end of a run."""

    scenario: Scenario
    history: History
    breaches: list[Breach] = field(default_factory=list)
    measures: Measures | None = None


def run(
    scenario: Scenario,
    fresh: FreshDatabase,
    invariants: Sequence[Invariant],
    *,
    until: Callable[[Breach], bool] | None = None,
) -> Outcome:
    """Runs a scenario to its end, or to the first breach for which `until` is true."""
    with fresh() as database, simulation(scenario, database, receive=receive, act=act) as sim:
        checker = Checker(sim, invariants)
        for _ in sim.steps():
            found = checker.check()
            if until is not None and any(until(one) for one in found):
                break
        measures = sim.product.read(lambda session: _measure(session, sim, checker))
        return Outcome(scenario, sim.history, checker.breaches, measures)


def _measure(session: Session, sim: Simulation, checker: Checker) -> Measures:
    states = list(session.scalars(select(HelpRequest.state)))
    waits = _waits(session, sim.clock.now)
    answered = [minutes for minutes, yes in waits if yes]
    asks = session.scalar(select(func.count(Match.sent_at))) or 0
    people = sum(1 for one in sim.scenario.personas if one.role == "volunteer")
    return Measures(
        orders=len(states),
        served=sum(state in SERVED for state in states),
        first_yes_min=statistics.median(answered) if answered else 0.0,
        asks_a_head=asks / max(1, people),
        longest_silence_min=max((minutes for minutes, _ in waits), default=0.0),
        wrong_words=sum(one.promise in TRUE_WORDS for one in checker.breaches),
        steps=len(sim.history.steps),
        checked=checker.checked,
    )


def _waits(session: Session, now: datetime) -> list[tuple[float, bool]]:
    """Minutes from each order to its first yes, or until now; whether anybody has said yes."""
    rows = session.execute(
        select(HelpRequest.submitted_at, func.min(Match.accepted_at))
        .outerjoin(Match, Match.request_id == HelpRequest.id)
        .where(HelpRequest.state.not_in((State.REJECTED, State.CANCELLED)))
        .group_by(HelpRequest.id, HelpRequest.submitted_at)
    )
    minute = timedelta(minutes=1)
    return [(((first or now) - begun) / minute, first is not None) for begun, first in rows]
