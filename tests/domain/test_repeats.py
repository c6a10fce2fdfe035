"""Repeating help: each local day once, by the clock on the wall, in any zone and summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.repeats.rules import (
    LONGEST_ANSWER,
    SHORTEST_ANSWER,
    Schedule,
    answer_by,
    errors_of,
    next_day,
    period_on,
)

WEDNESDAY = date(2026, 3, 4)
WEEKLY = Schedule((2,), 10 * 60, 60, WEDNESDAY)
BERLIN, SHENZHEN = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def test_every_wednesday_until_it_is_over() -> None:
    until = Schedule((2,), 600, 60, WEDNESDAY, date(2026, 3, 18))
    days = [next_day(until)]
    while days[-1] is not None:
        days.append(next_day(until, days[-1]))
    assert days == [WEDNESDAY, date(2026, 3, 11), date(2026, 3, 18), None]


def test_begins_on_the_first_day_that_suits() -> None:
    assert next_day(Schedule((0, 4), 600, 60, WEDNESDAY)) == date(2026, 3, 6)
    assert next_day(WEEKLY, date(2025, 1, 1)) == WEDNESDAY


def test_ten_o_clock_stays_ten_o_clock_when_the_clock_is_set() -> None:
    sundays = Schedule((6,), 10 * 60, 60, date(2026, 3, 22))
    hours = [period_on(sundays, date(2026, 3, day), BERLIN)[0] for day in (22, 29)]
    assert [at.hour for at in hours] == [9, 8]
    assert all(at.astimezone(BERLIN).hour == 10 for at in hours)


@pytest.mark.parametrize(
    ("day", "minute", "utc"),
    [
        # Left out: 02:30 does not exist. Shown twice: 02:30 is the first of them.
        (date(2026, 3, 29), 150, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), 150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_nights_when_the_clock_is_set(day: date, minute: int, utc: datetime) -> None:
    assert period_on(Schedule((6,), minute, 60, day), day, BERLIN)[0] == utc


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SCHEDULES = st.builds(
    lambda days, start, minutes, first, length: Schedule(
        tuple(sorted(days)),
        start,
        minutes,
        first,
        None if length is None else first + timedelta(days=length),
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(15, 720),
    DAYS,
    st.none() | st.integers(0, 100),
)


@given(SCHEDULES, st.sampled_from([BERLIN, SHENZHEN, ZoneInfo("America/Sao_Paulo")]))
def test_days_are_those_of_the_schedule_and_no_two_periods_are_the_same(
    schedule: Schedule, zone: ZoneInfo
) -> None:
    assert errors_of(schedule) == {}
    expected = [
        day
        for day in (schedule.first + timedelta(days=n) for n in range(60))
        if day.weekday() in schedule.weekdays and (schedule.until is None or day <= schedule.until)
    ]
    found: list[date] = []
    while (day := next_day(schedule, found[-1] if found else None)) is not None:
        if day >= schedule.first + timedelta(days=60):
            break
        found.append(day)
    assert found == expected
    begins = [period_on(schedule, day, zone)[0] for day in found]
    assert begins == sorted(set(begins))


def test_what_is_wrong_is_said_at_its_field() -> None:
    wrong = Schedule((), 1500, 5, WEDNESDAY, WEDNESDAY - timedelta(days=1))
    assert set(errors_of(wrong)) == {"weekdays", "start", "minutes", "until"}


def test_a_familiar_face_has_time_but_not_all_of_it() -> None:
    assert answer_by(NOW + timedelta(days=3), NOW) == NOW + LONGEST_ANSWER
    assert answer_by(NOW + timedelta(hours=12), NOW) == NOW + timedelta(hours=2)
    assert answer_by(NOW, NOW) == NOW + SHORTEST_ANSWER
