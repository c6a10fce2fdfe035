"""A request's position changes: a coordinator sets it on the map, or its resident says where."""

from typing import Any

from app.areas.datum import Datum, to_wgs84
from app.areas.queries import area_of_point
from app.core.actor import RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Invalid
from app.core.i18n import N_
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LOOKED_FOR
from app.usecases.requests.amend_request import live_request, update_request
from app.usecases.requests.another_question import question_of
from app.usecases.requests.follow_change import follow_change
from app.usecases.requests.locate_order import KNOWN
from app.usecases.requests.place_request import raise_if_pressing


def set_pin(
    context: Context, *, request_id: int, version: int | None, lat: float, lon: float, datum: Datum
) -> None:
    """Sets the position; in another area, hands the request over to that area's coordinators.

    Raises Invalid outside every area.
    """
    request = live_request(context.session, context.actor, request_id, version)
    at_lat, at_lon = to_wgs84(lat, lon, datum)
    area = area_of_point(context.session, at_lat, at_lon)
    if area is None:
        raise Invalid({"place": N_("这个位置不在我们的服务范围内")})
    values: dict[str, Any] = {"lat": at_lat, "lon": at_lon, "place_state": KNOWN}
    if area.id != request.area_id:
        values |= {"area_id": area.id, "area_path": area.path, "rough_place": area.name_zh}
    move_to(context, request, values, {"area": area.id, "datum": str(datum)})
    if not context.actor.has(RoleName.COORDINATOR, area.path):
        raise_if_pressing(
            context.session, request, occasion=f"moved:{request.version}", now=context.now
        )


def move_to(
    context: Context, request: HelpRequest, values: dict[str, Any], details: dict[str, Any]
) -> None:
    """Gives a locked request another place, and tells who was asked or has accepted."""
    if request.attention == Attention.NEEDS_PIN and values["place_state"] == KNOWN:
        values["attention"] = None
    if request.state in LOOKED_FOR:
        values["next_action_at"] = context.now
    before = question_of(request)
    update_request(context, request, kind="help_request.place_set", values=values, details=details)
    follow_change(context, request, ["place"], before=before)
