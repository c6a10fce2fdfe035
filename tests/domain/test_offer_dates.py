"""Hours of single dates, and whether any instant of a period is within the hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.offers.rules import (
    WeeklyHours,
    hours_json,
    hours_touched,
    on_the_wall,
    open_spans,
    parse_hours,
    period_touched,
)
from tests.domain.test_offer_hours import HOURS, SHENZHEN, STARTS, ZONES, china, open_at
from tests.factories import ALL_WEEK

DATED = parse_hours(
    [
        *ALL_WEEK,
        {"date": "2026-06-03"},
        {"date": "2026-06-04", "from": "06:00", "to": "07:30"},
    ]
)


def test_a_date_takes_the_place_of_its_weekday() -> None:
    wednesday, thursday, next_wednesday = (china(day, 9) for day in (2, 3, 9))
    assert not open_at(DATED, wednesday)
    assert not open_at(DATED, thursday)
    assert open_at(DATED, next_wednesday)
    assert open_at(DATED, china(3, 6, 30))
    assert parse_hours(hours_json(DATED)) == DATED


def test_any_instant_of_a_period_is_enough_to_come() -> None:
    def opens(start: datetime, end: datetime) -> bool:
        return bool(open_spans(DATED, start, end, SHENZHEN))

    assert opens(china(3, 7, 29), china(3, 12))
    assert not opens(china(3, 7, 30), china(3, 12))
    assert not opens(china(2, 0), china(3, 6))
    assert opens(china(2, 0), china(3, 6) + timedelta.resolution)


@settings(max_examples=150, deadline=None)
@given(HOURS, STARTS, st.timedeltas(timedelta(minutes=1), timedelta(hours=30)), ZONES)
def test_where_no_hour_is_touched_nobody_is_within_hours(
    hours: WeeklyHours, begins: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    period = on_the_wall(begins, begins + length, zone)
    shared = zip(hours_touched(hours), period_touched(period), strict=True)
    if open_spans(hours, begins, begins + length, zone):
        assert any(mine & theirs for mine, theirs in shared)
    else:
        assert not open_at(hours, begins, zone)
