"""What an ask is about. It is kept with the match, because the request may change later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """Which kind of help, in which area, wanted from when, how many metres away."""

    area_id: int
    category_id: int
    wanted_from: datetime | None
    metres: int


def as_plain(about: AskedAbout) -> dict[str, Any]:
    """What is stored; `read_asked_about` reads it."""
    at = about.wanted_from
    return {
        "area": about.area_id,
        "category": about.category_id,
        "from": None if at is None else at.isoformat(),
        "metres": about.metres,
    }


def read_asked_about(value: Mapping[str, Any] | None) -> AskedAbout | None:
    """What was stored; None for an ask that was sent before anything was."""
    if value is None:
        return None
    at = value["from"]
    return AskedAbout(
        value["area"],
        value["category"],
        None if at is None else datetime.fromisoformat(at),
        value["metres"],
    )
