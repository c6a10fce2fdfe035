"""Rotas, layers and shifts as pages show them, and which rota they belong to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.errors import NotFound
from app.core.i18n import N_
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import RotaLayer, RotaOverride, Swap


@dataclass(frozen=True, slots=True)
class RotaInfo:
    """A rota and its rules. `pattern` are its wanted hours, none: round the clock."""

    id: int
    name: str
    area_path: str
    pattern: list[dict[str, Any]]
    limits: dict[str, Any]
    approve_swaps: bool
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer and how its turns are planned."""

    id: int
    number: int
    name: str
    kind: str
    pattern: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShiftInfo:
    """A shift in [starts_at, ends_at), UTC."""

    id: int
    rota_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int
    state: str
    origin: str
    checked_in_at: datetime | None
    raised_at: datetime | None


def rota_info(rota: Rota) -> RotaInfo:
    """A rota as pages show it."""
    return RotaInfo(
        id=rota.id,
        name=rota.name,
        area_path=rota.area_path,
        pattern=rota.pattern or [],
        limits=rota.limits or {},
        approve_swaps=rota.approve_swaps,
        paused_until=rota.paused_until,
    )


def layer_info(layer: RotaLayer) -> LayerInfo:
    """A layer as pages show it."""
    return LayerInfo(layer.id, layer.number, layer.name, layer.kind, layer.pattern or {})


def shift_info(shift: Shift) -> ShiftInfo:
    """A shift as pages show it."""
    return ShiftInfo(
        id=shift.id,
        rota_id=shift.rota_id,
        person_id=shift.person_id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        layer=shift.layer,
        state=shift.state,
        origin=shift.origin,
        checked_in_at=shift.checked_in_at,
        raised_at=shift.raised_at,
    )


def rota_to_see(session: Session, *, actor: Actor, rota_id: int) -> RotaInfo:
    """One rota. Raises NotFound, and NotAllowed unless a coordinator of its area."""
    rota = session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    actor.needs(RoleName.COORDINATOR, rota.area_path)
    return rota_info(rota)


def shift_to_see(session: Session, *, actor: Actor, shift_id: int) -> ShiftInfo:
    """One shift, for a coordinator of its rota. Raises NotFound, NotAllowed."""
    shift = session.get(Shift, shift_id)
    if shift is None:
        raise NotFound(N_("没有找到这个班次"))
    rota_to_see(session, actor=actor, rota_id=shift.rota_id)
    return shift_info(shift)


def rota_of_layer(session: Session, layer_id: int) -> int:
    """The rota of a layer, without a permission check. Raises NotFound."""
    found = session.get(RotaLayer, layer_id)
    if found is None:
        raise NotFound(N_("没有找到这一层"))
    return found.rota_id


def rota_of_override(session: Session, override_id: int) -> int:
    """The rota of an override, likewise."""
    found = session.get(RotaOverride, override_id)
    if found is None:
        raise NotFound(N_("没有找到这次调整"))
    return found.rota_id


def rota_of_swap(session: Session, swap_id: int) -> int:
    """The rota of a swap, likewise."""
    found = session.get(Swap, swap_id)
    if found is None:
        raise NotFound(N_("没有找到这次换班"))
    return found.rota_id
