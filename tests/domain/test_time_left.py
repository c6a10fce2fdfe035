"""Phases and answers take longer when more time is left, and fit into a short window."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.default_policy import default_policy
from app.matching.time_left import (
    LONGEST_ANSWER_S,
    SHARE,
    SHORTEST_ANSWER_S,
    is_over,
    policy_in_time,
    raised_at,
    scaled,
)

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Three phases of half an hour, then the coordinator.
PLANNED = default_policy("planned", size=3, radius_m=1500, minutes=30)


def test_fifty_days_ahead_the_phases_take_a_quarter_of_the_time() -> None:
    far = scaled(PLANNED, until_start=50 * DAY, until_end=50 * DAY + 2 * HOUR)
    assert far.phases[-1].after_s == pytest.approx(50 * 86_400 / SHARE)
    assert far.phases[0].answer_s == LONGEST_ANSWER_S
    tomorrow = scaled(PLANNED, until_start=DAY, until_end=None)
    assert [one.after_s for one in tomorrow.phases] == [0, 7200, 14_400, 21_600]
    assert tomorrow.phases[0].answer_s == 7200


def test_what_begins_soon_is_asked_about_as_the_policy_says() -> None:
    assert scaled(PLANNED, until_start=6 * HOUR, until_end=None) == PLANNED
    assert scaled(PLANNED, until_start=-HOUR, until_end=3 * HOUR) == PLANNED


def test_a_window_that_ends_before_the_phases_shortens_them() -> None:
    short = scaled(PLANNED, until_start=-HOUR, until_end=HOUR / 2)
    assert [one.after_s for one in short.phases] == [0, 600, 1200, 1800]
    assert short.phases[0].answer_s == 600
    last = scaled(PLANNED, until_start=-HOUR, until_end=timedelta(minutes=1))
    assert last.phases[0].answer_s == SHORTEST_ANSWER_S


def test_urgent_help_and_help_without_a_time_are_not_scaled() -> None:
    urgent = default_policy("urgent", size=3, radius_m=1500, minutes=30)
    window = {"wanted_from": NOW + 9 * DAY, "wanted_to": NOW + 10 * DAY}
    assert policy_in_time(urgent, "urgent", **window, began_at=NOW) == urgent
    none = {"wanted_from": None, "wanted_to": None}
    assert policy_in_time(PLANNED, "planned", **none, began_at=NOW) == PLANNED
    assert policy_in_time(PLANNED, "planned", **window, began_at=NOW) != PLANNED


def test_levels_are_raised_as_the_time_runs_out() -> None:
    at = [raised_at(NOW, NOW + 16 * DAY, level) for level in (0, 1, 2, 3)]
    assert at == [NOW, NOW + 8 * DAY, NOW + 12 * DAY, NOW + 14 * DAY]
    assert raised_at(NOW, NOW, 2) == raised_at(NOW, None, 1) == NOW


def test_a_window_is_over_at_its_very_end_and_never_for_urgent_help() -> None:
    assert is_over("ordinary", NOW, NOW) and not is_over("urgent", NOW, NOW)
    assert not is_over("planned", NOW + timedelta.resolution, NOW)
    assert not is_over("planned", None, NOW)


@given(st.timedeltas(-DAY, 60 * DAY), st.none() | st.timedeltas(-DAY, 61 * DAY))
def test_phases_stay_in_order_and_answers_within_their_bounds(
    until_start: timedelta, until_end: timedelta | None
) -> None:
    made = scaled(PLANNED, until_start=until_start, until_end=until_end)
    assert all(a.after_s <= b.after_s for a, b in pairwise(made.phases))
    assert all(SHORTEST_ANSWER_S <= one.answer_s <= LONGEST_ANSWER_S for one in made.phases)
