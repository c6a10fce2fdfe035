"""A resident changes their own order: its time, its place, or what is wanted."""

from dataclasses import dataclass
from datetime import datetime

from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import NotAllowed, NotFound, Refused
from app.core.i18n import N_
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.help_requests.rules import CANCELLABLE, State
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.amend_request import change_values, update_request
from app.usecases.requests.locate_order import NEEDS_PIN, place_of
from app.usecases.requests.place_request import ADDRESS_MAX, NEED_MAX
from app.usecases.requests.set_pin import move_to
from app.usecases.shared.lock_request import lock_request


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What is to be otherwise; None or empty leaves it.

    `wanted_from` and `wanted_to` are UTC and come together. `adds` goes behind the need.
    """

    wanted_from: datetime | None = None
    wanted_to: datetime | None = None
    place_id: int | None = None
    address: str = ""
    category_id: int | None = None
    adds: str = ""


def change_own_order(context: Context, *, code: str, phone_lookup: str, change: OrderChange) -> str:
    """Changes the order with this code of this phone; returns the code.

    Volunteers who were asked or have accepted are notified. A new address that no place is known
    for goes to a coordinator.

    Raises NotFound for another phone's order, Refused when it has ended, Invalid for a bad time.
    """
    found = by_code(context.session, code)
    if found is None or found.phone_lookup != phone_lookup:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    request = lock_request(context.session, found.id)
    if request.erased_at is not None:
        raise NotAllowed(N_("这张需求单已经结束，不能再改"))
    if State(request.state) not in CANCELLABLE:
        raise Refused(N_("这张需求单已经结束，不能再改"))
    adds = change.adds.strip()
    change_values(
        context,
        request,
        {
            "category_id": change.category_id,
            "need": f"{request.need}\n{adds}"[:NEED_MAX] if adds else None,
            "address": change.address.strip()[:ADDRESS_MAX] or None,
            "wanted_from": change.wanted_from,
            "wanted_to": change.wanted_to,
        },
    )
    if change.place_id is not None:
        _move(context, request, change.place_id)
    elif change.address.strip():
        _ask_for_pin(context, request)
    return request.code


def _move(context: Context, request: HelpRequest, place_id: int) -> None:
    where = place_of(context.session, place_id=place_id, lat=None, lon=None)
    if where is None or where.place_id == request.place_id:
        return
    values = {
        "place_id": where.place_id,
        "lat": where.lat,
        "lon": where.lon,
        "place_state": where.state,
        "area_id": where.area.id,
        "area_path": where.area.path,
        "rough_place": where.rough,
    }
    move_to(context, request, values, {"area": where.area.id, "by": "resident"})


def _ask_for_pin(context: Context, request: HelpRequest) -> None:
    """Words that name no known place: a coordinator looks whether the position still is right."""
    if request.lat is None:
        return
    update_request(
        context,
        request,
        kind="help_request.address_unclear",
        values={"attention": request.attention or NEEDS_PIN},
        details={},
    )
    notify_coordinators(
        context.session,
        request,
        reason=Attention.NEEDS_PIN,
        now=context.now,
        occurrence=f"address:{request.version}",
    )
