"""Reads of a rota's plan, as the values that `compose` computes with."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.rotation.models import Rota
from app.rotation.plan.compose import Layer, Pause, RotaPlan
from app.rotation.plan.consent import Consent
from app.rotation.plan.fixed import Fixed, FixedShift
from app.rotation.plan.flex import Flex, Grid, OwnDay
from app.rotation.plan.layers import Rotation
from app.rotation.plan.models import (
    AWAY,
    FixedTurn,
    FlexOffer,
    RotaLayer,
    RotaMember,
    RotaOverride,
    Swap,
)
from app.rotation.plan.overrides import Override
from app.rotation.plan.patterns import read_pattern
from app.rotation.plan.swaps import Swapped
from app.rotation.plan.windows import read_windows
from app.rotation.states import LayerKind, SwapState


def load_plan(
    session: Session,
    rota: Rota,
    *,
    zone: ZoneInfo,
    since: datetime,
    flex_people: Iterable[int] = (),
    own_days: Mapping[int, tuple[OwnDay, ...]] | None = None,
    pauses: Iterable[Pause] = (),
) -> RotaPlan:
    """The plan of a rota from `since` on, without what ended before.

    The caller reads from the packages areas, people and offers: the zone, who may be in a flex
    layer, their dates that differ, and who is paused. A constant number of queries.
    """
    grids = _grids(session, tuple(flex_people), own_days or {})
    layers = tuple(_layers(session, rota, since, grids))
    changes = _overrides(session, rota.id, since)
    return RotaPlan(
        zone=zone,
        layers=layers,
        overrides=tuple(_override(one) for one in changes if one.kind != AWAY),
        swaps=_swaps(session, rota.id, since),
        pauses=(*_pause_of(rota), *(_away(one) for one in changes if one.kind == AWAY), *pauses),
        wanted=read_windows(rota.pattern or []),
    )


def _pause_of(rota: Rota) -> tuple[Pause, ...]:
    if rota.paused_from is None or rota.paused_until is None:
        return ()
    return (Pause(rota.paused_from, rota.paused_until),)


def _layers(session: Session, rota: Rota, since: datetime, grids: tuple[Grid, ...]) -> list[Layer]:
    rows = session.scalars(layers_of(rota.id)).all()
    members = members_of(session, [row.id for row in rows])
    found = []
    for row in rows:
        if row.kind == LayerKind.ROTATION:
            people = tuple(one.person_id for one in members.get(row.id, ()))
            found.append(Layer(row.number, Rotation(people, read_pattern(row.pattern))))
        elif row.kind == LayerKind.FLEX:
            found.append(Layer(row.number, Flex(grids)))
    return found + _fixed(session, rota.id, since)


def layers_of(rota_id: int) -> Select[RotaLayer]:
    """The layers of a rota that have not ended, the first call first."""
    return (
        select(RotaLayer)
        .where(RotaLayer.rota_id == rota_id, RotaLayer.ended_at.is_(None))
        .order_by(RotaLayer.number)
    )


def members_of(session: Session, layer_ids: list[int]) -> dict[int, list[RotaMember]]:
    """The members of each layer, in turn."""
    found: dict[int, list[RotaMember]] = {}
    for one in session.scalars(
        select(RotaMember)
        .where(RotaMember.layer_id.in_(layer_ids))
        .order_by(RotaMember.position, RotaMember.id)
    ):
        found.setdefault(one.layer_id, []).append(one)
    return found


def _fixed(session: Session, rota_id: int, since: datetime) -> list[Layer]:
    """Reads fixed shifts, which may be in a layer of any kind."""
    by_layer: dict[int, list[FixedShift]] = {}
    for one in session.scalars(
        select(FixedTurn)
        .where(
            FixedTurn.rota_id == rota_id, FixedTurn.ended_at.is_(None), FixedTurn.ends_at > since
        )
        .order_by(FixedTurn.id)
    ):
        shift = FixedShift(one.person_id, one.starts_at, one.ends_at)
        by_layer.setdefault(one.layer, []).append(shift)
    return [Layer(number, Fixed(tuple(by_layer[number]))) for number in sorted(by_layer)]


def _grids(
    session: Session, people: tuple[int, ...], days: Mapping[int, tuple[OwnDay, ...]]
) -> tuple[Grid, ...]:
    rows = session.execute(
        select(FlexOffer.person_id, FlexOffer.hours)
        .where(FlexOffer.person_id.in_(people), FlexOffer.callable)
        .order_by(FlexOffer.person_id)
    )
    return tuple(
        Grid(person_id, read_windows(hours), days.get(person_id, ())) for person_id, hours in rows
    )


def _overrides(session: Session, rota_id: int, since: datetime) -> list[RotaOverride]:
    rows = session.scalars(
        select(RotaOverride)
        .where(
            RotaOverride.rota_id == rota_id,
            RotaOverride.ended_at.is_(None),
            RotaOverride.ends_at > since,
        )
        .order_by(RotaOverride.id)
    )
    return list(rows)


def _override(one: RotaOverride) -> Override:
    return Override(one.kind, one.starts_at, one.ends_at, one.layer, one.person_id, one.by_id)


def _away(one: RotaOverride) -> Pause:
    """Reads each "I cannot", which applies after all swaps: a taker may be unable too."""
    return Pause(one.starts_at, one.ends_at, one.person_id)


def _swaps(session: Session, rota_id: int, since: datetime) -> tuple[Swapped, ...]:
    rows = session.scalars(
        select(Swap)
        .where(Swap.rota_id == rota_id, Swap.state == SwapState.SETTLED, Swap.ends_at > since)
        .order_by(Swap.settled_at, Swap.id)
    )
    return tuple(
        Swapped(one.layer, one.giver_id, one.taker_id, one.starts_at, one.ends_at)
        for one in rows
        if one.taker_id is not None
    )


def consents_of(session: Session, rota_id: int, *, since: datetime) -> list[Consent]:
    """What people agreed to beforehand: standing, flex hours, overrides, emergencies, swaps."""
    found = [Consent(person, layer=number) for person, number in _standing(session, rota_id)]
    for layer in session.scalars(layers_of(rota_id).where(RotaLayer.kind == LayerKind.FLEX)):
        callable_people = select(FlexOffer.person_id).where(FlexOffer.callable)
        found += [Consent(one, layer=layer.number) for one in session.scalars(callable_people)]
    came = session.scalars(
        select(RotaOverride).where(
            RotaOverride.rota_id == rota_id,
            RotaOverride.ended_at.is_(None),
            RotaOverride.ends_at > since,
            RotaOverride.agreed_at.is_not(None),
        )
    )
    found += [
        Consent(one.by_id, one.starts_at, one.ends_at, one.layer)
        for one in came
        if one.by_id is not None
    ]
    found += _fixed_agreed(session, rota_id, since)
    return found + [
        Consent(one.taker, one.starts_at, one.ends_at, one.layer)
        for one in _swaps(session, rota_id, since)
    ]


def _fixed_agreed(session: Session, rota_id: int, since: datetime) -> list[Consent]:
    rows = session.scalars(
        select(FixedTurn).where(
            FixedTurn.rota_id == rota_id,
            FixedTurn.ended_at.is_(None),
            FixedTurn.ends_at > since,
            FixedTurn.agreed_at.is_not(None),
        )
    )
    return [Consent(one.person_id, one.starts_at, one.ends_at, one.layer) for one in rows]


def _standing(session: Session, rota_id: int) -> list[tuple[int, int]]:
    rows = session.execute(
        select(RotaMember.person_id, RotaLayer.number)
        .join(RotaLayer, RotaLayer.id == RotaMember.layer_id)
        .where(
            RotaLayer.rota_id == rota_id,
            RotaLayer.ended_at.is_(None),
            RotaMember.agreed_at.is_not(None),
        )
    )
    return [(person_id, number) for person_id, number in rows]
