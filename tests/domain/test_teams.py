"""When a team is short, when it is awaited, and when all are told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.help_requests.places import PlaceState
from app.help_requests.teams import (
    SHORT_LEAD,
    TeamNotice,
    appointment,
    is_short,
    notice_due,
    short_from,
)

YES = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, TAKEN, LEFT = PlaceState.OPEN, PlaceState.TAKEN, PlaceState.LEFT


@pytest.mark.parametrize(
    ("places", "short"),
    [
        ((TAKEN, OPEN), True),
        ((PlaceState.ON_THE_WAY, TAKEN, OPEN), True),
        ((TAKEN, TAKEN), False),
        ((TAKEN, LEFT), False),
        # Whoever is there already is not left alone for the sake of the rule.
        ((PlaceState.ARRIVED, TAKEN, OPEN), False),
        ((PlaceState.FINISHED, OPEN), False),
    ],
)
def test_a_team_is_short_until_all_have_said_yes_or_somebody_is_there(
    places: tuple[PlaceState, ...], short: bool
) -> None:
    wanted = [one for one in places if one != LEFT]
    taken = len([one for one in wanted if one != OPEN])
    assert is_short(taken, len(wanted), places) is short


def test_the_appointment_is_the_wished_time_or_the_time_to_arrive() -> None:
    def at(wanted_from: datetime | None, wanted_to: datetime | None) -> datetime:
        return appointment(YES, wanted_from=wanted_from, wanted_to=wanted_to, arrive_minutes=60)

    assert at(YES + 5 * HOUR, YES + 6 * HOUR) == YES + 5 * HOUR
    assert at(None, None) == YES + HOUR
    # The window runs already.
    assert at(YES - HOUR, YES + 3 * HOUR) == YES + HOUR
    assert at(YES - HOUR, YES + HOUR / 2) == YES + HOUR / 2


@pytest.mark.parametrize(
    ("left", "before"), [(24.0, 2.0), (4.0, 2.0), (3.0, 1.5), (1.0, 0.5), (0.0, 0.0)]
)
def test_all_are_told_two_hours_before_or_after_half_of_what_was_left(
    left: float, before: float
) -> None:
    at = YES + left * HOUR
    assert at - short_from(YES, at) == before * HOUR


@given(left=st.floats(0, 2000), passed=st.floats(0, 3000))
def test_the_lead_scales_with_the_time_left(left: float, passed: float) -> None:
    at, now = YES + left * HOUR, YES + passed * HOUR
    told = short_from(YES, at)
    assert YES <= told <= at and at - told <= max(SHORT_LEAD, timedelta(0))
    due = notice_due(now, YES, at)
    assert (due == TeamNotice.HOLD) == (now >= at)
    assert (due is None) == (now < min(told, at))
