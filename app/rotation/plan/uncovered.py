"""Which of the hours to cover lack somebody, and in which way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.rotation.rules import Span, gaps

NOBODY, ASKED, BACKUP_ONLY = "nobody", "asked", "backup_only"
NO_BACKUP = "no_backup"
Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """[starts_at, ends_at) in which nobody is on duty, or not in the first layer, or no backup.

    `lack` is nobody; asked (somebody has not answered yet); backup_only; or no_backup: nobody is
    asked either.
    """

    starts_at: datetime
    ends_at: datetime
    lack: str


def uncovered(
    wanted: Iterable[Period],
    agreed: Iterable[Span],
    asked: Iterable[Span],
    *,
    first: int,
    backed: Iterable[Period] = (),
) -> tuple[Uncovered, ...]:
    """The uncovered parts of the wanted hours, in order. `first` is the layer called first.

    In the periods `backed` a backup is wanted too.
    """
    there, asked, backed = tuple(agreed), tuple(asked), tuple(backed)
    behind = [one for one in (*there, *asked) if one.layer > first]
    leading = [one for one in there if one.layer == first]
    found = (
        one
        for start, end in wanted
        for part in (
            _empty(there, asked, start, end),
            _backup_only(there, leading, start, end),
            _no_backup(there, behind, start, end, backed),
        )
        for one in part
    )
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.ends_at)))


def _empty(
    there: tuple[Span, ...], asked: tuple[Span, ...], start: datetime, end: datetime
) -> Iterator[Uncovered]:
    for since, to in gaps(_touching(there, start, end), start, end):
        open_parts = gaps(_touching(asked, since, to), since, to)
        yield from (Uncovered(*part, NOBODY) for part in open_parts)
        yield from (Uncovered(*part, ASKED) for part in _without(open_parts, since, to))


def _backup_only(
    there: tuple[Span, ...], leading: list[Span], start: datetime, end: datetime
) -> Iterator[Uncovered]:
    for since, to in gaps(_touching(leading, start, end), start, end):
        nobody = gaps(_touching(there, since, to), since, to)
        yield from (Uncovered(*part, BACKUP_ONLY) for part in _without(nobody, since, to))


def _no_backup(
    there: tuple[Span, ...],
    behind: list[Span],
    start: datetime,
    end: datetime,
    backed: tuple[Period, ...],
) -> Iterator[Uncovered]:
    """Where somebody is on duty, and nobody behind them though that is wanted."""
    not_wanted = gaps((Span(0, *one) for one in backed), start, end)
    for since, to in _without(not_wanted, start, end):
        for part in gaps(_touching(behind, since, to), since, to):
            nobody = gaps(_touching(there, *part), *part)
            yield from (Uncovered(*one, NO_BACKUP) for one in _without(nobody, *part))


def _without(parts: Iterable[Period], start: datetime, end: datetime) -> tuple[Period, ...]:
    """[start, end) without these parts."""
    return gaps((Span(0, *part) for part in parts), start, end)


def _touching(spans: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    return (one for one in spans if one.starts_at < end and start < one.ends_at)
