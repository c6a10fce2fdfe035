"""Figures on the pages of duty: shares, gaps, a week in boxes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.rotation.fairness import shares
from app.rotation.plan.grid import WEEK, boxes_of, windows_of
from app.rotation.plan.uncovered import ASKED, BACKUP_ONLY, NO_BACKUP, NOBODY, uncovered
from app.rotation.plan.windows import read_windows, windows_json
from app.rotation.rules import Span

SHENZHEN = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
# A Friday, 20:00 in Shenzhen.
FRIDAY = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


def test_shares_count_nights_weekends_and_how_long_ago() -> None:
    spans = [
        Span(1, FRIDAY, FRIDAY + 12 * HOUR),
        Span(2, FRIDAY - 60 * HOUR, FRIDAY - 52 * HOUR),
        Span(2, FRIDAY + 48 * HOUR, FRIDAY + 49 * HOUR),
    ]
    start, end = FRIDAY - 24 * HOUR, FRIDAY + 72 * HOUR
    first, second = shares(spans, start, end, at=FRIDAY + 2 * HOUR, zone=SHENZHEN)
    assert (first.person_id, first.hours, first.nights, first.turns) == (1, 12, 1, 1)
    # Saturday begins at midnight; somebody on duty was last on duty now.
    assert first.weekend_hours == 8 and first.last_at == FRIDAY + 2 * HOUR
    assert (second.hours, second.turns, second.last_at) == (1, 1, FRIDAY - 52 * HOUR)


def test_what_is_missing_says_what_it_lacks() -> None:
    wanted = [(FRIDAY, FRIDAY + 10 * HOUR)]
    agreed = [
        Span(1, FRIDAY - HOUR, FRIDAY + 2 * HOUR, 1),
        Span(2, FRIDAY + HOUR, FRIDAY + 4 * HOUR, 2),
    ]
    asked = [Span(3, FRIDAY + 6 * HOUR, FRIDAY + 7 * HOUR, 1)]
    found = [
        ((one.starts_at - FRIDAY) / HOUR, (one.ends_at - FRIDAY) / HOUR, one.lack)
        for one in uncovered(wanted, agreed, asked, first=1)
    ]
    assert found == [(2, 4, BACKUP_ONLY), (4, 6, NOBODY), (6, 7, ASKED), (7, 10, NOBODY)]


def test_a_wanted_backup_is_missed_while_somebody_is_on_duty() -> None:
    """Not where somebody is asked to be the backup, and not outside the hours that want one."""
    agreed = [Span(1, FRIDAY, FRIDAY + 6 * HOUR, 1), Span(2, FRIDAY, FRIDAY + HOUR, 2)]
    asked = [Span(3, FRIDAY + 2 * HOUR, FRIDAY + 3 * HOUR, 2)]
    found = uncovered(
        [(FRIDAY, FRIDAY + 8 * HOUR)],
        agreed,
        asked,
        first=1,
        backed=[(FRIDAY, FRIDAY + 5 * HOUR), (FRIDAY + 7 * HOUR, FRIDAY + 8 * HOUR)],
    )
    assert [
        ((one.starts_at - FRIDAY) / HOUR, (one.ends_at - FRIDAY) / HOUR, one.lack) for one in found
    ] == [(1, 2, NO_BACKUP), (3, 5, NO_BACKUP), (6, 8, NOBODY)]


hours = st.integers(0, 40)


@given(st.lists(st.tuples(hours, hours, st.integers(1, 3))), st.lists(st.tuples(hours, hours)))
def test_each_wanted_instant_is_missing_once_or_covered(
    there: list[tuple[int, int, int]], asked: list[tuple[int, int]]
) -> None:
    agreed = [
        Span(1, FRIDAY + min(a, b) * HOUR, FRIDAY + max(a, b) * HOUR, layer)
        for a, b, layer in there
    ]
    open_ones = [Span(2, FRIDAY + min(a, b) * HOUR, FRIDAY + max(a, b) * HOUR) for a, b in asked]
    found = uncovered([(FRIDAY, FRIDAY + 40 * HOUR)], agreed, open_ones, first=1)
    for hour in range(40):
        at = FRIDAY + hour * HOUR
        on = {one.layer for one in agreed if one.starts_at <= at < one.ends_at}
        asks = any(one.starts_at <= at < one.ends_at for one in open_ones)
        lacks = [one.lack for one in found if one.starts_at <= at < one.ends_at]
        wanted = [] if 1 in on else [BACKUP_ONLY if on else ASKED if asks else NOBODY]
        assert lacks == wanted


@given(st.frozensets(st.integers(0, WEEK - 1)))
def test_boxes_and_windows_say_the_same(boxes: frozenset[int]) -> None:
    windows = windows_of(boxes)
    assert boxes_of(windows) == boxes
    assert read_windows(windows_json(windows)) == windows
    assert sum(one.length for one in windows) == 60 * len(boxes)


def test_a_night_is_one_window() -> None:
    night = {6 * 24 + 22, 6 * 24 + 23, 0, 1}
    assert windows_json(windows_of(night)) == [{"day": 6, "from": "22:00", "to": "02:00"}]
    assert len(windows_of(range(WEEK))) == 7
