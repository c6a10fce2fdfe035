"""What became of a table that was taken in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadRow:
    """`line` as an editor counts, the heading being 1; `reason` is a msgid."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many came in, and which rows did not."""

    added: int
    bad: tuple[BadRow, ...]
