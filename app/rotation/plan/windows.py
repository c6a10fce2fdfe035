"""Windows of a week in wall time, and their JSON. A window may pass midnight: one night, one turn.

The JSON of a window is `{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}`, Monday being 0. `to` may be
"24:00"; a `to` that is not after `from` is on the next day.

Reason codes of `BadPattern`: not_a_list, too_many, not_a_window, bad_day, bad_time, bad_turn,
bad_step, bad_kind, bad_start, bad_end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import DAY_MINUTES, instant, on_day, wall_of

MAX_WINDOWS = 7 * 24
CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
# The largest change of a clock: Apia skipped a whole day.
CLOCKS_JUMP = timedelta(hours=26)


class BadPattern(ValueError):
    """The JSON cannot be read as a pattern. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """[start, start + length) from one weekday's midnight (Monday is 0), minutes of wall time."""

    day: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A window on a day: `number` counts windows from a Monday on, times are in UTC."""

    day: date
    position: int
    starts_at: datetime
    ends_at: datetime


def read_windows(value: object) -> tuple[Window, ...]:
    """Windows from their JSON, sorted and without duplicates. Raises BadPattern."""
    if not isinstance(value, list):
        raise BadPattern("not_a_list")
    if len(value) > MAX_WINDOWS:
        raise BadPattern("too_many")
    return tuple(sorted({_window(entry) for entry in value}))


def windows_json(windows: tuple[Window, ...]) -> list[dict[str, int | str]]:
    """The JSON that `read_windows` reads."""
    found: list[dict[str, int | str]] = []
    for one in windows:
        end = one.start + one.length
        to = clock(end if end <= DAY_MINUTES else end - DAY_MINUTES)
        found.append({"day": one.day, "from": clock(one.start), "to": to})
    return found


def _window(entry: object) -> Window:
    if not isinstance(entry, dict) or set(entry) != {"day", "from", "to"}:
        raise BadPattern("not_a_window")
    day = entry["day"]
    if not isinstance(day, int) or isinstance(day, bool) or not 0 <= day <= 6:
        raise BadPattern("bad_day")
    start, end = read_clock(entry["from"]), read_clock(entry["to"])
    if start == DAY_MINUTES:
        raise BadPattern("bad_time")
    return Window(day, start, end - start if end > start else end + DAY_MINUTES - start)


def read_clock(text: object) -> int:
    """Minutes since midnight of "HH:MM", at most 24:00. Raises BadPattern."""
    found = CLOCK.fullmatch(text) if isinstance(text, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise BadPattern("bad_time")
    return minutes


def clock(minutes: int) -> str:
    """ "HH:MM" of minutes since midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def occurrences(
    windows: tuple[Window, ...], start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Occurrence]:
    """Every window that touches [start, end), whole. `position` is its place in the week."""
    day = (wall_of(start, zone) - CLOCKS_JUMP - timedelta(days=1)).date()
    last = (wall_of(end, zone) + CLOCKS_JUMP).date()
    by_day: dict[int, list[tuple[int, Window]]] = {}
    for position, window in enumerate(windows):
        by_day.setdefault(window.day, []).append((position, window))
    while day <= last:
        for position, window in by_day.get(day.weekday(), ()):
            begins = instant(on_day(day, window.start), zone)
            ends = instant(on_day(day, window.start + window.length), zone)
            # A window that the clock skips is left out.
            if begins < ends and begins < end and start < ends:
                yield Occurrence(day, position, begins, ends)
        day += timedelta(days=1)
