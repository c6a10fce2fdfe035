"""Gaps in the plan, and double bookings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.rotation import rules
from app.rotation.plan.compose import RotaPlan, duty
from app.rotation.plan.windows import occurrences
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class DoubleBooking:
    """A person who is on duty twice in [starts_at, ends_at)."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    layers: tuple[int, int]


def gaps(
    plan: RotaPlan, start: datetime, end: datetime, *, layer: int | None = None
) -> tuple[tuple[datetime, datetime], ...]:
    """The parts of the wanted hours of [start, end) in which nobody is on duty.

    With a layer: in which nobody is on duty in that layer.
    """
    spans = [one for one in duty(plan, start, end) if layer in (None, one.layer)]
    return tuple(
        gap
        for since, to in wanted(plan, start, end)
        for gap in rules.gaps((_touching(spans, since, to)), since, to)
    )


def wanted(plan: RotaPlan, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The hours of [start, end) to cover, joined where they touch."""
    if not plan.wanted:
        return ((start, end),) if start < end else ()
    joined: list[tuple[datetime, datetime]] = []
    for one in sorted(
        occurrences(plan.wanted, start, end, plan.zone), key=lambda found: found.starts_at
    ):
        since, to = max(one.starts_at, start), min(one.ends_at, end)
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], to))
        else:
            joined.append((since, to))
    return tuple(joined)


def double_bookings(spans: Iterable[Span]) -> tuple[DoubleBooking, ...]:
    """Where somebody is on duty twice at one time, in one rota or in the spans of several."""
    by_person: dict[int, list[Span]] = {}
    for span in spans:
        by_person.setdefault(span.person_id, []).append(span)
    return tuple(found for person_id in sorted(by_person) for found in _twice(by_person[person_id]))


def _twice(of_one: list[Span]) -> Iterator[DoubleBooking]:
    spans = sorted(of_one, key=_by_start)
    for number, one in enumerate(spans):
        for other in spans[number + 1 :]:
            if other.starts_at >= one.ends_at:
                break
            end = min(one.ends_at, other.ends_at)
            if other.starts_at < end:
                yield DoubleBooking(one.person_id, other.starts_at, end, (one.layer, other.layer))


def _touching(spans: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    return (one for one in spans if one.starts_at < end and start < one.ends_at)


def _by_start(span: Span) -> tuple[datetime, datetime, int]:
    return span.starts_at, span.ends_at, span.layer
