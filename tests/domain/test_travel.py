"""Minutes of a way by each means of travel, at exact figures and as properties."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.travel import Travel
from app.matching.travel import way_of, way_time

METRES = st.floats(0, 20_000)
MEANS = st.sampled_from(list(Travel))


@pytest.mark.parametrize(
    ("metres", "travel", "by", "minutes"),
    [
        (800, Travel.FOOT, Travel.FOOT, 14.0),
        (800, Travel.BICYCLE, Travel.BICYCLE, 8.2),
        (3000, Travel.CAR, Travel.CAR, 22.0),
        # Unlocking, parking and walking from there take longer than walking all the way.
        (160, Travel.BICYCLE, Travel.FOOT, 3.6),
        (560, Travel.CAR, Travel.FOOT, 10.1),
        (0, Travel.CAR, Travel.FOOT, 0.0),
    ],
)
def test_the_minutes_of_a_way(metres: float, travel: Travel, by: Travel, minutes: float) -> None:
    way = way_of(metres, travel)
    assert way.by == by and way.minutes == pytest.approx(minutes)
    assert way_time(metres, travel) == timedelta(minutes=way.minutes)


@given(METRES, METRES, MEANS)
def test_a_longer_line_never_takes_less(one: float, other: float, travel: Travel) -> None:
    near, far = sorted((one, other))
    assert way_of(near, travel).minutes <= way_of(far, travel).minutes


@given(METRES, MEANS)
def test_nobody_is_slower_for_having_a_bicycle_or_a_car(metres: float, travel: Travel) -> None:
    assert way_of(metres, travel).minutes <= way_of(metres, Travel.FOOT).minutes


@given(METRES, MEANS, st.floats(0.5, 2))
def test_the_factor_of_an_area_counts_for_every_means(
    metres: float, travel: Travel, factor: float
) -> None:
    plain, there = way_of(metres, travel), way_of(metres, travel, factor)
    assert there.by == plain.by and there.minutes == pytest.approx(plain.minutes * factor)
