"""Rest: reasons against one more duty."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.rotation.rest import Against, Limits, against, is_night, limits_from
from app.rotation.rules import Span

SHENZHEN = ZoneInfo("Asia/Shanghai")
# Monday, midnight in Shenzhen.
START = datetime(2026, 3, 1, 16, tzinfo=UTC)


def span(since: float, to: float) -> Span:
    return Span(1, START + timedelta(hours=since), START + timedelta(hours=to))


def codes(held: list[Span], wanted: Span, limits: Limits | None = None) -> list[str]:
    return [one.code for one in against(limits or Limits(), held, wanted, SHENZHEN)]


def test_nothing_speaks_against_the_first_duty() -> None:
    assert codes([], span(8, 16)) == []


def test_nobody_is_on_duty_twice_at_one_time() -> None:
    assert codes([span(0, 9)], span(8, 16)) == ["booked"]


def test_eleven_hours_of_rest_before_and_after() -> None:
    assert against(Limits(), [span(0, 8)], span(18, 20), SHENZHEN) == (Against("no_rest", 10, 11),)
    assert codes([span(0, 8)], span(19, 23)) == []
    assert codes([span(30, 38)], span(12, 20)) == ["no_rest"]
    assert codes([span(31, 38)], span(12, 20)) == []


def test_an_hour_in_the_evening_tires_nobody() -> None:
    assert codes([span(20, 21)], span(24, 32)) == []


def test_duties_that_touch_are_one() -> None:
    assert codes([span(0, 12), span(12, 20)], span(20, 24)) == []
    assert codes([span(0, 12), span(12, 20)], span(20, 25)) == ["too_long"]
    # Two hours, and two more at once: four in one go want rest after them.
    assert codes([span(0, 2), span(2, 4)], span(10, 12)) == ["no_rest"]


def test_the_hours_of_a_week_are_counted_from_monday() -> None:
    days = [span(day * 24 + 8, day * 24 + 18) for day in range(4)]
    assert codes(days, span(104, 105)) == ["week_full"]
    assert codes(days[1:], span(104, 114)) == []
    # The next Monday is another week.
    assert codes(days, span(7 * 24 + 8, 7 * 24 + 18)) == []


def test_nights_and_months_are_counted() -> None:
    nights = [span(day * 24 + 22, day * 24 + 30) for day in range(3)]
    assert codes(nights, span(3 * 24 + 22, 3 * 24 + 30)) == ["nights_full"]
    assert codes(nights, span(3 * 24 + 18, 3 * 24 + 25)) == []
    full = Limits(month_h=30)
    assert codes(nights, span(14 * 24 + 8, 14 * 24 + 16), full) == ["month_full"]


def test_a_late_evening_is_no_night() -> None:
    assert is_night(span(22, 30), SHENZHEN) and is_night(span(2, 5), SHENZHEN)
    assert not is_night(span(18, 25), SHENZHEN) and not is_night(span(8, 16), SHENZHEN)


def test_limits_are_read_from_their_json() -> None:
    assert limits_from({}) == Limits()
    assert limits_from({"rest_h": 12}).rest_h == 12
    wrong: tuple[object, ...] = ([], {"sleep": 8}, {"rest_h": -1}, {"rest_h": True})
    for bad in wrong:
        with pytest.raises(ValueError):
            limits_from(bad)
