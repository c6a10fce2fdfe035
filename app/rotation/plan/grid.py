"""Converts a week of 168 boxes, one for each hour of wall time, to windows and back.

Box 0 is Monday 00:00 to 01:00. Touching hours are one window, also over midnight up to a length of
a day: one night is one turn.
"""

from collections.abc import Iterable

from app.core.wall_time import DAY_MINUTES
from app.rotation.plan.windows import Window

DAYS, HOURS, MINUTES = 7, 24, 60
WEEK = DAYS * HOURS


def windows_of(boxes: Iterable[int]) -> tuple[Window, ...]:
    """The windows for these boxes (0 to 167)."""
    marked = frozenset(boxes)
    by_day = [_of_day(day, marked) for day in range(DAYS)]
    for day in range(DAYS):
        _join(by_day[day], by_day[(day + 1) % DAYS])
    return tuple(sorted(window for windows in by_day for window in windows))


def _of_day(day: int, marked: frozenset[int]) -> list[Window]:
    found: list[Window] = []
    for hour in range(HOURS):
        if day * HOURS + hour not in marked:
            continue
        start = hour * MINUTES
        if found and found[-1].start + found[-1].length == start:
            start = found.pop().start
        found.append(Window(day, start, (hour + 1) * MINUTES - start))
    return found


def _join(evening: list[Window], morning: list[Window]) -> None:
    """Joins the last window of a day and the first of the next, if they touch and are short."""
    if not evening or not morning:
        return
    last, first = evening[-1], morning[0]
    length = last.length + first.length
    if last.start + last.length == DAY_MINUTES and first.start == 0 and length <= DAY_MINUTES:
        evening[-1] = Window(last.day, last.start, length)
        morning.pop(0)


def boxes_of(windows: Iterable[Window]) -> frozenset[int]:
    """The hours entirely within the windows."""
    return frozenset(
        (one.day * HOURS + hour) % WEEK
        for one in windows
        for hour in range(-(-one.start // MINUTES), (one.start + one.length) // MINUTES)
    )
