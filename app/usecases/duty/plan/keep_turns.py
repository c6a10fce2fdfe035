"""Keeps everybody's turn when people join a rotation or leave it."""

from collections.abc import Sequence

from sqlalchemy import select

from app.areas.queries import zone_of
from app.core.context import Context
from app.rotation.models import Rota
from app.rotation.plan.layers import Rotation, kept_in_turn
from app.rotation.plan.models import RotaLayer, RotaMember
from app.rotation.plan.patterns import read_pattern
from app.rotation.states import LayerKind


def in_their_turn(
    context: Context, rota: Rota, *, number: int, pattern: object, people: Sequence[int]
) -> tuple[int, ...]:
    """The people of a layer in the order in which nobody's turn jumps.

    As given where the layer is new, or its turns change.
    """
    session, given = context.session, tuple(dict.fromkeys(people))
    before = session.scalar(
        select(RotaLayer).where(
            RotaLayer.rota_id == rota.id,
            RotaLayer.number == number,
            RotaLayer.kind == LayerKind.ROTATION,
            RotaLayer.ended_at.is_(None),
        )
    )
    if before is None or before.pattern != pattern or not given:
        return given
    members = session.scalars(
        select(RotaMember.person_id)
        .where(RotaMember.layer_id == before.id)
        .order_by(RotaMember.position)
    )
    rotation = Rotation(tuple(members), read_pattern(before.pattern))
    return kept_in_turn(rotation, given, context.now, zone_of(session, rota.area_path))
