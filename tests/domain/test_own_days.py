"""Dates that differ hold instead of the week, in every zone and at every change of clocks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.wall_time import instant, on_day, wall_of
from app.rotation.plan.flex import Grid, OwnDay, hours_of, offers_all_of, speaks_against
from app.rotation.plan.windows import Window
from tests.domain.zones import NAMES
from tests.factories import NOW

SHENZHEN = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
NIGHTS = tuple(Window(day, 22 * 60, 8 * 60) for day in range(7))
SATURDAY = date(2026, 3, 7)
DAYS = st.builds(
    OwnDay,
    st.dates(date(2026, 3, 1), date(2026, 4, 10)),
    st.lists(
        st.sampled_from([(0, 300), (120, 180), (540, 720), (700, 1440)]), max_size=2, unique=True
    ).map(tuple),
)
WINDOWS = st.lists(
    st.builds(Window, st.integers(0, 6), st.sampled_from([0, 480, 1320]), st.integers(60, 900)),
    max_size=6,
)


def wall(day: int, hour: int) -> datetime:
    return instant(on_day(date(2026, 3, day), hour * 60), SHENZHEN)


def test_a_day_off_ends_the_night_before_and_begins_none() -> None:
    grid = Grid(1, NIGHTS, (OwnDay(SATURDAY),))
    assert hours_of(grid, wall(6, 12), wall(8, 12), SHENZHEN) == ((wall(6, 22), wall(7, 0)),)
    assert not offers_all_of(grid, wall(6, 22), wall(7, 6), SHENZHEN)
    assert speaks_against(grid.days, wall(6, 22), wall(7, 6), SHENZHEN)
    assert not speaks_against(grid.days, wall(6, 12), wall(7, 0), SHENZHEN)
    assert not speaks_against(grid.days, wall(8, 0), wall(9, 0), SHENZHEN)


def test_an_extra_date_is_offered_and_nothing_else_of_it() -> None:
    grid = Grid(1, NIGHTS, (OwnDay(SATURDAY, ((540, 720),)),))
    assert offers_all_of(grid, wall(7, 9), wall(7, 12), SHENZHEN)
    assert not offers_all_of(grid, wall(7, 22), wall(7, 23), SHENZHEN)
    assert not speaks_against(grid.days, wall(7, 9), wall(7, 12), SHENZHEN)
    assert speaks_against(grid.days, wall(7, 9), wall(7, 13), SHENZHEN)


@given(
    windows=WINDOWS,
    days=st.lists(DAYS, max_size=4, unique_by=lambda one: one.day),
    name=st.sampled_from(NAMES),
    hour=st.integers(0, 40 * 24),
)
@settings(max_examples=150, deadline=None)
def test_what_is_offered_never_speaks_against_itself(
    windows: list[Window], days: list[OwnDay], name: str, hour: int
) -> None:
    zone, start = ZoneInfo(name), NOW + hour * HOUR
    grid = Grid(1, tuple(sorted(set(windows))), tuple(days))
    found = hours_of(grid, start, start + 30 * HOUR, zone)
    assert set(found) <= set(hours_of(grid, start - 50 * HOUR, start + 90 * HOUR, zone))
    for since, to in found:
        assert since < to and since < start + 30 * HOUR and start < to
        assert offers_all_of(grid, since, to, zone)
        assert not speaks_against(days, since, to, zone)
    off = {one.day for one in days if not one.hours}
    for since, to in found:
        assert wall_of(since, zone).date() not in off
        last = wall_of(to - timedelta(microseconds=1), zone).date()
        assert last not in off or to <= instant(on_day(last, 0), zone)
