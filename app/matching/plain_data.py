"""Strict reading of plain data (TOML, JSON, a form): errors name the key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MISSING = object()


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values; `where` precedes the key in errors. All methods raise ValueError."""

    values: Mapping[str, Any]
    where: str = ""

    def knows(self, known: Iterable[str]) -> None:
        """Refuses unknown keys."""
        for key in sorted(set(self.values) - set(known)):
            raise self.wrong(key, "not known")

    def wrong(self, key: str, what: str) -> ValueError:
        """The error that names a key."""
        return ValueError(f"{self.where}{key}: {what}")

    def number(self, key: str, low: float, high: float, default: object = MISSING) -> float:
        """A number from `low` to `high`."""
        value = self.values.get(key, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise self.wrong(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, key: str, low: float, high: float, default: object = MISSING) -> int:
        """A whole number from `low` to `high`."""
        number = self.number(key, low, high, default)
        if not isinstance(self.values.get(key, default), int):
            raise self.wrong(key, "a whole number")
        return int(number)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def text(self, key: str, most: int) -> str:
        """A text of 1 to `most` characters."""
        value = self.values.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= most:
            raise self.wrong(key, f"1 to {most} characters")
        return value

    def one_of(self, key: str, known: tuple[str, ...], default: object = MISSING) -> str:
        """One of a few words."""
        value = self.values.get(key, default)
        if value not in known:
            raise self.wrong(key, f"one of {', '.join(known)}")
        return str(value)

    def table(self, key: str) -> "Table | None":
        """A table within this one, or None where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, Mapping):
            raise self.wrong(key, "a table")
        return None if value is None else Table(value, f"{self.where}{key}.")

    def tables(self, key: str, most: int) -> tuple["Table", ...]:
        """A list of 1 to `most` tables."""
        values = self.values.get(key)
        if not isinstance(values, list | tuple) or not 1 <= len(values) <= most:
            raise self.wrong(key, f"a list of 1 to {most}")
        for number, value in enumerate(values):
            if not isinstance(value, Mapping):
                raise self.wrong(f"{key}[{number}]", "a table")
        return tuple(Table(v, f"{self.where}{key}[{n}].") for n, v in enumerate(values))
