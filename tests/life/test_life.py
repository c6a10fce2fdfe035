"""Communities live for some days, and every promise of docs/promises.md is kept.

LIFE_DAYS says for how long; a week when unset, and `make life` has three.
"""

import os
from pathlib import Path

import pytest

from tests.life.fresh import sqlite_files
from tests.life.run import KEPT, run
from tests.life.shrink import Shrinker, as_text
from tests.life.write_scenario import write_scenario

# Quieter communities than those of `make life`, so that `make test` stays short.
ORDERS_A_DAY = 2.5
SEEDS = (1, 2, 3)
DAYS = float(os.environ.get("LIFE_DAYS", "7"))
# Shortens a failure a little; `python -m tests.life --shrink` goes on for longer.
MOST_RUNS = 5


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept(seed: int, sqlite_template: Path) -> None:
    scenario = write_scenario(seed, DAYS, orders_a_day=ORDERS_A_DAY)
    fresh = sqlite_files(sqlite_template)
    outcome = run(scenario, fresh, KEPT, until=bool)
    if outcome.breaches:
        promise = outcome.breaches[0].promise
        shortest = Shrinker(fresh, KEPT, promise, most_runs=MOST_RUNS).shrink(scenario)
        pytest.fail(f"seed {seed}\n{as_text(shortest or outcome)}")
    assert outcome.measures is not None and outcome.measures.served > DAYS


def test_same_seed_gives_the_same_history(sqlite_template: Path) -> None:
    scenario, fresh = write_scenario(4, 0.6), sqlite_files(sqlite_template)
    first, again = (run(scenario, fresh, KEPT) for _ in range(2))
    assert first.history.steps == again.history.steps
    assert first.history.reactions == again.history.reactions
    assert len(first.history.reactions) > 20
