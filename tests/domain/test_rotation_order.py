"""A rotation goes on where it is when people join or leave."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.wall_time import instant
from app.rotation.plan.layers import Rotation, go_on_in_order, turns
from app.rotation.plan.patterns import Every

ZONE = ZoneInfo("Asia/Shanghai")
STARTS = datetime.fromisoformat("2026-03-04T08:00")
DAY = timedelta(days=1)


def on_turn(people: tuple[int, ...], at: datetime, count: int = 1) -> list[int]:
    """Who has the turn of 24 hours at a time, and the next ones."""
    rotation = Rotation(people, Every(24, STARTS))
    end = at + count * DAY
    return [one.person_id for one in turns(rotation, 1, at, end, ZONE)][:count]


def after(
    old: tuple[int, ...], new: tuple[int, ...], days: int
) -> tuple[tuple[int, ...], datetime]:
    at = instant(STARTS, ZONE) + days * DAY + timedelta(hours=3)
    return go_on_in_order(Rotation(old, Every(24, STARTS)), new, at, ZONE), at


def test_somebody_joins_and_nobody_is_passed_over() -> None:
    new, at = after((1, 2, 3), (1, 2, 3, 4), days=7)
    assert on_turn((1, 2, 3), at, 3) == [2, 3, 1]
    assert on_turn(new, at, 5) == [2, 3, 4, 1, 2]


def test_who_leaves_in_their_turn_is_followed_by_the_next() -> None:
    new, at = after((1, 2, 3, 4), (1, 2, 4), days=6)
    assert on_turn((1, 2, 3, 4), at) == [3] and on_turn(new, at, 3) == [4, 1, 2]


def test_entirely_new_people_begin_as_given() -> None:
    assert after((1, 2), (5, 6, 7), days=3)[0] == (5, 6, 7)
    assert after((), (5, 6), days=3)[0] == (5, 6)


@given(
    old=st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True),
    joins=st.lists(st.integers(10, 15), max_size=3, unique=True),
    leaves=st.sets(st.integers(1, 9)),
    days=st.integers(0, 60),
)
def test_the_one_on_turn_stays_and_the_order_is_that_of_the_list(
    old: list[int], joins: list[int], leaves: set[int], days: int
) -> None:
    given_list = tuple(one for one in (*old, *joins) if one not in leaves)
    new, at = after(tuple(old), given_list, days)
    assert sorted(new) == sorted(given_list)
    if new:
        first = given_list.index(new[0])
        assert new == (*given_list[first:], *given_list[:first])
        (now,) = on_turn(tuple(old), at)
        if now not in leaves:
            assert on_turn(new, at) == [now]
