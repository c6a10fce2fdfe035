"""Swaps: one person gives a shift away, another takes it; an exchange is two swaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.rotation.plan.changes import handed_to
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Swapped:
    """In [starts_at, ends_at) of a layer the taker replaces the giver."""

    layer: int
    giver: int
    taker: int
    starts_at: datetime
    ends_at: datetime


def swap(spans: Iterable[Span], swaps: Iterable[Swapped]) -> tuple[Span, ...]:
    """The spans after every swap, applied in the order in which they were settled."""
    found = tuple(spans)
    for one in swaps:
        found = tuple(
            handed_to(
                found,
                one.starts_at,
                one.ends_at,
                giver=one.giver,
                taker=one.taker,
                layer=one.layer,
            )
        )
    return found
