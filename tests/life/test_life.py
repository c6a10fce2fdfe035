"""Communities live for three weeks, and every promise that the product keeps is kept."""

from pathlib import Path

import pytest

from tests.life.fresh import sqlite_files
from tests.life.run import KEPT, run
from tests.life.shrink import Shrinker, as_text
from tests.life.write_scenario import write_scenario

# Quieter communities than those of `make life`, so that `make test` stays short.
WEEKS, ORDERS_A_DAY = 3, 2.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_weeks_keep_every_promise(seed: int, sqlite_template: Path) -> None:
    scenario = write_scenario(seed, 7 * WEEKS, orders_a_day=ORDERS_A_DAY)
    fresh = sqlite_files(sqlite_template)
    outcome = run(scenario, fresh, KEPT, until=bool)
    if outcome.breaches:
        promise = outcome.breaches[0].promise
        shortest = Shrinker(fresh, KEPT, promise).shrink(scenario)
        pytest.fail(f"seed {seed}\n{as_text(shortest or outcome)}")
    assert outcome.measures is not None and outcome.measures.served > 10


def test_same_seed_gives_the_same_history(sqlite_template: Path) -> None:
    scenario, fresh = write_scenario(4, 2), sqlite_files(sqlite_template)
    first, again = (run(scenario, fresh, KEPT) for _ in range(2))
    assert first.history.steps == again.history.steps
    assert first.history.reactions == again.history.reactions
    assert len(first.history.reactions) > 20
