"""Patterns of a rotation: when turns begin, in wall time. Two kinds, with JSON:

- every so many hours, days or weeks from a first hand-off on:
  `{"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"}` (24 is daily, 168 weekly);
- windows of a week, where the next person's turn begins with each window, day or week:
  `{"kind": "windows", "windows": [...], "turn": "week", "starts": "2026-03-02T00:00"}`.

Both may have `"ends"`: the layer ends at that wall time.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.rotation.plan.windows import BadPattern, Window, read_windows

TURNS = ("window", "day", "week")
LONGEST_STEP_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class Every:
    """The k-th hand-off is `starts` + k * `hours` in wall time. `starts` has no zone."""

    hours: int
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class ByWindows:
    """Duty only in these windows; the turn passes on after each `turn`: window, day or week."""

    windows: tuple[Window, ...]
    turn: str
    starts: datetime
    ends: datetime | None = None


Pattern = Every | ByWindows


def read_pattern(value: object) -> Pattern:
    """A pattern from its JSON. Raises BadPattern."""
    if not isinstance(value, dict) or not set(value) <= {
        "kind",
        "hours",
        "windows",
        "turn",
        "starts",
        "ends",
    }:
        raise BadPattern("bad_kind")
    starts = _wall(value.get("starts"), "bad_start")
    ends = _wall(value["ends"], "bad_end") if value.get("ends") is not None else None
    if ends is not None and ends <= starts:
        raise BadPattern("bad_end")
    if value.get("kind") == "every":
        return Every(_hours(value.get("hours")), starts, ends)
    if value.get("kind") == "windows":
        if value.get("turn") not in TURNS:
            raise BadPattern("bad_turn")
        return ByWindows(read_windows(value.get("windows")), value["turn"], starts, ends)
    raise BadPattern("bad_kind")


def _hours(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadPattern("bad_step")
    if not 1 <= value <= LONGEST_STEP_HOURS:
        raise BadPattern("bad_step")
    return value


def _wall(value: object, code: str) -> datetime:
    try:
        wall = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise BadPattern(code) from error
    if wall.tzinfo is not None or not date(2000, 1, 1) <= wall.date() <= date(2200, 1, 1):
        raise BadPattern(code)
    return wall
