"""Single dates on which a volunteer has other hours than that weekday's, or none."""

from datetime import date
from typing import Any

from sqlalchemy import update

from app.areas.queries import zone_of
from app.core.clock import local_day
from app.core.context import Context
from app.core.errors import Invalid, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.offers.models import Offer
from app.offers.rules import BadHours, hours_json, parse_hours
from app.people.models import Person
from app.rotation.plan.models import FlexOffer
from app.trail.chain import record
from app.usecases.duty.plan.offer_duty import publish_flex
from app.usecases.volunteers.change_offer import offer_of
from app.usecases.volunteers.spread_offer import spread_offer

MOST_DATES = 30


def set_date(context: Context, *, person_id: int, day: date, span: tuple[str, str] | None) -> None:
    """On this date only from "HH:MM" to "HH:MM", or not at all. Raises Invalid, Stale."""
    person, offer = offer_of(context.session, context.actor, person_id)
    today = local_day(context.now, zone_of(context.session, offer.area_path))
    if day < today:
        raise Invalid({"day": N_("请选今天或以后的日期")})
    entry = {"date": day.isoformat()}
    if span is not None:
        entry |= {"from": span[0], "to": span[1]}
    kept = [one for one in _coming(offer, today) if one.get("date") != entry["date"]]
    if sum("date" in one for one in kept) >= MOST_DATES:
        raise Invalid({"day": N_("最多写 30 个日期，请先去掉几个")})
    _write(context, person, offer, [*kept, entry])


def drop_date(context: Context, *, person_id: int, day: date) -> None:
    """That date is a day like any other again; nothing happens when it was."""
    person, offer = offer_of(context.session, context.actor, person_id)
    today = local_day(context.now, zone_of(context.session, offer.area_path))
    kept = [one for one in _coming(offer, today) if one.get("date") != day.isoformat()]
    _write(context, person, offer, kept)


def _coming(offer: Offer, today: date) -> list[dict[str, Any]]:
    """The hours without dates that are over."""
    return [one for one in offer.hours if one.get("date", "9999") >= today.isoformat()]


def _write(context: Context, person: Person, offer: Offer, hours: list[dict[str, Any]]) -> None:
    try:
        clean = hours_json(parse_hours(hours))
    except BadHours as error:
        raise Invalid({"span": N_("服务时间不对，请检查起止时间")}) from error
    still = update(Offer).where(Offer.id == offer.id, Offer.version == offer.version)
    values = {"hours": clean, "updated_at": context.now, "version": Offer.version + 1}
    if not changed(context.session, still.values(**values)):
        raise Stale(N_("服务供给已经被改过了，请看最新内容"))
    context.session.refresh(offer)
    spread_offer(context.session, offer.person_id)
    record(
        context,
        kind="offer.changed",
        subject=("person", person.id),
        area_path=person.area_path,
        details={"dates": sum("date" in one for one in clean)},
    )
    duty = context.session.get(FlexOffer, person.id)
    if duty is not None and duty.callable:
        publish_flex(context, person)
