"""Who is on duty when: half-open spans in UTC, made from local wall times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """One person's duty [starts_at, ends_at) in a layer; layer 1 is called first."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int = 1


def on_duty(spans: Iterable[Span], at: datetime) -> tuple[int, ...]:
    """Who is on duty at an instant, the first layer first; nobody twice."""
    now = sorted(
        (span for span in spans if span.starts_at <= at < span.ends_at),
        key=lambda span: (span.layer, span.starts_at, span.person_id),
    )
    return tuple(dict.fromkeys(span.person_id for span in now))


def gaps(
    spans: Iterable[Span], start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The parts of [start, end) in which nobody is on duty."""
    found: list[tuple[datetime, datetime]] = []
    covered = start
    # An empty span covers nothing, so it must not split a gap.
    real = (span for span in spans if span.starts_at < span.ends_at)
    for span in sorted(real, key=lambda span: span.starts_at):
        if span.starts_at >= end:
            break
        if span.starts_at > covered:
            found.append((covered, span.starts_at))
        covered = max(covered, span.ends_at)
    if covered < end:
        found.append((covered, end))
    return tuple(found)
