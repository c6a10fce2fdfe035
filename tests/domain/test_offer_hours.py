"""The hours of an offer: reading them, and wall time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.offers.rules import (
    BadHours,
    DayHours,
    WeeklyHours,
    hours_json,
    on_the_wall,
    open_spans,
    parse_hours,
)

SHENZHEN = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        SHENZHEN,
        BERLIN,
        ZoneInfo("America/New_York"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Africa/Casablanca"),
        ZoneInfo("Asia/Kathmandu"),
    ]
)
PERIODS = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda drawn: DayHours(drawn[0], min(drawn[1], drawn[2] - 1), drawn[2])
)
HOURS = st.lists(PERIODS, max_size=12).map(lambda some: WeeklyHours(tuple(some)))
# Days around the clock changes of the zones above, and days without one.
STARTS = st.tuples(
    st.sampled_from(
        [
            datetime(2026, 3, 8, tzinfo=UTC),
            datetime(2026, 3, 29, tzinfo=UTC),
            datetime(2026, 4, 4, tzinfo=UTC),
            datetime(2026, 10, 3, tzinfo=UTC),
            datetime(2026, 10, 25, tzinfo=UTC),
            datetime(2026, 11, 1, tzinfo=UTC),
            datetime(2026, 7, 1, tzinfo=UTC),
        ]
    ),
    st.integers(-24 * 60, 24 * 60),
).map(lambda drawn: drawn[0] + timedelta(minutes=drawn[1]))
PROPERTY = settings(max_examples=150, deadline=None)


def week(*periods: tuple[int, str, str]) -> WeeklyHours:
    return parse_hours([{"day": day, "from": since, "to": to} for day, since, to in periods])


def china(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in the week of Monday 2026-06-01, in Shenzhen; day 0 is that Monday."""
    return datetime(2026, 6, 1, tzinfo=SHENZHEN) + timedelta(days=day, hours=hour, minutes=minute)


def opens(hours: WeeklyHours, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    return bool(open_spans(hours, start, end, zone))


def open_at(hours: WeeklyHours, at: datetime, zone: ZoneInfo = SHENZHEN) -> bool:
    return opens(hours, at, at + timedelta.resolution, zone)


def test_parse_hours_sorts_and_drops_repetitions() -> None:
    hours = week((2, "18:00", "24:00"), (0, "08:30", "12:00"), (2, "18:00", "24:00"))
    assert hours.periods == (DayHours(0, 510, 720), DayHours(2, 1080, 1440))


@pytest.mark.parametrize(
    ("value", "code", "position"),
    [
        (None, "not_a_list", None),
        ({"day": 0}, "not_a_list", None),
        ([{"day": 0, "from": "08:00", "to": "09:00"}] * 71, "too_many", None),
        (["08:00"], "not_a_period", 0),
        ([{"day": 0, "from": "08:00"}], "not_a_period", 0),
        ([{"day": 0, "from": "08:00", "to": "09:00", "note": ""}], "not_a_period", 0),
        ([{"date": "2026-02-30"}], "bad_date", 0),
        ([{"date": "2026-2-3", "from": "08:00", "to": "09:00"}], "bad_date", 0),
        ([{"date": 20260203}], "bad_date", 0),
        ([{"date": "2026-02-03", "from": "08:00"}], "not_a_period", 0),
        ([{"date": "2026-02-03", "from": "09:00", "to": "08:00"}], "ends_before_start", 0),
        ([{"day": 7, "from": "08:00", "to": "09:00"}], "bad_day", 0),
        ([{"day": -1, "from": "08:00", "to": "09:00"}], "bad_day", 0),
        ([{"day": True, "from": "08:00", "to": "09:00"}], "bad_day", 0),
        ([{"day": "1", "from": "08:00", "to": "09:00"}], "bad_day", 0),
        ([{"day": 1, "from": "8:00", "to": "09:00"}], "bad_time", 0),
        ([{"day": 1, "from": "08:60", "to": "09:00"}], "bad_time", 0),
        ([{"day": 1, "from": "08:00", "to": "24:01"}], "bad_time", 0),
        ([{"day": 1, "from": "24:00", "to": "24:00"}], "bad_time", 0),
        ([{"day": 1, "from": "08:00\n", "to": "09:00"}], "bad_time", 0),
        ([{"day": 1, "from": "０8:00", "to": "09:00"}], "bad_time", 0),
        ([{"day": 1, "from": 800, "to": "09:00"}], "bad_time", 0),
        ([{"day": 1, "from": "09:00", "to": "09:00"}], "ends_before_start", 0),
        (
            [
                {"day": 1, "from": "08:00", "to": "09:00"},
                {"day": 1, "from": "22:00", "to": "06:00"},
            ],
            "ends_before_start",
            1,
        ),
    ],
)
def test_parse_hours_says_what_is_wrong(value: object, code: str, position: int | None) -> None:
    with pytest.raises(BadHours) as caught:
        parse_hours(value)
    assert (caught.value.code, caught.value.position) == (code, position)


@PROPERTY
@given(HOURS)
def test_hours_survive_their_json(hours: WeeklyHours) -> None:
    assert set(parse_hours(hours_json(hours)).periods) == set(hours.periods)


def test_no_hours_mean_never_unless_always() -> None:
    assert not open_at(parse_hours([]), china(0, 9))
    assert open_at(parse_hours([], always=True), china(0, 9))


def test_always_does_not_widen_hours_that_are_given() -> None:
    hours = parse_hours([{"day": 0, "from": "08:00", "to": "09:00"}], always=True)
    assert not open_at(hours, china(0, 9))


def test_an_instant_at_the_end_is_outside() -> None:
    hours = week((0, "08:00", "09:00"))
    assert open_at(hours, china(0, 8))
    assert open_at(hours, china(0, 9) - timedelta.resolution)
    assert not open_at(hours, china(0, 9))
    assert not open_at(hours, china(1, 8))


def test_a_night_passes_midnight_as_two_periods() -> None:
    hours = week((6, "22:00", "24:00"), (0, "00:00", "06:00"))
    assert open_at(hours, china(6, 22)) and open_at(hours, china(7, 0))
    assert open_at(hours, china(7, 5, 59))
    assert not open_at(hours, china(6, 21, 59)) and not open_at(hours, china(7, 6))


def test_the_day_is_that_of_the_zone_and_not_of_utc() -> None:
    hours = week((1, "00:00", "08:00"))
    assert open_at(hours, datetime(2026, 6, 1, 17, 0, tzinfo=UTC))


def test_an_hour_that_the_clock_shows_twice_counts_both_times() -> None:
    first_half = week((6, "00:00", "02:30"))
    late = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in summer time
    open_then = [
        open_at(first_half, late + minutes * timedelta(minutes=1), BERLIN)
        for minutes in (-1, 0, 29, 30, 59, 60)
    ]
    assert open_then == [True, False, False, True, True, False]


def test_a_period_within_the_repeated_hour_may_go_back_on_the_wall() -> None:
    start = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)
    assert opens(week((6, "02:50", "02:51")), start, end, BERLIN)
    assert opens(week((6, "02:00", "02:01")), start, end, BERLIN)
    assert not opens(week((6, "02:15", "02:45")), start, end, BERLIN)


def test_an_hour_that_the_clock_skips_never_comes() -> None:
    hours = week((6, "02:00", "03:00"))
    start = datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN)
    assert not opens(hours, start, start + timedelta(days=1), BERLIN)
    summer = start + timedelta(days=7)
    assert opens(hours, summer, summer + timedelta(days=1), BERLIN)


@pytest.mark.parametrize("minutes", [0, -1])
def test_an_empty_period_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="empty"):
        on_the_wall(china(0, 9), china(0, 9, minutes), SHENZHEN)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        on_the_wall(datetime(2026, 6, 1), china(0, 9), SHENZHEN)  # noqa: DTZ001


@PROPERTY
@given(HOURS, STARTS, st.integers(1, 3 * 24 * 4), ZONES)
def test_a_period_opens_when_any_of_its_minutes_does(
    hours: WeeklyHours, start: datetime, quarters: int, zone: ZoneInfo
) -> None:
    length = min(quarters * 15, 36 * 60)
    minutes = (start + timedelta(minutes=step) for step in range(length))
    expected = any(open_at(hours, minute, zone) for minute in minutes)
    assert opens(hours, start, start + timedelta(minutes=length), zone) is expected


@PROPERTY
@given(STARTS, st.integers(1, 60), ZONES, st.integers(0, 6), st.integers(0, 1439))
def test_one_minute_of_a_week_is_met_exactly_when_the_clock_shows_it(
    start: datetime, hours_long: int, zone: ZoneInfo, day: int, minute: int
) -> None:
    shown = {
        (local.weekday(), local.hour * 60 + local.minute)
        for step in range(hours_long * 60)
        for local in [(start + timedelta(minutes=step)).astimezone(zone)]
    }
    only = WeeklyHours((DayHours(day, minute, minute + 1),))
    met = opens(only, start, start + timedelta(hours=hours_long), zone)
    assert met is ((day, minute) in shown)
