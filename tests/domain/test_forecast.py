"""The chance that somebody answers, hour by hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import prod
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.rotation.forecast import (
    HOUR,
    Cell,
    Duties,
    Thin,
    anybody,
    forecast,
    hours_of,
    hours_to_recruit_for,
    thin_hours,
    usual_gaps,
    waiting_hours,
)
from app.rotation.rules import Span

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 4, 16, tzinfo=UTC)


@given(st.lists(st.floats(0, 1), max_size=6), st.floats(0, 1), st.floats(0, 1))
def test_one_more_never_makes_it_worse(chances: list[float], more: float, swing: float) -> None:
    alone = anybody(chances)
    assert abs(alone - (1 - prod(1 - p for p in chances))) < 1e-9
    assert anybody([*chances, more], swing) >= anybody(chances, swing) - 1e-9
    # Ups and downs that all have together never help, and leave one person as likely as before.
    assert anybody(chances, swing) <= alone + 1e-9
    assert abs(anybody([more], swing) - more) < 1e-9
    assert anybody([], swing) == 0 and anybody([*chances, 1.0], swing) == 1


def cells(duties: Duties) -> list[Cell]:
    hours = hours_of(date(2026, 3, 5), 1, ZONE)
    chances = {1: {"all": 0.5}, 2: {"all": 0.8}}
    return forecast(hours, duties, chances, {start: "all" for start, _ in hours})


def test_an_hour_is_as_thin_as_its_emptiest_part() -> None:
    agreed = [
        Span(1, MIDNIGHT, MIDNIGHT + 3 * HOUR),
        Span(2, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR + HOUR / 2, 2),
    ]
    asked = [Span(2, MIDNIGHT, MIDNIGHT + 4 * HOUR), Span(1, MIDNIGHT, MIDNIGHT + HOUR)]
    found = cells(Duties(agreed, on_call=[Span(2, MIDNIGHT, MIDNIGHT + HOUR)], asked=asked))
    assert [round(one.chance, 2) for one in found[:4]] == [0.9, 0.9, 0.5, 0]
    assert [(one.agreed, one.on_call, one.asked) for one in found[:4]] == [
        (1, 1, 1),
        (2, 0, 0),
        (2, 0, 0),
        (0, 0, 1),
    ]


def test_hours_that_wait_for_an_answer_are_not_empty() -> None:
    """Neither thin nor to recruit for, whatever the others are; an own list has them."""
    night = Span(2, MIDNIGHT, MIDNIGHT + 20 * HOUR)
    found = cells(Duties([Span(1, MIDNIGHT, MIDNIGHT + 4 * HOUR)], asked=[night]))
    assert [(one.starts_at - MIDNIGHT, one.ends_at - MIDNIGHT) for one in thin_hours(found)] == [
        (20 * HOUR, 24 * HOUR)
    ]
    assert hours_to_recruit_for(found) == thin_hours(found)
    assert [(one.chance, one.ends_at - MIDNIGHT) for one in waiting_hours(found)] == [
        (0, 20 * HOUR),
        (0.5, 4 * HOUR),
    ]


def test_nobody_is_recruited_for_hours_that_somebody_agreed_to() -> None:
    found = cells(Duties([Span(1, MIDNIGHT, MIDNIGHT + 20 * HOUR)]))
    assert len(thin_hours(found)) == 2
    assert [one.starts_at - MIDNIGHT for one in hours_to_recruit_for(found)] == [20 * HOUR]


def test_thin_hours_in_a_row_are_one_the_thinnest_first() -> None:
    found = cells(Duties([Span(2, MIDNIGHT + 6 * HOUR, MIDNIGHT + 20 * HOUR)]))
    thin = thin_hours(found, below=0.8)
    assert [(one.starts_at - MIDNIGHT, one.ends_at - MIDNIGHT) for one in thin] == [
        (timedelta(0), 6 * HOUR),
        (20 * HOUR, 24 * HOUR),
    ]
    assert usual_gaps(thin, ZONE) == [(3, 0, 6), (3, 20, 24)]
    whole = thin_hours(found, below=0.9)
    assert usual_gaps(whole[1:], ZONE) == [(3, 20, 24), (3, 6, 20)]
    long = [Thin(MIDNIGHT + 20 * HOUR, MIDNIGHT + 50 * HOUR, 0)]
    assert usual_gaps(long, ZONE) == [(3, 20, 24), (4, 0, 24), (5, 0, 2)]
    assert thin_hours(found, below=0) == []
    rare = cells(Duties([Span(1, MIDNIGHT, MIDNIGHT + 24 * HOUR)]))
    assert [(one.chance, one.ends_at - one.starts_at) for one in thin_hours(rare)] == [
        (0.5, 24 * HOUR)
    ]


def test_a_day_on_which_clocks_are_set_has_its_own_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert len(hours_of(date(2026, 3, 29), 1, berlin)) == 23
    autumn = hours_of(date(2026, 10, 25), 1, berlin)
    assert autumn[0][0] + 25 * HOUR == autumn[-1][1]
    assert all(one[1] == after[0] for one, after in pairwise(autumn))
