"""What a volunteer stands ready to do: validated and stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category, Skill
from app.core.errors import Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.core.travel import USUAL, Travel
from app.core.wishes import OF_VOLUNTEERS, known_wishes
from app.offers.models import Offer, OfferCategory
from app.offers.rules import BadHours, hours_json, parse_hours
from app.people.models import PersonSkill
from app.usecases.volunteers.spread_offer import spread_offer, spread_pause

RADIUS_M = (200, 20_000)
LOAD = (1, 10)
WEEKLY = (1, 50)
SPOKEN = 10
PAUSE = (
    update(Offer)
    .where(Offer.id == bindparam("offer"))
    .values(paused_until=bindparam("until"), updated_at=bindparam("now"), version=Offer.version + 1)
)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """Where from (WGS-84), how far (metres), when, what, and how much of it.

    `wishes` are of `core.wishes.OF_VOLUNTEERS`; `woman`: wishes to be asked where one is wanted.
    """

    lat: float
    lon: float
    category_ids: tuple[int, ...]
    hours: list[dict[str, Any]]
    radius_m: int = 1500
    travel: str = USUAL
    languages: tuple[str, ...] = ("zh_Hans",)
    max_load: int = 2
    weekly_limit: int = 7
    skill_ids: tuple[int, ...] = ()
    wishes: tuple[str, ...] = ()
    woman: bool = False


def errors_of(session: Session, terms: OfferTerms) -> dict[str, str]:
    """What is wrong with the terms: a field's name to a msgid."""
    errors: dict[str, str] = {}
    if not (-90 <= terms.lat <= 90 and -180 <= terms.lon <= 180):
        errors["place"] = N_("请在地图上点出您一般从哪里出发")
    if not RADIUS_M[0] <= terms.radius_m <= RADIUS_M[1]:
        errors["radius_m"] = N_("距离请填 200 到 20000 米")
    if terms.travel not in list(Travel):
        errors["travel"] = N_("请选您怎么去")
    if not LOAD[0] <= terms.max_load <= LOAD[1]:
        errors["max_load"] = N_("同时接的单请填 1 到 10")
    if not WEEKLY[0] <= terms.weekly_limit <= WEEKLY[1]:
        errors["weekly_limit"] = N_("每周接的单请填 1 到 50")
    try:
        parse_hours(terms.hours)
    except BadHours:
        errors["hours"] = N_("服务时间不对，请检查起止时间")
    if not terms.languages or any(not 0 < len(one) <= SPOKEN for one in terms.languages):
        errors["languages"] = N_("请至少选一种语言")
    if not terms.category_ids or not _all_there(session, Category, terms.category_ids):
        errors["categories"] = N_("请至少选一种服务")
    if not _all_there(session, Skill, terms.skill_ids):
        errors["skills"] = N_("有一项技能不在目录里")
    return errors


def _all_there(session: Session, table: type[Category] | type[Skill], ids: tuple[int, ...]) -> bool:
    found = session.scalars(select(table.id).where(table.id.in_(ids))).all()
    return set(found) == set(ids)


def offer_columns(terms: OfferTerms) -> dict[str, Any]:
    """The columns of an offer that its terms fill."""
    return {
        "lat": terms.lat,
        "lon": terms.lon,
        "radius_m": terms.radius_m,
        "travel": terms.travel,
        "hours": hours_json(parse_hours(terms.hours)),
        "languages": list(dict.fromkeys(terms.languages)),
        "max_load": terms.max_load,
        "weekly_limit": terms.weekly_limit,
        "wishes": known_wishes(terms.wishes, OF_VOLUNTEERS),
        "woman": terms.woman,
    }


def write_offer(
    session: Session,
    *,
    person_id: int,
    area_path: str,
    terms: OfferTerms,
    active: bool,
    now: datetime,
) -> Offer:
    """Adds an offer with its categories and skills."""
    offer = Offer(
        person_id=person_id,
        area_path=area_path,
        active=active,
        updated_at=now,
        **offer_columns(terms),
    )
    session.add(offer)
    session.flush()
    _write_lists(session, offer, terms)
    spread_offer(session, person_id)
    return offer


def rewrite_offer(
    session: Session, offer: Offer, terms: OfferTerms, *, version: int, now: datetime
) -> None:
    """Changes the terms. Raises Stale when they were changed meanwhile."""
    still = update(Offer).where(Offer.id == offer.id, Offer.version == version)
    values = {**offer_columns(terms), "updated_at": now, "version": Offer.version + 1}
    if not changed(session, still.values(**values)):
        raise Stale(N_("服务供给已经被改过了，请看最新内容"))
    session.refresh(offer)
    _write_lists(session, offer, terms)
    spread_offer(session, offer.person_id)


def set_pause(session: Session, offer: Offer, until: datetime | None, *, now: datetime) -> None:
    """Begins, moves or ends a pause; None ends it."""
    values = {"offer": offer.id, "until": until, "now": now}
    session.connection().execute(PAUSE, values)
    spread_pause(session, offer.person_id, until)


def set_active(session: Session, person_id: int, active: bool) -> None:
    """Whether a person's offer is in use; does nothing for somebody without one."""
    values = {"active": active, "version": Offer.version + 1}
    if changed(session, update(Offer).where(Offer.person_id == person_id).values(**values)):
        spread_offer(session, person_id)


def _write_lists(session: Session, offer: Offer, terms: OfferTerms) -> None:
    changed(session, delete(OfferCategory).where(OfferCategory.offer_id == offer.id))
    for category_id in dict.fromkeys(terms.category_ids):
        insert_once(session, OfferCategory, offer_id=offer.id, category_id=category_id)
    # A verified certificate stays with a skill that is kept.
    gone = delete(PersonSkill).where(
        PersonSkill.person_id == offer.person_id, PersonSkill.skill_id.not_in(terms.skill_ids)
    )
    changed(session, gone)
    for skill_id in dict.fromkeys(terms.skill_ids):
        insert_once(session, PersonSkill, person_id=offer.person_id, skill_id=skill_id)
