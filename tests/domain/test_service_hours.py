"""The ledger's rules: minutes from check-in to check-out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.rules import CAP_MINUTES, served_minutes

CHECK_IN = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (59, 0), (60, 1), (119, 1), (3600, 60), (8 * 3600, 480), (8 * 3600 + 60, 480)],
)
def test_minutes_are_whole_rounded_down_and_capped(seconds: int, minutes: int) -> None:
    assert served_minutes(CHECK_IN, CHECK_IN + timedelta(seconds=seconds)) == minutes


def test_a_check_out_before_the_check_in_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        served_minutes(CHECK_IN, CHECK_IN - timedelta.resolution)


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0)))
def test_more_time_never_counts_less_and_never_more_than_was_served(
    served: timedelta, more: timedelta
) -> None:
    minutes = served_minutes(CHECK_IN, CHECK_IN + served)
    assert 0 <= minutes <= CAP_MINUTES
    assert timedelta(minutes=minutes) <= served
    later = CHECK_IN + served + min(more, timedelta(days=30))
    assert served_minutes(CHECK_IN, later) >= minutes
