"""What volunteers offer for duty on their own: turns agreed to in advance, hours of the week."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Rota
from app.rotation.plan.models import FlexOffer, RotaLayer, RotaMember
from app.rotation.plan.windows import BadPattern, read_windows
from app.rotation.plan.wishes import BadWish, read_wishes
from app.rotation.states import LayerKind
from app.trail.chain import record
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.met_on_duty import met_on_duty
from app.usecases.duty.plan.publish_duty import publish_duty

MOST_MONTH_HOURS = 744


def agree_to_turns(context: Context, *, layer_id: int, agreed: bool = True) -> None:
    """Sets the standing agreement: each turn in this layer counts without asking; or no longer.

    Only the person themselves. A turn that cannot be kept is given back like any other.
    """
    layer = context.session.get(RotaLayer, layer_id)
    if layer is None or layer.ended_at is not None:
        raise NotFound(N_("没有找到这一层"))
    rota = lock_rota(context.session, layer.rota_id)
    own = update(RotaMember).where(
        RotaMember.layer_id == layer_id, RotaMember.person_id == (context.actor.person_id or 0)
    )
    if not changed(context.session, own.values(agreed_at=context.now if agreed else None)):
        raise NotFound(N_("您不在这一层的轮换里"))
    record(
        context,
        kind="rota.turns_agreed" if agreed else "rota.turns_not_agreed",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        details={"person": context.actor.person_id, "layer": layer.number},
    )
    publish_duty(context, rota_id=rota.id)


def offer_hours(
    context: Context,
    *,
    hours: list[dict[str, Any]],
    may_call: bool,
    week_hours: int | None = None,
    month_hours: int | None = None,
    nights_week: int | None = None,
    with_person_id: int | None = None,
    wishes: list[dict[str, Any]] | None = None,
) -> None:
    """Sets the person's own flex grid and limits. `may_call`: in these hours they may be called.

    Raises Invalid for malformed hours, numbers or wishes, and for a companion whom they never met
    on duty.
    """
    person = context.session.get(Person, context.actor.person_id or 0)
    if (
        person is None
        or person.state != PersonState.ACTIVE
        or not context.actor.has(RoleName.VOLUNTEER, person.area_path)
    ):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    _readable(hours, (week_hours, month_hours, nights_week), wishes or [])
    if with_person_id is not None and with_person_id not in met_on_duty(
        context.session, person.id, now=context.now
    ):
        raise Invalid({"with": N_("请从一起值过班的人里选")})
    values: dict[str, Any] = {
        "hours": hours,
        "callable": may_call,
        "week_hours": week_hours,
        "month_hours": month_hours,
        "nights_week": nights_week,
        "with_person_id": with_person_id,
        "wishes": wishes or [],
        "updated_at": context.now,
    }
    if not insert_once(context.session, FlexOffer, person_id=person.id, version=1, **values):
        again = update(FlexOffer).where(FlexOffer.person_id == person.id)
        changed(context.session, again.values(version=FlexOffer.version + 1, **values))
    record(
        context,
        kind="person.duty_hours_offered",
        subject=("person", person.id),
        area_path=person.area_path,
        details={"windows": len(hours), "may_call": may_call},
    )
    publish_flex(context, person)


def publish_flex(context: Context, person: Person) -> None:
    """Publishes again the rotas that may call this person, because their hours changed."""
    for rota_id in _flex_rotas(context.session, person):
        publish_duty(context, rota_id=rota_id)


def _readable(hours: object, numbers: tuple[int | None, ...], wishes: object) -> None:
    wrong = {}
    try:
        read_windows(hours)
    except BadPattern:
        wrong["hours"] = N_("请检查时间")
    if any(number is not None and not 0 <= number <= MOST_MONTH_HOURS for number in numbers):
        wrong["limits"] = N_("请检查小时数")
    try:
        read_wishes(wishes)
    except BadWish:
        wrong["wishes"] = N_("请检查日期")
    if wrong:
        raise Invalid(wrong)


def _flex_rotas(session: Session, person: Person) -> list[int]:
    """Rotas with a flex layer at or above the person's area, in a fixed order."""
    rows = session.execute(
        select(Rota.id, Rota.area_path)
        .join(RotaLayer, RotaLayer.rota_id == Rota.id)
        .where(RotaLayer.kind == LayerKind.FLEX, RotaLayer.ended_at.is_(None), Rota.active)
        .order_by(Rota.id)
    )
    found = [rota_id for rota_id, path in rows if person.area_path.startswith(path)]
    return list(dict.fromkeys(found))
