"""The parts of a planned span that its person agreed to: only they count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.rotation.rules import Span, gaps

ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's agreement to be on duty in [starts_at, ends_at), in one layer or in any."""

    person_id: int
    starts_at: datetime = ALWAYS[0]
    ends_at: datetime = ALWAYS[1]
    layer: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a planned span, agreed to or not yet."""

    span: Span
    agreed: bool


def one_at_a_time(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans by start; overlaps of one person in one layer are cut from the later span."""
    reached: dict[tuple[int, int], datetime] = {}
    for span in sorted(spans, key=lambda one: (one.starts_at, one.ends_at)):
        key = span.layer, span.person_id
        start = max(span.starts_at, reached.get(key, span.starts_at))
        if start < span.ends_at:
            reached[key] = span.ends_at
            yield replace(span, starts_at=start)


def pieces(span: Span, consents: Iterable[Consent]) -> Iterator[Piece]:
    """The span cut where the agreement ends or begins, in order; no piece is empty."""
    given = [
        Span(one.person_id, one.starts_at, one.ends_at)
        for one in consents
        if one.person_id == span.person_id and one.layer in (None, span.layer)
    ]
    at = span.starts_at
    for start, end in gaps(given, span.starts_at, span.ends_at):
        if at < start:
            yield Piece(replace(span, starts_at=at, ends_at=start), True)
        yield Piece(replace(span, starts_at=start, ends_at=end), False)
        at = end
    if at < span.ends_at:
        yield Piece(replace(span, starts_at=at), True)
