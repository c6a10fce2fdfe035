"""The contents of a sheet, and their JSON for the drawing process. Pure."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when or where, who, and the number to call; `warning` where nobody is on duty."""

    left: str
    middle: str
    right: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a heading; `note` is shown when there are none."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One page of A4. `numbers` are (number, what for), above everything else in large letters."""

    language: str
    title: str
    period: str
    numbers: tuple[tuple[str, str], ...]
    how: str
    parts: tuple[Part, ...]
    foot: str


def to_json(paper: Paper) -> str:
    """The text that `from_json` reads."""
    return json.dumps(asdict(paper), ensure_ascii=False)


def from_json(text: str) -> Paper:
    """Reads the sheet that `to_json` wrote."""
    given = json.loads(text)
    parts = tuple(
        Part(one["title"], tuple(Line(**line) for line in one["lines"]), one["note"])
        for one in given["parts"]
    )
    numbers = tuple((number, about) for number, about in given["numbers"])
    return Paper(**{**given, "parts": parts, "numbers": numbers})
