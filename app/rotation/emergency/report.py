"""The report of an emergency, in figures. Times are ISO 8601 in UTC, durations minutes."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from app.rotation.emergency.rules import Piece, lacks
from app.rotation.rules import Span

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answers:
    """How many were asked, and their answers."""

    asked: int = 0
    yes: int = 0
    no: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """One agreed shift; `came_at` is the check-in, without which no time counts."""

    span: Span
    came_at: datetime | None


def served_minutes(shifts: Iterable[Served], until: datetime) -> int:
    """Minutes from each check-in to the end of its shift, none after `until`."""
    return sum(
        max(0, (min(one.span.ends_at, until) - max(one.span.starts_at, one.came_at)) // MINUTE)
        for one in shifts
        if one.came_at is not None
    )


def lacking(
    periods: Iterable[tuple[datetime, datetime]], spans: Iterable[Span], people: int
) -> tuple[Piece, ...]:
    """Where in these periods fewer than wanted are on duty; touching parts are joined."""
    held, found = list(spans), list[Piece]()
    for piece in (one for start, end in periods for one in lacks(held, start, end, people)):
        last = found[-1] if found else None
        if last and (last.ends_at, last.missing) == (piece.starts_at, piece.missing):
            found[-1] = Piece(last.starts_at, piece.ends_at, piece.missing)
        else:
            found.append(piece)
    return tuple(found)


def wanted_minutes(periods: Iterable[tuple[datetime, datetime]], people: int) -> int:
    """The minutes of duty wanted in these periods, all people together."""
    return people * sum((end - start) // MINUTE for start, end in periods)


def make_report(
    answers: Answers,
    shifts: Iterable[Served],
    periods: Iterable[tuple[datetime, datetime]],
    *,
    people: int,
    until: datetime,
    requests: int,
    requests_by_them: int,
) -> dict[str, Any]:
    """The report as it is stored. Without a check-in somebody counts as not come."""
    served = list(shifts)
    came = [one for one in served if one.came_at is not None]
    wanted = [(start, min(end, until)) for start, end in periods if start < until]
    gaps = lacking(wanted, [one.span for one in came], people)
    missing = sum(one.missing * ((one.ends_at - one.starts_at) // MINUTE) for one in gaps)
    total = wanted_minutes(wanted, people)
    return {
        **asdict(answers),
        "came": len({one.span.person_id for one in came}),
        "shifts": len(served),
        "shifts_kept": len(came),
        "served_minutes": served_minutes(came, until),
        "wanted_minutes": total,
        "covered_minutes": total - missing,
        "gaps": [[g.starts_at.isoformat(), g.ends_at.isoformat(), g.missing] for g in gaps],
        "requests": requests,
        "requests_by_them": requests_by_them,
    }
