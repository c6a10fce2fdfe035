"""Duty: who is on it at an instant, where nobody is, and what a week pattern means in UTC."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.rules import Span, gaps, on_duty, wanted_periods

SHENZHEN = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
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
# Days on which clocks of the zones below are set, and one on which none is.
DAYS = st.sampled_from(
    [
        date(2026, 3, 8),
        date(2026, 3, 29),
        date(2026, 4, 5),
        date(2026, 10, 4),
        date(2026, 10, 25),
        date(2026, 11, 1),
        date(2026, 7, 1),
        date(2011, 12, 30),
    ]
)
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Asia/Shanghai",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "America/Santiago",
            "Pacific/Apia",
        )
    ]
)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def span(person: int, since: float, to: float, layer: int = 1) -> Span:
    return Span(person, hour(since), hour(to), layer)


def entry(day: int, since: str, to: str) -> dict[str, Any]:
    return {"day": day, "from": since, "to": to}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


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


def test_a_pattern_means_the_wall_time_of_the_zone() -> None:
    pattern = [entry(0, "22:00", "24:00"), entry(1, "00:00", "06:00")]
    assert wanted_periods(pattern, date(2026, 6, 1), 7, SHENZHEN) == (
        (datetime(2026, 6, 1, 14, tzinfo=UTC), datetime(2026, 6, 1, 16, tzinfo=UTC)),
        (datetime(2026, 6, 1, 16, tzinfo=UTC), datetime(2026, 6, 1, 22, tzinfo=UTC)),
    )


def test_a_pattern_gives_only_the_days_asked_for() -> None:
    pattern = [entry(day, "08:00", "09:00") for day in range(7)]
    assert len(wanted_periods(pattern, date(2026, 6, 3), 3, SHENZHEN)) == 3
    assert wanted_periods(pattern, date(2026, 6, 3), 0, SHENZHEN) == ()
    assert wanted_periods([], date(2026, 6, 3), 7, SHENZHEN) == ()


def test_a_night_in_which_the_clock_is_set_is_shorter_or_longer() -> None:
    night = [entry(6, "00:00", "06:00")]
    (spring,) = wanted_periods(night, date(2026, 3, 29), 1, BERLIN)
    (autumn,) = wanted_periods(night, date(2026, 10, 25), 1, BERLIN)
    assert spring[1] - spring[0] == timedelta(hours=5)
    assert autumn[1] - autumn[0] == timedelta(hours=7)


def test_an_hour_that_the_clock_skips_is_nobodys_duty() -> None:
    parts = [entry(6, "00:00", "02:30"), entry(6, "02:30", "03:00"), entry(6, "03:00", "06:00")]
    set_forward = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert wanted_periods(parts, date(2026, 3, 29), 1, BERLIN) == (
        (datetime(2026, 3, 28, 23, tzinfo=UTC), set_forward),
        (set_forward, datetime(2026, 3, 29, 4, tzinfo=UTC)),
    )


@PROPERTY
@given(DAYS, ZONES, st.lists(st.integers(1, 1439), max_size=6, unique=True))
def test_a_pattern_without_holes_gives_periods_without_holes_or_overlap(
    first: date, zone: ZoneInfo, cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), 1440]
    pattern = [
        entry(day, _clock(since), _clock(to)) for day in range(7) for since, to in pairwise(edges)
    ]
    periods = wanted_periods(pattern, first - timedelta(days=1), 3, zone)
    assert all(since < to for since, to in periods)
    assert all(before[1] == after[0] for before, after in pairwise(periods))
    local = [at.astimezone(zone).replace(tzinfo=None) for at in (periods[0][0], periods[-1][1])]
    midnight = datetime.combine(first - timedelta(days=1), datetime.min.time())
    # Where midnight itself is skipped the day begins when the clock goes on.
    assert timedelta(0) <= local[0] - midnight <= timedelta(hours=1)
    assert timedelta(0) <= local[1] - (midnight + timedelta(days=3)) <= timedelta(hours=1)
