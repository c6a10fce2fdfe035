"""Negative controls: a fault that is put into the product is found within a few seeds."""

from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.life.faults import FAULTS, Fault
from tests.life.fresh import sqlite_files
from tests.life.run import KEPT, run
from tests.life.scenario import Act, Scenario
from tests.life.shrink import Shrinker
from tests.life.write_scenario import write_scenario

SEEDS = range(1, 5)
# The quickest to find; all others are marked `slow_faults` and run with `make life`.
QUICK = ("link in a text", "beginning unasked", "yes not told", "stranger texted", "duty unasked")
MINUTE, HOUR = 60.0, 3600.0


def eventful(seed: int) -> Scenario:
    """Two full days in which everything happens that a fault may need."""
    plan = write_scenario(seed, 2, orders_a_day=14)
    first = next(one.name for one in plan.personas if one.role == "volunteer")
    orders = [
        Act(f"early-{number}", number * MINUTE, f"resident-{number}", "orders", {"category": kind})
        for number, kind in enumerate(("visit", *("medicine",) * 5), start=1)
    ]
    more = (
        *orders,
        Act("reject", 10 * MINUTE, "coordinator-2", "rejects", {"order": "early-1"}),
        Act("cancel 2", 30 * MINUTE, "resident-2", "cancels", {"order": "early-2"}),
        Act("cancel 3", 30 * MINUTE, "resident-3", "cancels", {"order": "early-3"}),
        Act("back 4", 25 * MINUTE, "coordinator-2", "takes back", {"order": "early-4"}),
        Act("back 5", 35 * MINUTE, "coordinator-2", "takes back", {"order": "early-5"}),
        Act("stop", HOUR, "volunteer-2", "stops texts"),
        Act("suspend", 5 * HOUR, "coordinator-1", "suspends", {"volunteer": "volunteer-3"}),
        Act("cannot", 2 * HOUR, first, "cannot do duty"),
        *(
            Act(f"give {number}", (3 + number) * HOUR, f"volunteer-{number}", "gives away duty")
            for number in range(1, 7)
        ),
    )
    return replace(plan, acts=tuple(sorted((*plan.acts, *more), key=lambda one: one.at_s)))


def _as_parameter(fault: Fault) -> ParameterSet:
    marks = () if fault.name in QUICK else (pytest.mark.slow_faults,)
    return pytest.param(fault, id=fault.name, marks=marks)


@pytest.mark.parametrize("fault", [_as_parameter(one) for one in FAULTS])
def test_fault_is_found(
    fault: Fault, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [one for one in KEPT if one.promise == fault.promise]
    fault.put(monkeypatch)
    found = any(
        run(eventful(seed), sqlite_files(sqlite_template), wanted, until=bool).breaches
        for seed in SEEDS
    )
    assert found


@pytest.mark.slow_faults
def test_failure_is_shortened(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(one for one in FAULTS if one.promise == "places-are-counted")
    fault.put(monkeypatch)
    scenario = eventful(1)
    shrinker = Shrinker(sqlite_files(sqlite_template), KEPT, fault.promise, most_runs=30)
    shortest = shrinker.shrink(scenario)
    assert shortest is not None
    assert len(shortest.scenario.acts) < len(scenario.acts) / 4
    assert [one.promise for one in shortest.breaches] == [fault.promise]
