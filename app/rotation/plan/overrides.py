"""Overrides: somebody is added, removed or replaced for a period. Later ones apply on top."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.rotation.plan.changes import handed_to, without
from app.rotation.rules import Span

ADD, REMOVE, REPLACE = "add", "remove", "replace"
KINDS = (ADD, REMOVE, REPLACE)


@dataclass(frozen=True, slots=True)
class Override:
    """A change in [starts_at, ends_at), UTC.

    `person_id` is removed or replaced, `by` comes instead or in addition. Without a layer it
    applies to all; somebody added without a layer is added to the first.
    """

    kind: str
    starts_at: datetime
    ends_at: datetime
    layer: int | None = None
    person_id: int | None = None
    by: int | None = None


def override(spans: Iterable[Span], overrides: Iterable[Override]) -> tuple[Span, ...]:
    """The spans after every override, applied in the order in which they were made."""
    found = tuple(spans)
    for one in overrides:
        if one.starts_at < one.ends_at:
            found = _apply(found, one)
    return found


def _apply(spans: tuple[Span, ...], one: Override) -> tuple[Span, ...]:
    start, end = one.starts_at, one.ends_at
    if one.kind == ADD and one.by is not None:
        return (*spans, Span(one.by, start, end, one.layer or 1))
    if one.kind == REMOVE:
        return tuple(without(spans, start, end, person_id=one.person_id, layer=one.layer))
    if one.kind == REPLACE and one.by is not None and one.person_id is not None:
        given = handed_to(spans, start, end, giver=one.person_id, taker=one.by, layer=one.layer)
        return tuple(given)
    raise ValueError(f"an override of kind {one.kind} lacks a person")
