"""Conflicts of one person's time with one task, each at its exact limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.travel import Travel
from app.matching.conflicts import (
    BEFORE_DUTY,
    LONG_DUTY,
    REST,
    TASK_LENGTH,
    Duty,
    Exclusion,
    PersonTimes,
    TaskTime,
    conflicts,
    has_room,
)

DAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HERE = (22.62, 114.03)
# About five kilometres to the north: 35.5 minutes on the way by bicycle.
THERE = (22.62 + 5000 / 111_195, 114.03)


def task(start: float, end: float, at: tuple[float, float] = HERE) -> TaskTime:
    """A task wanted between two hours of the day."""
    length = min(TASK_LENGTH, (end - start) * HOUR)
    return TaskTime(DAY + start * HOUR, DAY + end * HOUR, length, *at)


def duty(start: float, end: float, *, serves: bool = False) -> Duty:
    return Duty(DAY + start * HOUR, DAY + end * HOUR, serves)


def open_hours(*spans: tuple[float, float]) -> PersonTimes:
    return PersonTimes(opens=tuple((DAY + a * HOUR, DAY + b * HOUR) for a, b in spans))


def codes(one: TaskTime, times: PersonTimes, *, on_duty: bool = False) -> list[str]:
    return [why.code for why in conflicts(one, times, on_duty=on_duty)]


def test_nothing_known_is_no_conflict() -> None:
    assert conflicts(task(10, 12), PersonTimes()) == []


@pytest.mark.parametrize(
    ("wanted", "other"),
    [((10, 12), (10, 12)), ((10, 12), (11, 13)), ((10, 14), (10, 12)), ((10, 11), (9, 12))],
)
def test_two_tasks_at_one_time_are_a_conflict_with_its_hours(
    wanted: tuple[float, float], other: tuple[float, float]
) -> None:
    accepted = task(*other)
    found = conflicts(task(*wanted), PersonTimes(tasks=(accepted,)))
    hours = {"from": accepted.start.isoformat(), "to": accepted.end.isoformat()}
    assert found == [Exclusion("busy_then", hours)]


def test_a_task_with_room_beside_another_is_none() -> None:
    assert codes(task(8, 22), PersonTimes(tasks=(task(10, 12),))) == []
    # The accepted one can be done at another hour of its window.
    assert codes(task(10, 12), PersonTimes(tasks=(task(8, 22),))) == []
    fixed = replace(task(8, 22), length=14 * HOUR)
    assert codes(task(10, 12), PersonTimes(tasks=(fixed,))) == ["busy_then"]
    assert codes(task(10, 11), PersonTimes(tasks=(task(11, 12), task(9, 10)))) == []


def test_an_accepted_task_of_another_day_is_none() -> None:
    others = tuple(task(day * 24 + 10, day * 24 + 12) for day in (-1, 1, 2))
    assert codes(task(10, 12), PersonTimes(tasks=others)) == []


def test_the_way_between_two_places_takes_its_time() -> None:
    far = PersonTimes(tasks=(task(10, 11, THERE),))
    assert codes(task(11, 12), far) == codes(task(9, 10), far) == ["busy_then"]
    assert codes(task(11.6, 12.6), far) == []
    assert codes(task(11, 13), far) == []
    assert codes(task(11, 12), PersonTimes(tasks=(task(10, 11),))) == []


def test_the_way_takes_longer_on_foot_and_less_by_car() -> None:
    by_car, on_foot = (
        PersonTimes(tasks=(task(10, 11, THERE),), travel=one) for one in (Travel.CAR, Travel.FOOT)
    )
    # 31.3 minutes by car, 82.3 on foot.
    assert codes(task(11.53, 12.53), by_car) == []
    assert codes(task(11.5, 12.5), by_car) == ["busy_then"]
    assert codes(task(12.3, 13.3), on_foot) == ["busy_then"]
    assert codes(task(12.4, 13.4), on_foot) == []


def test_own_hours_need_room_for_the_whole_task_somewhere_in_the_window() -> None:
    assert codes(task(8, 22), open_hours((20.5, 22))) == []
    assert codes(task(8, 22), open_hours((8, 8 + 1 / 60))) == ["out_of_hours"]
    assert codes(task(8, 22), open_hours((8, 8.9), (12, 12.9))) == ["out_of_hours"]
    assert codes(task(8, 22), open_hours((8, 9))) == []
    assert codes(task(8, 22), open_hours()) == ["out_of_hours"]


def test_a_break_that_ends_before_the_window_is_none() -> None:
    begins = task(10, 12).start
    for until, found in ((begins, []), (begins + MINUTE, ["paused"]), (None, [])):
        assert codes(task(10, 12), PersonTimes(paused_until=until)) == found


def test_duty_at_the_time_is_a_conflict_unless_its_holder_serves_the_place() -> None:
    there = PersonTimes(duties=(duty(9, 12),))
    (why,) = conflicts(task(10, 12), there)
    assert (why.code, why.numbers["from"]) == ("on_duty_then", (DAY + 9 * HOUR).isoformat())
    assert codes(task(10, 12), PersonTimes(duties=(duty(9, 12, serves=True),))) == []
    assert codes(task(10, 12), there, on_duty=True) == []
    assert codes(task(8, 22), there) == []


def test_a_long_duty_needs_rest_after_it_and_an_hour_before() -> None:
    night = PersonTimes(duties=(duty(0, 10),))
    assert codes(task(11, 12), night) == ["resting"]
    assert codes(task(20, 21), night) == ["resting"]
    assert codes(task(21, 22), night) == []
    short = PersonTimes(duties=(duty(7, 7 + LONG_DUTY / HOUR - 0.1),))
    assert codes(task(11, 12), short) == []
    evening = PersonTimes(duties=(duty(20, 30),))
    assert codes(task(19, 20), evening) == ["duty_soon"]
    assert codes(task(18, 19), evening) == []
    assert (REST, BEFORE_DUTY) == (11 * HOUR, HOUR)


def test_duties_that_touch_are_one_long_one() -> None:
    halves = PersonTimes(duties=(duty(6, 8), duty(8, 10)))
    assert codes(task(11, 12), halves) == ["resting"]
    assert codes(task(11, 12), PersonTimes(duties=(duty(4, 6), duty(8, 10)))) == []


def test_on_duty_own_hours_and_rest_do_not_count_and_other_tasks_do() -> None:
    times = PersonTimes((), (task(10, 12),), (duty(0, 9), duty(9, 20, serves=True)))
    assert codes(task(10, 12), times, on_duty=True) == ["busy_then"]


def test_reasons_that_leave_no_room_only_together_are_all_told() -> None:
    times = replace(open_hours((8, 10)), tasks=(task(8, 9, THERE),))
    assert codes(task(8, 12), times) == ["out_of_hours", "busy_then"]


SPANS = st.tuples(st.integers(0, 600), st.integers(1, 300)).map(
    lambda drawn: (DAY + drawn[0] * MINUTE, DAY + (drawn[0] + drawn[1]) * MINUTE)
)


@given(SPANS, st.integers(1, 120), st.lists(SPANS, max_size=5))
def test_room_is_what_trying_each_minute_finds(
    window: tuple[datetime, datetime], minutes: int, blocked: list[tuple[datetime, datetime]]
) -> None:
    one = TaskTime(*window, minutes * MINUTE)
    starts = [window[0] + n * MINUTE for n in range(int((window[1] - window[0]) / MINUTE))]
    tried = any(
        at + one.length <= window[1]
        and all(end <= at or at + one.length <= start for start, end in blocked)
        for at in starts
    )
    assert has_room(one, blocked) == tried


@given(st.integers(0, 20), st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=4))
def test_less_to_do_never_adds_a_conflict(start: int, others: list[tuple[int, bool]]) -> None:
    duties = tuple(duty(at, at + 3) for at, is_duty in others if is_duty)
    tasks = tuple(task(at, at + 2) for at, is_duty in others if not is_duty)
    more = codes(task(start, start + 3), PersonTimes(None, tasks, duties))
    assert len(codes(task(start, start + 3), PersonTimes(None, tasks[1:], duties))) <= len(more)
    assert codes(task(start, start + 3), PersonTimes()) == []
