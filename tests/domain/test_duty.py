"""Duty: who is on it at an instant, and where nobody is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.rules import Span, gaps, on_duty

START = datetime(2026, 6, 1, tzinfo=UTC)
PROPERTY = settings(max_examples=150, deadline=None)
SPANS = st.lists(
    st.builds(
        lambda person, since, length, layer: span(person, since, since + length, layer),
        st.integers(1, 5),
        st.integers(-10, 50),
        st.integers(-3, 20),
        st.integers(1, 3),
    ),
    max_size=10,
)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def span(person: int, since: float, to: float, layer: int = 1) -> Span:
    return Span(person, hour(since), hour(to), layer)


def test_on_duty_is_half_open() -> None:
    shifts = [span(1, 0, 8), span(2, 8, 16)]
    assert on_duty(shifts, hour(0)) == (1,)
    assert on_duty(shifts, hour(8) - timedelta.resolution) == (1,)
    assert on_duty(shifts, hour(8)) == (2,)
    assert on_duty(shifts, hour(16)) == ()


def test_on_duty_orders_by_layer_then_start_and_names_nobody_twice() -> None:
    shifts = [span(3, 0, 8, 2), span(2, 1, 8), span(1, 2, 8), span(3, 3, 8, 1), span(2, 2, 9, 2)]
    assert on_duty(shifts, hour(4)) == (2, 1, 3)


def test_gaps_are_what_no_shift_covers() -> None:
    shifts = [span(1, 2, 4), span(2, 3, 6), span(3, 8, 12)]
    assert gaps(shifts, hour(0), hour(10)) == ((hour(0), hour(2)), (hour(6), hour(8)))


def test_gaps_without_shifts_are_the_whole_period() -> None:
    assert gaps([], hour(0), hour(10)) == ((hour(0), hour(10)),)
    assert gaps([span(1, -5, 0), span(1, 10, 12)], hour(0), hour(10)) == ((hour(0), hour(10)),)
    assert gaps([span(1, -5, 15)], hour(0), hour(10)) == ()
    assert gaps([], hour(0), hour(0)) == ()


def test_an_empty_shift_does_not_cut_a_gap_in_two() -> None:
    assert gaps([span(1, 5, 5)], hour(0), hour(10)) == ((hour(0), hour(10)),)


@PROPERTY
@given(SPANS, st.integers(0, 20), st.integers(1, 40))
def test_an_hour_is_in_a_gap_exactly_when_nobody_is_on_duty(
    shifts: list[Span], first: int, length: int
) -> None:
    found = gaps(shifts, hour(first), hour(first + length))
    for number in range(first, first + length):
        for at in (hour(number), hour(number + 0.5)):
            in_gap = any(since <= at < to for since, to in found)
            assert in_gap is (on_duty(shifts, at) == ())


@PROPERTY
@given(SPANS, st.integers(0, 20), st.integers(1, 40))
def test_gaps_and_what_is_covered_make_the_period(
    shifts: list[Span], first: int, length: int
) -> None:
    start, end = hour(first), hour(first + length)
    found = gaps(shifts, start, end)
    assert all(since < to for since, to in found)
    # Gaps that touch would be one.
    assert all(before[1] < after[0] for before, after in pairwise(found))
    edges = [start, *(edge for gap in found for edge in gap), end]
    covered = sum((b - a for a, b in zip(edges[::2], edges[1::2], strict=True)), timedelta(0))
    missing = sum((to - since for since, to in found), timedelta(0))
    assert covered + missing == end - start
    assert not gaps([*shifts, *(Span(9, *gap) for gap in found)], start, end)


@PROPERTY
@given(SPANS, st.randoms())
def test_the_order_of_shifts_does_not_matter(shifts: list[Span], random: Any) -> None:
    shuffled = random.sample(shifts, len(shifts))
    assert gaps(shuffled, hour(0), hour(40)) == gaps(shifts, hour(0), hour(40))
    assert on_duty(shuffled, hour(7)) == on_duty(shifts, hour(7))
