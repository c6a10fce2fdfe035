"""The form of a layer: its kind, when turns change, and the people in turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from werkzeug.datastructures import MultiDict

from app.rotation.states import LayerKind

DAY_HOURS, WEEK_HOURS = 24, 168
# Empty lines in addition to the filled ones.
MORE_TIMES, MORE_PEOPLE = 1, 3
MOST_TIMES, MOST_PEOPLE = 20, 60


@dataclass(frozen=True, slots=True)
class Times:
    """Days of the week with the same hours."""

    days: frozenset[int]
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class LayerForm:
    """The values of the form. `starts` is a local time in the browser's format."""

    name: str
    kind: str
    how: str
    hours: int
    turn: str
    starts: str
    times: tuple[Times, ...]
    people: tuple[int, ...]

    @property
    def mark(self) -> str:
        """A mark of the form that was checked: a changed form must be checked again."""
        return sha256(repr((self.pattern(), self.people)).encode()).hexdigest()[:16]

    def pattern(self) -> dict[str, Any] | None:
        """The pattern as JSON, not validated yet: the use case does that."""
        if self.kind != LayerKind.ROTATION:
            return None
        if self.how == "windows":
            return {
                "kind": "windows",
                "windows": [
                    {"day": day, "from": one.start, "to": one.end}
                    for one in self.times
                    for day in sorted(one.days)
                ],
                "turn": self.turn,
                "starts": self.starts,
            }
        hours = {"day": DAY_HOURS, "week": WEEK_HOURS}.get(self.how, self.hours)
        return {"kind": "every", "hours": hours, "starts": self.starts}


def fresh_form(starts: datetime) -> LayerForm:
    """The form of a new layer: people take turns day by day."""
    text = f"{starts:%Y-%m-%dT%H:%M}"
    return LayerForm("", "rotation", "day", DAY_HOURS, "window", text, (), ())


def form_of(name: str, kind: str, pattern: Mapping[str, Any], people: tuple[int, ...]) -> LayerForm:
    """The form of an existing layer."""
    hours = int(pattern.get("hours", DAY_HOURS))
    how = {DAY_HOURS: "day", WEEK_HOURS: "week"}.get(hours, "hours")
    return LayerForm(
        name,
        kind,
        "windows" if pattern.get("kind") == "windows" else how,
        hours,
        str(pattern.get("turn", "window")),
        str(pattern.get("starts", ""))[:16],
        _together(pattern.get("windows", [])),
        people,
    )


def _together(windows: list[dict[str, Any]]) -> tuple[Times, ...]:
    found: dict[tuple[str, str], set[int]] = {}
    for one in windows:
        found.setdefault((one["from"], one["to"]), set()).add(one["day"])
    return tuple(Times(frozenset(days), *times) for times, days in found.items())


def read_form(form: MultiDict[str, str]) -> LayerForm:
    """The form as sent. Lines without a day and lines without a person are left out."""
    lines = (_times(form, number) for number in range(MOST_TIMES))
    people = form.getlist("person", type=int)[:MOST_PEOPLE]
    return LayerForm(
        form.get("name", ""),
        form.get("kind", ""),
        form.get("how", ""),
        form.get("hours", 0, type=int),
        form.get("turn", ""),
        form.get("starts", ""),
        tuple(one for one in lines if one.days),
        tuple(one for one in people if one),
    )


def _times(form: MultiDict[str, str], number: int) -> Times:
    days = form.getlist(f"days{number}", type=int)
    return Times(frozenset(days), form.get(f"from{number}", ""), form.get(f"to{number}", ""))
