"""The result of importing a table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadRow:
    """`line` as an editor counts, the heading being 1; `reason` is a msgid; it may name `limit`."""

    line: int
    reason: str
    limit: float = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many rows were imported, and which were not."""

    added: int
    bad: tuple[BadRow, ...]
