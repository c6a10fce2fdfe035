"""One help request for its coordinator: the whole story, and every action in one click."""

from functools import partial

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.datum import Datum
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.usecases.requests.acknowledge_request import acknowledge_request
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.confirm_phone import confirm_by_call
from app.usecases.requests.extend_deadline import extend_deadline
from app.usecases.requests.report_danger import deny_danger
from app.usecases.requests.reveal_contact import reveal_contact
from app.usecases.requests.see_board import newest_line, open_case
from app.usecases.requests.see_near import see_near
from app.usecases.requests.set_pin import set_pin
from app.usecases.requests.write_note import write_note
from app.web.common.actor_words import who
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import once
from app.web.common.zones import zone_at
from app.web.coordinator.cases.find_page import find_page
from app.web.coordinator.cases.match_words import exclusion_words
from app.web.coordinator.cases.page import case_page, do, version
from app.web.coordinator.cases.story import title

bp = Blueprint("case", __name__, url_prefix="/c/requests")

REVEALED = ("name", "phone", "address", "visited_name", "visited_phone")


@bp.get("/<int:request_id>")
@page_for(RoleName.COORDINATOR)
def case(request_id: int) -> AnyResponse:
    """The request, who may be asked and why, and everything that happened."""
    return case_page(request_id)


@bp.get("/<int:request_id>/news")
@page_for(RoleName.COORDINATOR)
def news(request_id: int) -> AnyResponse:
    """Whether anything happened since the page was made: a notice, or no content."""
    newest = newest_line(db.session(), actor=actor_as(RoleName.COORDINATOR), request_id=request_id)
    if newest <= request.args.get("seen", 0, type=int):
        return Response(status=204)
    return make_response(render_template("coordinator/news.html", request_id=request_id))


@bp.get("/<int:request_id>/near")
@page_for(RoleName.COORDINATOR)
def near(request_id: int) -> str:
    """Everybody else nearby and why they are not proposed; for htmx only the list."""
    found = see_near(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), request_id=request_id
    )
    alone = request.headers.get("HX-Request") == "true"
    return render_template(
        "coordinator/near.html" if alone else "coordinator/near_page.html",
        near=found,
        exclusion_words=partial(exclusion_words, zone=zone_at(found.request.area_path)),
    )


@bp.get("/<int:request_id>/find")
@page_for(RoleName.COORDINATOR)
def find(request_id: int) -> AnyResponse:
    """Anybody by name or phone, in reach or not, with what speaks against each."""
    return find_page(request_id, request.args.get("words") or "")


@bp.get("/<int:request_id>/print")
@page_for(RoleName.COORDINATOR)
def printed(request_id: int) -> str:
    """The trail of the request, for printing."""
    found = open_case(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), request_id=request_id
    )
    return render_template(
        "coordinator/print.html",
        case=found,
        request_=found.request,
        names=names_in_words(found.names),
        title=title,
        who=who,
    )


@bp.post("/<int:request_id>/reveal")
@page_for(RoleName.COORDINATOR)
def contact(request_id: int) -> AnyResponse:
    """Shows name, phone and address to the coordinator; the trail records it."""
    with writing() as session:
        shown = reveal_contact(
            Context(session, actor_as(RoleName.COORDINATOR), g.now), request_id=request_id
        )
        revealed = {name: getattr(shown, name) for name in REVEALED}
    return case_page(request_id, revealed=revealed)


@bp.post("/<int:request_id>/confirm")
@page_for(RoleName.COORDINATOR)
@once
def do_confirm(request_id: int) -> AnyResponse:
    """Records that the number was called back."""
    return do(request_id, confirm_by_call)


@bp.post("/<int:request_id>/acknowledge")
@page_for(RoleName.COORDINATOR)
@once
def do_acknowledge(request_id: int) -> AnyResponse:
    """Records that the coordinator looks after it: coordinators are not called for a while."""
    return do(request_id, acknowledge_request)


@bp.post("/<int:request_id>/no-danger")
@page_for(RoleName.COORDINATOR)
@once
def do_no_danger(request_id: int) -> AnyResponse:
    """Records that nobody is in danger."""
    return do(request_id, deny_danger, version=version())


@bp.post("/<int:request_id>/cancel")
@page_for(RoleName.COORDINATOR)
@once
def do_cancel(request_id: int) -> AnyResponse:
    """Cancels the request."""
    return do(request_id, cancel_request, version=version(), why=request.form.get("reason") or "")


@bp.post("/<int:request_id>/note")
@page_for(RoleName.COORDINATOR)
@once
def do_note(request_id: int) -> AnyResponse:
    """Adds a note."""
    return do(request_id, write_note, text=request.form.get("note") or "")


@bp.post("/<int:request_id>/extend")
@page_for(RoleName.COORDINATOR)
@once
def do_extend(request_id: int) -> AnyResponse:
    """Extends the deadline."""
    return do(
        request_id,
        extend_deadline,
        version=version(),
        minutes=request.form.get("minutes", 0, type=int),
        reason=request.form.get("reason") or "",
    )


@bp.post("/<int:request_id>/change")
@page_for(RoleName.COORDINATOR)
@once
def do_change(request_id: int) -> AnyResponse:
    """Changes the urgency, the number of volunteers and what is wished."""
    return do(
        request_id,
        change_request,
        version=version(),
        urgency=request.form.get("urgency"),
        volunteers_needed=request.form.get("volunteers_needed", type=int),
        wishes=request.form.getlist("wishes") if "asks_wishes" in request.form else None,
    )


@bp.post("/<int:request_id>/pin")
@page_for(RoleName.COORDINATOR)
@once
def do_pin(request_id: int) -> AnyResponse:
    """Sets the pin on the map."""
    lat, lon = request.form.get("lat", type=float), request.form.get("lon", type=float)
    if lat is None or lon is None:
        return case_page(request_id, wrong={"place": _("请在地图上点一下位置")}, status=422)
    return do(request_id, set_pin, version=version(), lat=lat, lon=lon, datum=Datum.WGS84)
