"""Days on which somebody prefers to be on duty, or not to. A wish is no refusal."""

from dataclasses import dataclass
from datetime import date

MOST_WISHES = 31


class BadWish(ValueError):
    """The JSON is no list of wishes."""


@dataclass(frozen=True, slots=True)
class DayWish:
    """One day in the area's zone."""

    day: date
    like: bool


def read_wishes(value: object) -> tuple[DayWish, ...]:
    """Wishes from their JSON, `[{"date": "YYYY-MM-DD", "like": true}]`, by day. Raises BadWish."""
    if not isinstance(value, list) or len(value) > MOST_WISHES:
        raise BadWish("wishes are a list of at most 31")
    found = {one.day: one for one in (_wish(entry) for entry in value)}
    return tuple(found[day] for day in sorted(found))


def wishes_json(wishes: tuple[DayWish, ...]) -> list[dict[str, str | bool]]:
    """The JSON that `read_wishes` reads."""
    return [{"date": one.day.isoformat(), "like": one.like} for one in wishes]


def _wish(entry: object) -> DayWish:
    if not isinstance(entry, dict) or set(entry) != {"date", "like"}:
        raise BadWish("a wish is a date, and whether it is liked")
    day, like = entry["date"], entry["like"]
    if not isinstance(day, str) or not isinstance(like, bool):
        raise BadWish("a wish is a date, and whether it is liked")
    try:
        return DayWish(date.fromisoformat(day), like)
    except ValueError as error:
        raise BadWish("no such date") from error
