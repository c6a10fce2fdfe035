"""Patterns of a rota in JSON: what is read, what is refused and why, and what "in turn" means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.rotation.plan.compose import Layer, RotaPlan, on_duty, planned
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.plan.layers import Rotation
from app.rotation.plan.patterns import read_pattern
from app.rotation.plan.windows import BadPattern, Window, read_windows, windows_json

SHENZHEN = ZoneInfo("Asia/Shanghai")
NIGHTS = [{"day": day, "from": "22:00", "to": "06:00"} for day in range(5)]


def at(day: int, hour: int) -> datetime:
    """An hour in Shenzhen; 2 March 2026 is a Monday."""
    return datetime(2026, 3, day, hour, tzinfo=SHENZHEN).astimezone(UTC)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (None, "bad_kind"),
        ({"kind": "yearly", "starts": "2026-03-02T08:00"}, "bad_kind"),
        ({"kind": "every", "hours": 24, "starts": "2026-03-02T08:00", "x": 1}, "bad_kind"),
        ({"kind": "every", "hours": 0, "starts": "2026-03-02T08:00"}, "bad_step"),
        ({"kind": "every", "hours": True, "starts": "2026-03-02T08:00"}, "bad_step"),
        ({"kind": "every", "hours": 24, "starts": "soon"}, "bad_start"),
        ({"kind": "every", "hours": 24, "starts": "2026-03-02T08:00+08:00"}, "bad_start"),
        (
            {"kind": "every", "hours": 1, "starts": "2026-03-02T08:00", "ends": "2026-03-02T08:00"},
            "bad_end",
        ),
        (
            {"kind": "windows", "windows": NIGHTS, "turn": "year", "starts": "2026-03-02T08:00"},
            "bad_turn",
        ),
    ],
)
def test_what_cannot_be_read_says_why(pattern: object, code: str) -> None:
    with pytest.raises(BadPattern) as error:
        read_pattern(pattern)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        ({}, "not_a_list"),
        ([{"day": 0, "from": "08:00"}], "not_a_window"),
        ([{"day": 7, "from": "08:00", "to": "09:00"}], "bad_day"),
        ([{"day": 0, "from": "24:00", "to": "09:00"}], "bad_time"),
        ([{"day": 0, "from": "8:00", "to": "09:00"}], "bad_time"),
        ([{"day": 0, "from": "08:00", "to": "24:30"}], "bad_time"),
    ],
)
def test_windows_that_cannot_be_read_say_why(windows: object, code: str) -> None:
    with pytest.raises(BadPattern) as error:
        read_windows(windows)
    assert error.value.code == code


def test_a_night_is_one_window() -> None:
    night = {"day": 4, "from": "22:00", "to": "06:00"}
    whole = {"day": 5, "from": "08:00", "to": "08:00"}
    assert read_windows([night, whole]) == (Window(4, 1320, 480), Window(5, 480, 1440))
    assert windows_json(read_windows([night, whole])) == [night, whole]


@pytest.mark.parametrize(
    ("turn", "people"),
    [("week", [1, 1, 1, 1, 1, 2]), ("window", [1, 2, 3, 1, 2, 3]), ("day", [1, 2, 3, 1, 2, 3])],
)
def test_weekday_nights_in_turn(turn: str, people: list[int]) -> None:
    pattern = read_pattern(
        {"kind": "windows", "windows": NIGHTS, "turn": turn, "starts": "2026-03-02T00:00"}
    )
    plan = RotaPlan(SHENZHEN, (Layer(1, Rotation((1, 2, 3), pattern)),))
    spans = planned(plan, at(2, 12), at(10, 3))
    assert [one.person_id for one in spans] == people
    assert (spans[0].starts_at, spans[0].ends_at) == (at(2, 22), at(3, 6))
    # Saturday's and Sunday's nights are nobody's; nor is the time before the layer begins.
    assert on_duty(plan, at(8, 2)) == ()
    assert planned(plan, at(1, 0), at(2, 21)) == ()


def test_nobody_in_the_rotation_is_nobody_on_duty() -> None:
    pattern = read_pattern({"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"})
    plan = RotaPlan(SHENZHEN, (Layer(1, Rotation((), pattern)),))
    assert on_duty(plan, at(3, 9)) == ()


def test_whoever_offers_touching_windows_offers_all_of_them() -> None:
    grid = Grid(1, read_windows([NIGHTS[0], {"day": 1, "from": "06:00", "to": "09:00"}]))
    assert offers_all_of(grid, at(2, 22), at(3, 9), SHENZHEN)
    assert not offers_all_of(grid, at(2, 22), at(3, 10), SHENZHEN)
    assert not offers_all_of(grid, at(2, 21), at(3, 1), SHENZHEN)
