"""The hours of an offer: reading them, and what the clock on the wall says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.offers.rules import (
    REASON_CODES,
    BadHours,
    DayHours,
    WeeklyHours,
    hours_json,
    parse_hours,
    within_hours,
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
# Days around which the clocks of the zones above are set, and days on which they are not.
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
    assert code in REASON_CODES


@PROPERTY
@given(HOURS)
def test_hours_survive_their_json(hours: WeeklyHours) -> None:
    assert set(parse_hours(hours_json(hours)).periods) == set(hours.periods)


def test_no_hours_mean_never_unless_always() -> None:
    period = (china(0, 9), china(0, 10))
    for when in (china(0, 9), period):
        assert not within_hours(parse_hours([]), when, SHENZHEN)
        assert within_hours(parse_hours([], always=True), when, SHENZHEN)


def test_always_does_not_widen_hours_that_are_given() -> None:
    hours = parse_hours([{"day": 0, "from": "08:00", "to": "09:00"}], always=True)
    assert not within_hours(hours, china(0, 9), SHENZHEN)


def test_an_instant_at_the_end_is_outside() -> None:
    hours = week((0, "08:00", "09:00"))
    assert within_hours(hours, china(0, 8), SHENZHEN)
    assert within_hours(hours, china(0, 9) - timedelta.resolution, SHENZHEN)
    assert not within_hours(hours, china(0, 9), SHENZHEN)
    assert not within_hours(hours, china(1, 8), SHENZHEN)


def test_a_period_must_be_covered_to_its_end() -> None:
    hours = week((0, "08:00", "10:00"))
    assert within_hours(hours, (china(0, 8), china(0, 10)), SHENZHEN)
    assert not within_hours(hours, (china(0, 8), china(0, 10, 1)), SHENZHEN)
    assert not within_hours(hours, (china(0, 7, 59), china(0, 10)), SHENZHEN)


def test_touching_and_overlapping_periods_make_one() -> None:
    hours = week((0, "08:00", "10:00"), (0, "10:00", "11:00"), (0, "10:30", "12:00"))
    assert within_hours(hours, (china(0, 8), china(0, 12)), SHENZHEN)
    assert not within_hours(
        week((0, "08:00", "10:00"), (0, "10:01", "12:00")), (china(0, 8), china(0, 12)), SHENZHEN
    )


def test_a_night_passes_midnight_as_two_periods() -> None:
    hours = week((6, "22:00", "24:00"), (0, "00:00", "06:00"))
    assert within_hours(hours, (china(6, 22), china(7, 6)), SHENZHEN)
    assert not within_hours(hours, (china(6, 22), china(7, 6, 1)), SHENZHEN)


def test_the_day_is_that_of_the_zone_and_not_of_utc() -> None:
    hours = week((1, "00:00", "08:00"))
    assert within_hours(hours, datetime(2026, 6, 1, 17, 0, tzinfo=UTC), SHENZHEN)


def test_an_hour_that_the_clock_shows_twice_counts_both_times() -> None:
    hours = week((6, "00:00", "03:00"))
    early = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in summer time
    assert within_hours(hours, (early, early + timedelta(hours=1, minutes=30)), BERLIN)
    first_half = week((6, "00:00", "02:30"))
    assert not within_hours(first_half, (early, early + timedelta(minutes=45)), BERLIN)
    assert within_hours(
        first_half, (early + timedelta(minutes=30), early + timedelta(hours=1)), BERLIN
    )


def test_a_period_within_the_repeated_hour_may_go_back_on_the_wall() -> None:
    start = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)
    assert within_hours(week((6, "02:00", "03:00")), (start, end), BERLIN)
    assert not within_hours(week((6, "02:15", "02:45")), (start, end), BERLIN)


def test_an_hour_that_the_clock_skips_leaves_no_hole() -> None:
    hours = week((6, "00:00", "02:00"), (6, "03:00", "05:00"))
    start = datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN)
    assert within_hours(hours, (start, start.astimezone(UTC) + timedelta(hours=4)), BERLIN)
    summer = start + timedelta(days=7)
    assert not within_hours(hours, (summer, summer + timedelta(hours=4)), BERLIN)


@pytest.mark.parametrize("minutes", [0, -1])
def test_an_empty_period_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="empty"):
        within_hours(WeeklyHours(), (china(0, 9), china(0, 9, minutes)), SHENZHEN)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        within_hours(WeeklyHours(), datetime(2026, 6, 1), SHENZHEN)  # noqa: DTZ001


@PROPERTY
@given(HOURS, STARTS, st.integers(1, 3 * 24 * 4), ZONES)
def test_a_period_is_within_when_each_of_its_minutes_is(
    hours: WeeklyHours, start: datetime, quarters: int, zone: ZoneInfo
) -> None:
    length = min(quarters * 15, 36 * 60)
    minutes = (start + timedelta(minutes=step) for step in range(length))
    expected = all(within_hours(hours, minute, zone) for minute in minutes)
    assert within_hours(hours, (start, start + timedelta(minutes=length)), zone) is expected


@PROPERTY
@given(STARTS, st.integers(1, 60), ZONES, st.integers(0, 6), st.integers(0, 1439))
def test_a_full_week_has_a_hole_only_where_a_minute_is_taken_out(
    start: datetime, hours_long: int, zone: ZoneInfo, day: int, minute: int
) -> None:
    full = [DayHours(each, 0, 1440) for each in range(7) if each != day]
    parts = [DayHours(day, 0, minute)] if minute else []
    parts += [DayHours(day, minute + 1, 1440)] if minute < 1439 else []
    period = (start, start + timedelta(hours=hours_long))
    shown = {
        (local.weekday(), local.hour * 60 + local.minute)
        for step in range(hours_long * 60)
        for local in [(start + timedelta(minutes=step)).astimezone(zone)]
    }
    assert within_hours(WeeklyHours((*full, DayHours(day, 0, 1440))), period, zone)
    assert within_hours(WeeklyHours((*full, *parts)), period, zone) is ((day, minute) not in shown)
