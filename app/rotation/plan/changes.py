"""Cuts and replaces parts of spans: the basis of overrides, swaps and pauses."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from app.rotation.rules import Span


def inside(span: Span, start: datetime, end: datetime) -> Span | None:
    """The part of a span within [start, end), or None."""
    begins, ends = max(span.starts_at, start), min(span.ends_at, end)
    return replace(span, starts_at=begins, ends_at=ends) if begins < ends else None


def outside(span: Span, start: datetime, end: datetime) -> Iterator[Span]:
    """The parts of a span that are not in [start, end): none, one or two."""
    if start >= end or not (span.starts_at < end and start < span.ends_at):
        yield span
        return
    if span.starts_at < start:
        yield replace(span, ends_at=start)
    if end < span.ends_at:
        yield replace(span, starts_at=end)


def without(
    spans: Iterable[Span],
    start: datetime,
    end: datetime,
    *,
    person_id: int | None = None,
    layer: int | None = None,
) -> Iterator[Span]:
    """The spans without [start, end), for a person, a layer, or all."""
    for span in spans:
        if _meant(span, person_id, layer):
            yield from outside(span, start, end)
        else:
            yield span


def handed_to(
    spans: Iterable[Span],
    start: datetime,
    end: datetime,
    *,
    giver: int,
    taker: int,
    layer: int | None = None,
) -> Iterator[Span]:
    """The spans with the taker in place of the giver in [start, end)."""
    for span in spans:
        part = inside(span, start, end) if _meant(span, giver, layer) else None
        if part is None:
            yield span
            continue
        yield from outside(span, start, end)
        yield replace(part, person_id=taker)


def _meant(span: Span, person_id: int | None, layer: int | None) -> bool:
    return person_id in (None, span.person_id) and layer in (None, span.layer)
