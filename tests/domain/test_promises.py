"""What a yes counts as once it is known what became of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.acceptance import (
    HOUR_NAMES,
    Counts,
    Known,
    Learnt,
    Outcome,
    Setting,
    acceptance_chance,
    chance_of_coming,
    hours_key,
    setting_at,
)
from app.matching.promises import BROKEN, FAR_TOO_LATE, IN_TIME, punctuality, served, undone

SHENZHEN = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 3, 4, 10, tzinfo=SHENZHEN)
ELEVEN_PM = TEN.replace(hour=23)
NEVER = timedelta(0)
LATE = st.timedeltas(timedelta(-1), timedelta(1))


def test_in_time_is_kept_and_two_hours_late_is_not() -> None:
    assert [punctuality(late) for late in (-IN_TIME, NEVER, IN_TIME, FAR_TOO_LATE)] == [1, 1, 1, 0]
    assert punctuality((IN_TIME + FAR_TOO_LATE) / 2) == pytest.approx(0.5)


@given(LATE, LATE)
def test_later_never_counts_for_more(one: timedelta, other: timedelta) -> None:
    early, late = sorted((one, other))
    assert 0 <= punctuality(late) <= punctuality(early) <= 1


def test_a_visit_counts_as_the_resident_found_it() -> None:
    assert served(NEVER, confirmed=True, content=None) == Counts(1, 1)
    assert served(NEVER, confirmed=False, content=True) == Counts(1, 1)
    assert served(NEVER, confirmed=False, content=None) == Counts(0.5, 0.5)
    assert served(NEVER, confirmed=True, content=False) == BROKEN
    assert served(FAR_TOO_LATE, confirmed=True, content=True) == Counts(1, 0)


def test_one_undone_yes_is_a_slip_and_more_are_given_up() -> None:
    assert [undone(n, free=True).asks for n in range(4)] == [0, 0, 1, 2]
    assert [undone(n, free=False).asks for n in range(4)] == [0, 1, 2, 3]


def test_everybody_is_presumed_to_come_until_they_do_not() -> None:
    assert chance_of_coming(Counts(), Counts()) == pytest.approx(1)
    once, often = Counts(1, 0), Counts(15, 0)
    assert chance_of_coming(Counts(), once) == pytest.approx(0.75)
    assert chance_of_coming(Counts(), often) < 0.2
    # A volunteer who keeps promises is trusted.
    assert chance_of_coming(Counts(), Counts(40, 38)) > 0.94
    # A newcomer in an area where half do not come.
    assert chance_of_coming(Counts(200, 100), Counts()) == pytest.approx(0.545, abs=0.01)


def test_a_chance_is_of_a_yes_and_of_coming() -> None:
    willing = Known(person=Counts(30, 30))
    flake = Known(person=Counts(30, 30), person_promises=Counts(30, 0))
    assert acceptance_chance(willing).comes == pytest.approx(1)
    assert acceptance_chance(flake).p < 0.1 < 0.8 < acceptance_chance(willing).p


def test_the_hour_of_the_task_counts_beside_that_of_the_ask() -> None:
    day, night = Setting("morning", 1, 0), Setting("night", 1, 0)
    noes = [Outcome(1, 7, day, TEN, False) for _ in range(20)]
    learnt = Learnt([*noes, *(Outcome(1, 7, night, TEN, True) for _ in range(20))])
    asked_by_day = setting_at(TEN, ELEVEN_PM, SHENZHEN, category_id=1, metres=100)
    assert asked_by_day == Setting("morning", 1, 0, "night")
    said = [learnt.chance(1, 7, one, TEN).p for one in (day, asked_by_day, night)]
    assert said[0] < 0.2 < 0.35 < said[1] < 0.65 < 0.8 < said[2]
    # Once it is known how the same question was answered, that counts most.
    known = Learnt([*noes, *(Outcome(1, 7, asked_by_day, TEN, True) for _ in range(20))])
    assert known.chance(1, 7, asked_by_day, TEN).p > 0.75
    assert known.chance(1, 7, day, TEN).p < 0.25


def test_a_task_that_has_begun_is_at_the_hour_of_the_ask() -> None:
    about = setting_at(ELEVEN_PM, TEN, SHENZHEN, category_id=1, metres=100)
    assert about == Setting("night", 1, 0)


def test_keys_of_hours_are_short_and_different() -> None:
    keys = [hours_key(ask, task) for ask in HOUR_NAMES for task in HOUR_NAMES]
    assert len(set(keys)) == len(HOUR_NAMES) ** 2
    assert max(map(len, keys)) <= 10
