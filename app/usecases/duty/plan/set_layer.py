"""The layers of a rota and their members' turns. Every change is published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Person
from app.rotation.plan.models import RotaLayer, RotaMember
from app.rotation.plan.patterns import read_pattern
from app.rotation.plan.windows import BadPattern
from app.rotation.states import LayerKind
from app.usecases.duty.plan.keep_order import in_order, layer_now
from app.usecases.duty.plan.manage_rota import of_coordinator, record_rota
from app.usecases.duty.plan.publish_duty import publish_duty

LAYER_KINDS = ("rotation", "fixed", "flex")
MOST_LAYERS = 6


def set_layer(
    context: Context,
    *,
    rota_id: int,
    number: int,
    kind: str,
    name: str = "",
    pattern: dict[str, Any] | None = None,
    people: Sequence[int] = (),
) -> int:
    """Plans a layer. Standing agreements to its turns hold only while the turns stay the same.

    Where people join or leave, the others keep their order and the person on turn stays on turn.

    Raises Invalid with the code of a malformed pattern.
    """
    rota = of_coordinator(context.session, context.actor, rota_id)
    people = in_order(context, rota, number=number, kind=kind, pattern=pattern or {}, people=people)
    if kind not in LAYER_KINDS or not 1 <= number <= MOST_LAYERS:
        raise Invalid({"kind": N_("请选这一层怎么排班")})
    before = layer_now(context.session, rota.id, number)
    if kind == LayerKind.ROTATION:
        _readable(pattern)
    made = RotaLayer(
        rota_id=rota.id,
        number=number,
        kind=kind,
        name=name.strip()[:40],
        pattern=pattern or {},
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    if before is not None:
        before.ended_at = context.now
        context.session.flush()
    context.session.add(made)
    context.session.flush()
    _set_members(context.session, made, people, _standing(context.session, before, made))
    record_rota(context, rota, "rota.layer_set", layer=number, people=len(people))
    publish_duty(context, rota_id=rota.id)
    return made.id


def end_layer(context: Context, *, layer_id: int) -> None:
    """Ends a layer: ends its running shifts now, cancels those to come."""
    layer = context.session.get(RotaLayer, layer_id)
    if layer is None:
        raise NotFound(N_("没有找到这一层"))
    rota = of_coordinator(context.session, context.actor, layer.rota_id)
    living = update(RotaLayer).where(RotaLayer.id == layer_id, RotaLayer.ended_at.is_(None))
    if not changed(context.session, living.values(ended_at=context.now)):
        raise Stale(N_("这一层已经停了"))
    context.session.refresh(layer)
    record_rota(context, rota, "rota.layer_ended", layer=layer.number)
    publish_duty(context, rota_id=rota.id)


def _readable(pattern: object) -> None:
    try:
        read_pattern(pattern)
    except BadPattern as error:
        raise Invalid({"pattern": N_("请检查轮换的时间")}) from error


def _standing(
    session: Session, before: RotaLayer | None, after: RotaLayer
) -> dict[int, datetime | None]:
    """Standing agreements that still hold because the turns are unchanged."""
    if before is None or before.kind != after.kind or before.pattern != after.pattern:
        return {}
    rows = session.scalars(select(RotaMember).where(RotaMember.layer_id == before.id))
    return {one.person_id: one.agreed_at for one in rows}


def _set_members(
    session: Session,
    layer: RotaLayer,
    people: Sequence[int],
    standing: dict[int, datetime | None],
) -> None:
    known = set(session.scalars(select(Person.id).where(Person.id.in_(people))))
    for position, person_id in enumerate(dict.fromkeys(people)):
        if person_id not in known:
            raise NotFound(N_("没有找到轮值表或志愿者"))
        session.add(
            RotaMember(
                layer_id=layer.id,
                person_id=person_id,
                position=position,
                agreed_at=standing.get(person_id),
            )
        )
    session.flush()
