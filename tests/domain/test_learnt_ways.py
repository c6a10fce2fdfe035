"""What arrivals teach about ways: robust, shrunk towards the formula, bounded, nothing absurd."""

from collections.abc import Iterable
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.learnt_ways import (
    AT_THE_DOOR_M,
    CAPPED,
    LEAST,
    MOST,
    WayCounts,
    is_confirmed,
    way_factor,
    way_taught,
)

NOTHING = WayCounts()
RATIOS = st.floats(1e-3, 1e3)
MANY = st.lists(RATIOS, max_size=300)


def taught(ratios: Iterable[float]) -> WayCounts:
    """The sum of arrivals after these multiples of ten minutes expected."""
    ways = [way_taught(500, 10 * ratio, 10) for ratio in ratios]
    return WayCounts(sum(one.ways for one in ways), sum(one.logs for one in ways))


def factor(here: Iterable[float], everywhere: Iterable[float] = ()) -> float:
    return way_factor(taught(here), taught(everywhere))


def test_without_arrivals_the_formula_holds() -> None:
    assert way_factor(NOTHING, NOTHING) == factor([]) == 1


def test_many_arrivals_move_the_factor_and_few_hardly_do() -> None:
    assert factor([1.5]) == pytest.approx(1.5 ** (1 / 16))
    assert factor([1.5] * 15) == pytest.approx(1.5**0.5)
    assert factor([1.5] * 3000) == pytest.approx(1.5, abs=0.01)
    # An area of which nothing is known is like all the others.
    assert factor([], [1.5] * 3000) == pytest.approx(1.5, abs=0.01)
    assert factor([1.0] * 15, [1.5] * 3000) == pytest.approx(1.5**0.5, abs=0.01)


@pytest.mark.parametrize(
    ("metres", "actual"),
    [
        # Next door; tapped twice in a row; hours; a clock set back; beyond five times.
        (149, 10.0),
        (500, 0.5),
        (500, 200.0),
        (500, -30.0),
        (500, 51.0),
        (500, 1.9),
    ],
)
def test_nothing_is_learnt_from_what_is_no_way(metres: float, actual: float) -> None:
    assert way_taught(metres, actual, 10) == NOTHING


def test_a_way_counts_once_and_at_most_double() -> None:
    assert way_taught(500, 12, 10).ways == way_taught(500, 45, 10).ways == 1
    assert way_taught(500, 12, 10).logs == pytest.approx(log(1.2))
    assert way_taught(500, 45, 10).logs == pytest.approx(log(CAPPED))
    assert way_taught(500, 2.5, 10).logs == pytest.approx(-log(CAPPED))


def test_only_a_code_or_a_position_at_the_door_confirms() -> None:
    assert is_confirmed(code=True, off_m=None)
    assert is_confirmed(code=False, off_m=AT_THE_DOOR_M)
    assert not is_confirmed(code=False, off_m=AT_THE_DOOR_M + 1)
    assert not is_confirmed(code=False, off_m=None)


@given(MANY, MANY)
def test_the_factor_stays_within_its_bounds(here: list[float], everywhere: list[float]) -> None:
    assert LEAST <= factor(here, everywhere) <= MOST


@given(MANY, RATIOS)
def test_a_single_arrival_moves_the_factor_a_little_and_in_its_direction(
    here: list[float], one: float
) -> None:
    before, after = factor(here), factor([*here, one])
    weight = taught([one])
    assert abs(log(after / before)) <= 2 * log(CAPPED) / 15
    if weight.ways and weight.logs >= log(MOST):
        assert after >= before - 1e-12
    if not weight.ways:
        assert after == before


@given(st.lists(st.floats(0.9, 1.1), min_size=40, max_size=60), st.floats(2.0, 5.0))
def test_a_tenth_of_forgotten_taps_changes_it_by_less_than_a_tenth(
    good: list[float], bad: float
) -> None:
    clean, soiled = factor(good), factor([*good, *[bad] * (len(good) // 10)])
    assert soiled / clean < 1.1
