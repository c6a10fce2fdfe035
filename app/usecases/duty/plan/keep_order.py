"""Keeps the order of a rotation when people join or leave."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.rotation.models import Rota
from app.rotation.plan.layers import Rotation, go_on_in_order
from app.rotation.plan.models import RotaLayer, RotaMember
from app.rotation.plan.patterns import read_pattern
from app.rotation.states import LayerKind


def in_order(
    context: Context,
    rota: Rota,
    *,
    number: int,
    kind: str,
    pattern: dict[str, Any],
    people: Sequence[int],
) -> Sequence[int]:
    """The people of a layer so that its turns go on where they are when somebody joins or leaves.

    With other turns, or the same people in another order, they begin as given.
    """
    before = layer_now(context.session, rota.id, number)
    if (
        before is None
        or kind != LayerKind.ROTATION
        or (before.kind, before.pattern)
        != (
            kind,
            pattern,
        )
    ):
        return people
    old = context.session.scalars(
        select(RotaMember.person_id)
        .where(RotaMember.layer_id == before.id)
        .order_by(RotaMember.position)
    ).all()
    if set(old) == set(people):
        return people
    rotation = Rotation(tuple(old), read_pattern(before.pattern))
    zone = zone_of(context.session, rota.area_path)
    return go_on_in_order(rotation, people, context.now, zone)


def layer_now(session: Session, rota_id: int, number: int) -> RotaLayer | None:
    """The layer with this number, if there is one."""
    return session.scalar(
        select(RotaLayer).where(
            RotaLayer.rota_id == rota_id, RotaLayer.number == number, RotaLayer.ended_at.is_(None)
        )
    )
