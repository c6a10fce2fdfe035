"""Who is on duty by plan: layers, then overrides, then swaps, then pauses.

Every function is half-open in UTC and computes the plan only, not whether people agreed. The
answer for an instant does not depend on the period around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.rotation import rules
from app.rotation.plan.changes import inside, without
from app.rotation.plan.fixed import Fixed, shifts
from app.rotation.plan.flex import Flex, offered
from app.rotation.plan.layers import Rotation, turns
from app.rotation.plan.overrides import Override, override
from app.rotation.plan.swaps import Swapped, swap
from app.rotation.plan.windows import Window
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a rota: 1 is called first, 2 is the backup, and so on."""

    number: int
    source: Rotation | Fixed | Flex


@dataclass(frozen=True, slots=True)
class Pause:
    """In [starts_at, ends_at) nobody, or not this person, is on duty."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class RotaPlan:
    """The whole plan of a rota. `wanted` are the hours to cover; none: all hours."""

    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swapped, ...] = ()
    pauses: tuple[Pause, ...] = ()
    wanted: tuple[Window, ...] = ()


def planned(plan: RotaPlan, start: datetime, end: datetime) -> tuple[Span, ...]:
    """Every span that touches [start, end), whole: its edges do not depend on the period."""
    found = swap(override(_base(plan, start, end), plan.overrides), plan.swaps)
    for pause in plan.pauses:
        found = tuple(without(found, pause.starts_at, pause.ends_at, person_id=pause.person_id))
    touching = (span for span in found if span.starts_at < end and start < span.ends_at)
    return tuple(sorted(touching, key=_order))


def duty(plan: RotaPlan, start: datetime, end: datetime) -> tuple[Span, ...]:
    """Who is on duty when in [start, end), cut to the period."""
    parts = (inside(span, start, end) for span in planned(plan, start, end))
    return tuple(part for part in parts if part is not None)


def on_duty(plan: RotaPlan, at: datetime) -> tuple[int, ...]:
    """Who is on duty at an instant, the first layer first."""
    return rules.on_duty(planned(plan, at, at + timedelta.resolution), at)


def _base(plan: RotaPlan, start: datetime, end: datetime) -> Iterator[Span]:
    for layer in plan.layers:
        source = layer.source
        if isinstance(source, Rotation):
            yield from turns(source, layer.number, start, end, plan.zone)
        elif isinstance(source, Fixed):
            yield from shifts(source, layer.number, start, end)
        else:
            yield from offered(source, layer.number, start, end, plan.zone)


def _order(span: Span) -> tuple[datetime, int, int, datetime]:
    return span.starts_at, span.layer, span.person_id, span.ends_at
