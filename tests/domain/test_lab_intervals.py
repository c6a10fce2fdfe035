"""Figures with their uncertainty: right where they can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.lab.intervals import draws, gini, interval, means, quantiles, ratios

ONCE = np.ones((1, 4))


def test_the_first_draw_is_what_was_seen() -> None:
    values = np.array([1.0, 2.0, 3.0, 10.0])
    table = draws([1, 2, 3, 4], seed=5, times=50)
    assert means(values, table)[0] == 4.0
    assert quantiles(values, 0.5, table)[0] == 2.0
    assert quantiles(values, 0.9, table)[0] == 10.0


def test_blocks_are_drawn_as_a_whole() -> None:
    table = draws([7, 7, 8, 8], seed=1, times=200)
    assert (table[:, 0] == table[:, 1]).all() and (table[:, 2] == table[:, 3]).all()
    assert (table.sum(axis=1) == 4).all()


def test_gini_is_nought_when_equal_and_near_one_when_one_has_all() -> None:
    assert gini(np.array([2.0, 2.0, 2.0, 2.0]), ONCE)[0] == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0]), ONCE)[0] == pytest.approx(0.75)
    assert gini(np.zeros(4), ONCE)[0] == 0


def test_nothing_over_nothing_is_nought() -> None:
    assert ratios(np.zeros(4), np.zeros(4), ONCE)[0] == 0


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40), st.floats(0.05, 0.95))
def test_a_quantile_is_reached_by_its_share_and_by_no_smaller_value(
    values: list[float], share: float
) -> None:
    seen = np.array(values)
    found = quantiles(seen, share, np.ones((1, len(values))))[0]
    assert (seen <= found).mean() >= share - 1e-9
    assert (seen < found).mean() < share + 1e-9


def test_intervals_of_95_percent_hold_the_truth_about_so_often() -> None:
    dice = np.random.default_rng(3)
    held = 0
    for seed in range(200):
        sample = dice.normal(10, 2, 60)
        found = interval(means(sample, draws(range(60), seed, 200)))
        held += found.low <= 10 <= found.high
    assert 0.88 <= held / 200 <= 0.99
