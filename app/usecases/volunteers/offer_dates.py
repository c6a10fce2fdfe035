"""Single dates on which a volunteer has other hours than that weekday's, or none."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor
from app.core.clock import local_day
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


def set_date(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    day: date,
    span: tuple[str, str] | None,
    now: datetime,
) -> None:
    """On this date only from "HH:MM" to "HH:MM", or not at all. Raises Invalid, Stale."""
    person, offer = offer_of(session, actor, person_id)
    today = local_day(now, zone_of(session, offer.area_path))
    if day < today:
        raise Invalid({"day": N_("请选今天或以后的日期")})
    entry = {"date": day.isoformat()}
    if span is not None:
        entry |= {"from": span[0], "to": span[1]}
    kept = [one for one in _coming(offer, today) if one.get("date") != entry["date"]]
    if sum("date" in one for one in kept) >= MOST_DATES:
        raise Invalid({"day": N_("最多写 30 个日期，请先去掉几个")})
    _write(session, actor, person, offer, [*kept, entry], now)


def drop_date(session: Session, *, actor: Actor, person_id: int, day: date, now: datetime) -> None:
    """That date is a day like any other again; nothing happens when it was."""
    person, offer = offer_of(session, actor, person_id)
    today = local_day(now, zone_of(session, offer.area_path))
    kept = [one for one in _coming(offer, today) if one.get("date") != day.isoformat()]
    _write(session, actor, person, offer, kept, now)


def _coming(offer: Offer, today: date) -> list[dict[str, Any]]:
    """The hours without dates that are over."""
    return [one for one in offer.hours if one.get("date", "9999") >= today.isoformat()]


def _write(
    session: Session,
    actor: Actor,
    person: Person,
    offer: Offer,
    hours: list[dict[str, Any]],
    now: datetime,
) -> None:
    try:
        clean = hours_json(parse_hours(hours))
    except BadHours as error:
        raise Invalid({"span": N_("服务时间不对，请检查起止时间")}) from error
    still = update(Offer).where(Offer.id == offer.id, Offer.version == offer.version)
    values = {"hours": clean, "updated_at": now, "version": Offer.version + 1}
    if not changed(session, still.values(**values)):
        raise Stale(N_("服务供给已经被改过了，请看最新内容"))
    session.refresh(offer)
    spread_offer(session, offer.person_id)
    record(
        session,
        actor=actor,
        kind="offer.changed",
        subject=("person", person.id),
        area_path=person.area_path,
        now=now,
        details={"dates": sum("date" in one for one in clean)},
    )
    duty = session.get(FlexOffer, person.id)
    if duty is not None and duty.callable:
        publish_flex(session, person, actor=actor, now=now)
