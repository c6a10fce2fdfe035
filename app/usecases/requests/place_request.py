"""Places a help request: a resident's by web or text, or a caller's through a coordinator."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.catalogue.models import Category
from app.catalogue.queries import active_categories
from app.catalogue.rules import DispatchMode
from app.conversation.danger import Danger, find_danger
from app.core.actor import RoleName
from app.core.attention import Attention
from app.core.codes import new_code
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, LimitReached
from app.core.i18n import N_
from app.core.urgency import Urgency
from app.core.wishes import COMPANIONS, Wish, known_wishes
from app.help_requests import rules
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import is_pressing
from app.help_requests.rules import State
from app.people.rules import BadPhone, normalise_phone
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.locate_order import NEEDS_PIN, Where, nowhere_yet, place_of
from app.usecases.shared.count_limit import EVERYBODY, count_limit
from app.usecases.shared.place_state import fit_places
from app.usecases.shared.request_state import deadlines_of, wake_if_looked_for

NEED_MAX = 1000
ADDRESS_MAX = 200
NAME_MAX = 40
PHONE_MAX = 40
SPOKEN_MAX = 10
MOST_VOLUNTEERS = 20
# Sixty days ahead, to the midnight that ends the last of them.
LATEST = timedelta(days=61)
CATCH_ALL = "other"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What was ordered, as given. Coordinates are WGS-84; `source` is web, sms or phone.

    Of `wishes` (`core.wishes`) only those count that the category asks for.

    `phone` and `name` are those of the person who orders; `visited_phone` and `visited_name` those
    of the family member who is helped (代叫), None when that is the same person. `raw_text`: `need`
    is an unparsed text in the sender's own words.
    """

    category_id: int
    need: str
    phone: str
    source: str
    language: str = "zh_Hans"
    name: str | None = None
    visited_name: str | None = None
    visited_phone: str | None = None
    address: str | None = None
    place_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    wanted_from: datetime | None = None
    wanted_to: datetime | None = None
    spoken_language: str | None = None
    volunteers_needed: int | None = None
    wishes: tuple[str, ...] = ()
    urgency: str | None = None
    raw_text: bool = False
    # A coordinator says that words of danger in the need are none.
    no_danger: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """What the resident is shown after ordering."""

    request_id: int
    code: str


def place_request(
    context: Context,
    *,
    order: NewOrder,
    region: str,
    address_range: str | None = None,
    phone_confirmed: bool = False,
    attention: str | None = None,
) -> Placed:
    """Places an order.

    Raises Invalid with the wrong fields, LimitReached when today's limit is used up. An order by
    text is never refused: what is wrong with it becomes a reason for the coordinator to check.
    Words of danger make it urgent, and no limit of a phone holds it back.
    """
    category = context.session.get(Category, order.category_id)
    phone, errors = _phone(order, region)
    order, wrong = _visited(order, region)
    errors |= wrong | _errors(order, category, context.now)
    where = place_of(context.session, place_id=order.place_id, lat=order.lat, lon=order.lon)
    if where is None:
        errors |= _errors_of_place(order)
    if order.source == "sms":
        order, category = _mended(order, errors), category or _any_category(context.session)
        attention = attention or ("not_understood" if errors or order.raw_text else None)
        phone_confirmed = phone_confirmed and "phone" not in errors
    elif errors:
        raise Invalid(errors)
    assert category is not None
    where = where or nowhere_yet(context.session, context.actor, order.address)
    if order.source == "phone":
        context.actor.needs(RoleName.COORDINATOR, where.area.path)
    danger = None if order.no_danger else find_danger(order.need)
    order = replace(order, urgency=Urgency.URGENT) if danger else order
    certain = danger is not None and danger.certain
    # In danger a phone has no limit; an address range has one, against alarms by a program.
    counted = None if certain else phone
    if not certain or order.source == "web":
        over = _counted(context.session, counted, address_range, order.source, where, context.now)
        attention = over or attention or (NEEDS_PIN if where.state == NEEDS_PIN else None)
    attention = Attention.DANGER if certain else attention
    request = _new_request(
        context, order, category, phone, where, confirmed=phone_confirmed, attention=attention
    )
    context.session.add(request)
    context.session.flush()
    fit_places(context, request, request.volunteers_needed)
    wake_if_looked_for(context.session, request, context.now)
    _record(context, request)
    _notify_received(context, request, danger)
    raise_if_pressing(context.session, request, occasion="new", now=context.now)
    return Placed(request.id, request.code)


def _notify_received(context: Context, request: HelpRequest, danger: Danger | None) -> None:
    if danger is None:
        notify_resident(context.session, request, "request_received", now=context.now)
        return
    words = "danger_new" if danger.certain else "danger_possible"
    notify_resident(context.session, request, words, now=context.now, numbers=list(danger.numbers))


def _phone(order: NewOrder, region: str) -> tuple[str, dict[str, str]]:
    try:
        return normalise_phone(order.phone, region), {}
    except BadPhone:
        return order.phone[:PHONE_MAX], {"phone": N_("这个手机号码不对，请检查一下")}


def _visited(order: NewOrder, region: str) -> tuple[NewOrder, dict[str, str]]:
    """The order with the visited person's number in E.164, or what is wrong with it."""
    if not (order.visited_phone or "").strip():
        return replace(order, visited_phone=None), {}
    try:
        number = normalise_phone(order.visited_phone or "", region)
    except BadPhone:
        return order, {"visited_phone": N_("家人的手机号码不对，请检查一下")}
    return replace(order, visited_phone=number), {}


def _errors(order: NewOrder, category: Category | None, now: datetime) -> dict[str, str]:
    needed = order.volunteers_needed
    checks = {
        "category": (category is None or not category.active, N_("请选一种服务")),
        "need": (not order.need.strip(), N_("请写一句要帮什么忙")),
        "address": (len(order.address or "") > ADDRESS_MAX, N_("地址太长了，请少写一些")),
        "name": (len(order.name or "") > NAME_MAX, N_("请少写一些")),
        "visited_name": (len(order.visited_name or "") > NAME_MAX, N_("请少写一些")),
        "spoken_language": (len(order.spoken_language or "") > SPOKEN_MAX, N_("请选一种语言")),
        "volunteers_needed": (
            needed is not None and not 1 <= needed <= MOST_VOLUNTEERS,
            N_("志愿者人数是 1 到 20"),
        ),
        "urgency": (
            order.urgency is not None and order.urgency not in rules.URGENCY_RANK,
            N_("请选一个紧急程度"),
        ),
    }
    errors = {field: msgid for field, (wrong, msgid) in checks.items() if wrong}
    if len(order.need.strip()) > NEED_MAX:
        errors["need"] = N_("请少写一些，最多 1000 个字")
    return errors | errors_of_period(order.wanted_from, order.wanted_to, now)


def errors_of_period(start: datetime | None, end: datetime | None, now: datetime) -> dict[str, str]:
    """What is wrong with the wanted time [start, end)."""
    if end is not None and (end <= now or (start is not None and end <= start)):
        return {"wanted": N_("这个时段已经过了，请另选")}
    if start is not None and start > now + LATEST:
        return {"wanted": N_("请选 60 天以内的一天")}
    return {}


def _errors_of_place(order: NewOrder) -> dict[str, str]:
    """A web order needs some location; a caller's may be found later."""
    if order.source == "sms":
        return {}
    if order.lat is not None and order.lon is not None:
        return {"place": N_("这个位置不在我们的服务范围内，请检查，或打电话给服务点")}
    if order.source == "web" and not (order.address or "").strip():
        return {"place": N_("请写小区名，或在地图上点一下位置")}
    return {}


def _mended(order: NewOrder, errors: dict[str, str]) -> NewOrder:
    """An order by text without its unusable fields."""
    mended = replace(
        order,
        need=order.need.strip()[:NEED_MAX],
        address=(order.address or "")[:ADDRESS_MAX] or None,
        name=(order.name or "")[:NAME_MAX] or None,
    )
    for field in ("spoken_language", "volunteers_needed", "urgency"):
        if field in errors:
            mended = replace(mended, **{field: None})  # type: ignore[arg-type]
    return replace(mended, wanted_from=None, wanted_to=None) if "wanted" in errors else mended


def _any_category(session: Session) -> Category:
    """The category for anything, else one that a coordinator checks first."""
    active = active_categories(session)
    named = [one for one in active if one.code == CATCH_ALL]
    looked_at = [one for one in active if one.verify_first]
    for one in (*named, *looked_at, *active):
        return one
    raise Invalid({"category": N_("请选一种服务")})


def _counted(
    session: Session,
    phone: str | None,
    address_range: str | None,
    source: str,
    where: Where,
    now: datetime,
) -> str | None:
    """Counts against the limits. A text beyond them is still stored, for the coordinator."""
    if source == "phone":
        return None
    zone = zone_of(session, where.area.path)
    try:
        if phone is not None:
            count_limit(session, kind="order_phone", subject=phone, now=now, zone=zone)
        if address_range is not None:
            count_limit(session, kind="order_range", subject=address_range, now=now, zone=zone)
        count_limit(session, kind="order_all", subject=EVERYBODY, now=now, zone=zone)
    except LimitReached:
        if source == "sms":
            return "over_limit"
        raise
    return None


def _new_request(
    context: Context,
    order: NewOrder,
    category: Category,
    phone: str,
    where: Where,
    *,
    confirmed: bool,
    attention: str | None,
) -> HelpRequest:
    state = State.SUBMITTED if _verify_first(category, order, attention) else State.OPEN
    due = rules.due_at(
        state, deadlines_of(category), since=context.now, wanted_from=order.wanted_from
    )
    wishes = known_wishes(order.wishes, category.wishes)
    typed_by = context.actor.person_id if order.source == "phone" else None
    values: dict[str, Any] = {
        "code": new_code(),
        "category_id": category.id,
        "state": str(state),
        "urgency": order.urgency or category.urgency,
        "source": order.source,
        "language": order.language,
        "name": (order.name or "").strip() or None,
        "phone": phone,
        "phone_lookup": lookup_hash("phone", phone),
        "visited_name": (order.visited_name or "").strip() or None,
        "visited_phone": order.visited_phone,
        "need": order.need.strip(),
        "address": (order.address or "").strip() or None,
        "wanted_from": order.wanted_from,
        "wanted_to": order.wanted_to,
        "spoken_language": order.spoken_language,
        "wishes": wishes,
        "volunteers_needed": least_needed(
            order.volunteers_needed or category.volunteers_needed, wishes
        ),
        "arrival_code": f"{secrets.randbelow(10_000):04d}",
        "phone_confirmed_at": context.now if confirmed or order.source == "phone" else None,
        "phone_confirmed_by": typed_by,
        "submitted_at": context.now,
        "entered_by": typed_by,
        "state_since": context.now,
        "due_at": due,
        # A tick sends the first wave, or proposes one to the coordinator.
        "next_action_at": context.now if state == State.OPEN else due,
        "attention": attention,
        "auto_dispatch": category.mode == DispatchMode.AUTO,
    }
    return HelpRequest(**values, **_columns_of(where))


def least_needed(needed: int, wishes: Collection[str]) -> int:
    """How many volunteers are needed: with a companion at least two."""
    return max(needed, COMPANIONS) if Wish.COMPANION in wishes else needed


def _columns_of(where: Where) -> dict[str, Any]:
    return {
        "area_id": where.area.id,
        "area_path": where.area.path,
        "rough_place": where.rough,
        "place_id": where.place_id,
        "lat": where.lat,
        "lon": where.lon,
        "place_state": where.state,
    }


def _verify_first(category: Category, order: NewOrder, attention: str | None) -> bool:
    """A coordinator who types it in has verified it; anything doubtful is checked first."""
    if order.source == "phone":
        return False
    return category.verify_first or attention is not None


def _record(context: Context, request: HelpRequest) -> None:
    record(
        context,
        kind="help_request.placed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={
            "source": request.source,
            "state": request.state,
            "category": request.category_id,
            "place": request.place_state,
            "attention": request.attention,
        },
    )


def raise_if_pressing(
    session: Session, request: HelpRequest, *, occasion: str, now: datetime
) -> None:
    """Notifies the area's coordinators of an urgent or doubtful request; others wait in the queue.

    One `occasion` is notified only once.
    """
    if request.attention is not None or is_pressing(request.urgency, request.wanted_from, now):
        reason = request.attention or "urgent"
        occurrence = f"{occasion}:{reason}"
        notify_coordinators(session, request, reason=reason, now=now, occurrence=occurrence)
