"""A rota for its coordinator: who is on duty when, what is missing, what needs a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import zone_of
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.rotation.fairness import Share, shares
from app.rotation.models import HandOverNote, Rota, Shift
from app.rotation.plan.compose import RotaPlan
from app.rotation.plan.gaps import DoubleBooking, double_bookings, wanted
from app.rotation.plan.models import RotaMember, RotaOverride, Swap
from app.rotation.plan.overrides import KINDS
from app.rotation.plan.queries import layers_of, members_of
from app.rotation.plan.uncovered import Uncovered, uncovered
from app.rotation.plan.windows import read_windows
from app.rotation.queries import notes_of
from app.rotation.roster.queries import backup_wanted
from app.rotation.rules import Span
from app.rotation.states import OverrideReason, ShiftOrigin, ShiftState, SwapState
from app.usecases.duty.views.rota_info import (
    LayerInfo,
    RotaInfo,
    ShiftInfo,
    layer_info,
    rota_to_see,
    shift_info,
)

# How far back duty counts for "how long ago", and how long swaps and notes are shown.
LATELY = timedelta(days=60)
SETTLED_SHOWN = timedelta(days=7)
NOTES_SHOWN = timedelta(days=3)
FIRST_LAYER = 1
NIGHT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class RotaLine:
    """A rota and the name of its area."""

    id: int
    name: str
    area: str
    area_path: str


@dataclass(frozen=True, slots=True)
class LayerSeen:
    """A layer with its members, each with their standing agreement."""

    layer: LayerInfo
    people: tuple[RotaMember, ...]


@dataclass(frozen=True, slots=True)
class RotaSeen:
    """A rota in a period. `people`: the ids of everybody mentioned."""

    rota: RotaInfo
    zone: ZoneInfo
    layers: tuple[LayerSeen, ...]
    shifts: tuple[ShiftInfo, ...]
    missing: tuple[Uncovered, ...]
    doubles: tuple[DoubleBooking, ...]
    swaps: tuple[Swap, ...]
    overrides: tuple[RotaOverride, ...]
    notes: tuple[HandOverNote, ...]
    shares: tuple[Share, ...]
    people: frozenset[int]


def rota_lines(session: Session, *, actor: Actor) -> list[RotaLine]:
    """The rotas of the coordinator's areas, the widest area first."""
    mine = [Rota.area_path.startswith(path) for path in actor.paths(RoleName.COORDINATOR)]
    if not mine:
        return []
    rows = session.execute(
        select(Rota.id, Rota.name, Area.name_zh, Rota.area_path)
        .join(Area, Area.id == Rota.area_id)
        .where(Rota.active, or_(*mine))
        .order_by(Rota.area_path, Rota.id)
    )
    return [RotaLine(*row) for row in rows]


def see_rota(context: Context, *, rota_id: int, start: datetime, end: datetime) -> RotaSeen:
    """A rota in [start, end), plus the night that begins on its last day. A few queries."""
    rota = rota_to_see(context.session, actor=context.actor, rota_id=rota_id)
    zone = zone_of(context.session, rota.area_path)
    layers = seen_layers(context.session, rota.id)
    shifts = _shifts(context.session, rota.id, start, end + NIGHT)
    swaps = _swaps(context.session, rota.id, context.now)
    overrides = _overrides(context.session, rota.id, context.now)
    notes = notes_of(context.session, rota.id, since=context.now - NOTES_SHOWN, limit=5)
    done = _shares(context.session, rota, start, end, context.now, zone)
    people = {
        *(shift.person_id for shift in shifts),
        *(note.person_id for note in notes),
        *(share.person_id for share in done),
        *(member.person_id for layer in layers for member in layer.people),
        *(key for one in swaps for key in (one.giver_id, one.taker_id, one.to_id)),
        *(key for one in overrides for key in (one.person_id, one.by_id)),
    }
    return RotaSeen(
        rota,
        zone,
        layers,
        shifts,
        _missing(context.session, rota, zone, shifts, max(start, context.now), end + NIGHT),
        _doubles(context.session, shifts, max(start, context.now), end),
        swaps,
        overrides,
        tuple(notes),
        done,
        frozenset(one for one in people if one is not None),
    )


def on_duty_there(session: Session, rota_id: int, *, at: datetime) -> tuple[ShiftInfo, ...]:
    """The shifts of people on duty at an instant, first layer first."""
    found = _shifts(session, rota_id, at, at + timedelta.resolution)
    there = (one for one in found if one.state == ShiftState.AGREED)
    return tuple(sorted(there, key=lambda one: (one.layer, one.id)))


def missing_in(
    session: Session, rota: RotaInfo, *, zone: ZoneInfo, start: datetime, end: datetime
) -> tuple[Uncovered, ...]:
    """What a rota lacks in [start, end)."""
    return _missing(session, rota, zone, _shifts(session, rota.id, start, end), start, end)


def seen_layers(session: Session, rota_id: int) -> tuple[LayerSeen, ...]:
    """The active layers of a rota with their people."""
    rows = session.scalars(layers_of(rota_id)).all()
    members = members_of(session, [one.id for one in rows])
    return tuple(LayerSeen(layer_info(one), tuple(members.get(one.id, ()))) for one in rows)


def _shifts(
    session: Session, rota_id: int, start: datetime, end: datetime
) -> tuple[ShiftInfo, ...]:
    rows = session.scalars(
        select(Shift)
        .where(
            Shift.rota_id == rota_id,
            Shift.state.in_((ShiftState.OFFERED, ShiftState.AGREED)),
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
        .order_by(Shift.starts_at, Shift.layer, Shift.id)
    )
    return tuple(shift_info(one) for one in rows)


def _missing(
    session: Session,
    rota: RotaInfo,
    zone: ZoneInfo,
    shifts: Sequence[ShiftInfo],
    start: datetime,
    end: datetime,
) -> tuple[Uncovered, ...]:
    hours = wanted(RotaPlan(zone, wanted=read_windows(rota.pattern)), start, end)
    agreed = [_span(one) for one in shifts if one.state == ShiftState.AGREED]
    asked = [_span(one) for one in shifts if one.state == ShiftState.OFFERED]
    first = min((one.layer for one in shifts), default=FIRST_LAYER)
    backed = backup_wanted(session, rota.id, start, end)
    return uncovered(hours, agreed, asked, first=first, backed=backed)


def _doubles(
    session: Session, shifts: Sequence[ShiftInfo], start: datetime, end: datetime
) -> tuple[DoubleBooking, ...]:
    """Of this rota's people, in any rota. Flex hours may overlap anything."""
    people = {one.person_id for one in shifts if one.origin != ShiftOrigin.FLEX}
    rows = session.scalars(
        select(Shift).where(
            Shift.person_id.in_(people),
            Shift.state.in_((ShiftState.OFFERED, ShiftState.AGREED)),
            Shift.origin != ShiftOrigin.FLEX,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    )
    return double_bookings(_span(one) for one in rows)


def _span(shift: Shift | ShiftInfo) -> Span:
    return Span(shift.person_id, shift.starts_at, shift.ends_at, shift.layer)


def _swaps(session: Session, rota_id: int, now: datetime) -> tuple[Swap, ...]:
    going = Swap.state.in_((SwapState.OPEN, SwapState.TAKEN))
    lately = (Swap.state == SwapState.SETTLED) & (Swap.settled_at > now - SETTLED_SHOWN)
    rows = session.scalars(
        select(Swap)
        .where(Swap.rota_id == rota_id, or_(going, lately))
        .order_by(Swap.state.desc(), Swap.starts_at, Swap.id)
    )
    return tuple(rows)


def _overrides(session: Session, rota_id: int, now: datetime) -> tuple[RotaOverride, ...]:
    """Overrides by coordinators that still hold; without people's own "I cannot"."""
    rows = session.scalars(
        select(RotaOverride)
        .where(
            RotaOverride.rota_id == rota_id,
            RotaOverride.kind.in_(KINDS),
            RotaOverride.reason == OverrideReason.COORDINATOR,
            RotaOverride.ended_at.is_(None),
            RotaOverride.ends_at > now,
        )
        .order_by(RotaOverride.starts_at, RotaOverride.id)
    )
    return tuple(rows)


def _shares(
    session: Session, rota: RotaInfo, start: datetime, end: datetime, now: datetime, zone: ZoneInfo
) -> tuple[Share, ...]:
    """What everybody agreed to in this rota. Flex hours are no duty until called."""
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id,
            Shift.state == ShiftState.AGREED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.starts_at < end,
            Shift.ends_at > min(start, now - LATELY),
        )
    )
    return shares((_span(one) for one in rows), start, end, at=now, zone=zone)
