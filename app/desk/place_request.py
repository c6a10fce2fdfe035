"""Placing a help request: by the resident on the web or by text, by a coordinator for a caller."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import FoundPlace, area_of_point, place_by_id, root_area, zone_of
from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.codes import new_code
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, LimitReached
from app.core.i18n import N_
from app.desk.count_limit import EVERYBODY, count
from app.desk.request_state import deadlines_of
from app.desk.tell import tell_coordinators, tell_resident
from app.help_requests import rules
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.people.rules import BadPhone, normalise_phone
from app.trail.chain import record

NEED_MAX = 1000
ADDRESS_MAX = 200
NAME_MAX = 40
LATEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What was ordered, as it was given. Coordinates are WGS-84."""

    category_id: int
    need: str
    phone: str
    source: str
    language: str = "zh_Hans"
    name: str | None = None
    address: str | None = None
    place_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    wanted_from: datetime | None = None
    wanted_to: datetime | None = None
    spoken_language: str | None = None
    volunteers_needed: int | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What the resident is told."""

    request_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _Where:
    area: Area
    lat: float | None
    lon: float | None
    rough: str
    state: str
    place_id: int | None


def place_request(
    session: Session,
    *,
    actor: Actor,
    order: NewOrder,
    now: datetime,
    region: str,
    address_range: str | None = None,
    phone_confirmed: bool = False,
    attention: str | None = None,
) -> Placed:
    """Places an order.

    Raises Invalid with the fields that are wrong, LimitReached when today's are used up. An order
    by text is never refused: what is wrong with it becomes a reason for the coordinator to look.
    """
    by_text = order.source == "sms"
    category = session.get(Category, order.category_id)
    errors = _errors(order, category, now)
    phone = _phone(order, region, errors)
    where = _where(session, order)
    if where is None and not by_text:
        errors["place"] = N_("这个位置不在我们的服务范围内，请检查，或打电话给服务点")
    if errors:
        raise Invalid(errors)
    assert category is not None
    where = where or _somewhere(session)
    if order.source == "phone":
        actor.needs("coordinator", where.area.path)
    attention = _counted(session, phone, address_range, order.source, where, now) or attention
    if where.state == "needs_pin":
        attention = attention or "needs_pin"
    request = _new_request(order, category, phone, where, actor, now, phone_confirmed, attention)
    session.add(request)
    session.flush()
    _tell_and_record(session, request, actor, now)
    return Placed(request.id, request.code)


def _errors(order: NewOrder, category: Category | None, now: datetime) -> dict[str, str]:
    errors: dict[str, str] = {}
    if category is None or not category.active:
        errors["category"] = N_("请选一种服务")
    if not order.need.strip():
        errors["need"] = N_("请写一句要帮什么忙")
    elif len(order.need) > NEED_MAX:
        errors["need"] = N_("请少写一些，最多 1000 个字")
    if len(order.address or "") > ADDRESS_MAX:
        errors["address"] = N_("地址太长了，请少写一些")
    if len(order.name or "") > NAME_MAX:
        errors["name"] = N_("请少写一些")
    start, end = order.wanted_from, order.wanted_to
    if end is not None and (end <= now or (start is not None and end <= start)):
        errors["wanted"] = N_("这个时段已经过了，请另选")
    elif start is not None and start > now + LATEST:
        errors["wanted"] = N_("请选 60 天以内的一天")
    needed = order.volunteers_needed
    if needed is not None and not 1 <= needed <= 20:
        errors["volunteers_needed"] = N_("志愿者人数是 1 到 20")
    return errors


def _phone(order: NewOrder, region: str, errors: dict[str, str]) -> str:
    try:
        return normalise_phone(order.phone, region)
    except BadPhone:
        errors["phone"] = N_("这个手机号码不对，请检查一下")
        return order.phone


def _where(session: Session, order: NewOrder) -> _Where | None:
    """The area and point that are meant; None for a point outside of every area."""
    if order.place_id is not None:
        place = place_by_id(session, order.place_id)
        if place is not None:
            return _at_place(session, place)
    if order.lat is not None and order.lon is not None:
        area = area_of_point(session, order.lat, order.lon)
        if area is None:
            return None
        return _Where(area, order.lat, order.lon, area.name_zh, "known", None)
    root = root_area(session)
    if root is None:
        return None
    state = "to_geocode" if (order.address or "").strip() else "needs_pin"
    return _Where(root, None, None, root.name_zh, state, None)


def _at_place(session: Session, place: FoundPlace) -> _Where:
    area = session.get_one(Area, place.area_id)
    return _Where(area, place.lat, place.lon, place.rough_name, "known", place.id)


def _somewhere(session: Session) -> _Where:
    root = root_area(session)
    if root is None:
        raise Invalid({"place": N_("还没有建立任何区域")})
    return _Where(root, None, None, root.name_zh, "needs_pin", None)


def _counted(
    session: Session,
    phone: str,
    address_range: str | None,
    source: str,
    where: _Where,
    now: datetime,
) -> str | None:
    """Counts against the limits. A text beyond them is kept for the coordinator all the same."""
    if source == "phone":
        return None
    zone = zone_of(session, where.area.path)
    try:
        count(session, kind="order_phone", subject=phone, now=now, zone=zone)
        if address_range is not None:
            count(session, kind="order_range", subject=address_range, now=now, zone=zone)
        count(session, kind="order_all", subject=EVERYBODY, now=now, zone=zone)
    except LimitReached:
        if source == "sms":
            return "over_limit"
        raise
    return None


def _new_request(
    order: NewOrder,
    category: Category,
    phone: str,
    where: _Where,
    actor: Actor,
    now: datetime,
    confirmed: bool,
    attention: str | None,
) -> HelpRequest:
    by_coordinator = order.source == "phone"
    state = State.SUBMITTED if _verify_first(category, order, attention) else State.OPEN
    due = rules.due_at(state, deadlines_of(category), since=now, wanted_from=order.wanted_from)
    trusted = confirmed or by_coordinator
    automatic = category.mode == "auto"
    values: dict[str, Any] = {
        "code": new_code(),
        "category_id": category.id,
        "area_id": where.area.id,
        "area_path": where.area.path,
        "state": str(state),
        "urgency": order.urgency or category.urgency,
        "source": order.source,
        "language": order.language,
        "name": order.name,
        "phone": phone,
        "phone_lookup": lookup_hash("phone", phone),
        "need": order.need.strip(),
        "address": order.address,
        "rough_place": where.rough,
        "place_id": where.place_id,
        "lat": where.lat,
        "lon": where.lon,
        "place_state": where.state,
        "wanted_from": order.wanted_from,
        "wanted_to": order.wanted_to,
        "spoken_language": order.spoken_language,
        "volunteers_needed": order.volunteers_needed or category.volunteers_needed,
        "arrival_code": f"{secrets.randbelow(10_000):04d}",
        "phone_confirmed_at": now if trusted else None,
        "phone_confirmed_by": actor.person_id if by_coordinator else None,
        "submitted_at": now,
        "entered_by": actor.person_id if by_coordinator else None,
        "state_since": now,
        "due_at": due,
        "next_action_at": now if state == State.OPEN and automatic else due,
        "attention": attention,
        "auto_dispatch": automatic,
    }
    return HelpRequest(**values)


def _verify_first(category: Category, order: NewOrder, attention: str | None) -> bool:
    """A coordinator who types it in has verified it; anything doubtful is looked at first."""
    if order.source == "phone":
        return False
    return category.verify_first or attention is not None


def _tell_and_record(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        kind="help_request.placed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={
            "source": request.source,
            "state": request.state,
            "category": request.category_id,
            "place": request.place_state,
            "attention": request.attention,
        },
    )
    tell_resident(session, request, "request_received", now=now)
    if request.attention is not None or request.urgency == "urgent":
        reason = request.attention or "urgent"
        tell_coordinators(session, request, reason=reason, now=now, occurrence=f"new:{reason}")
