"""One help request before its coordinator: the whole story, and every action in one click."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.datum import Datum
from app.core.db import db, writing
from app.core.errors import Invalid, Stale
from app.core.i18n import N_
from app.desk.amend_request import change, extend_deadline, set_pin, write_note
from app.desk.cancel_request import cancel
from app.desk.choose_volunteers import assign, withdraw
from app.desk.confirm_phone import confirm_by_call
from app.desk.dispatch_wave import send_wave
from app.desk.see_board import SHOWN, open_case
from app.desk.verify_request import approve, link_duplicate, reject
from app.notifications.wording import ATTENTION
from app.trail.chain import record
from app.web.coordinator.words import exclusion_words, part_words, story_words
from app.web.errors import message
from app.web.guards import actor_as, page_for
from app.web.once import done, once
from app.web.settings import config

bp = Blueprint("case", __name__, url_prefix="/c/requests")


def _page(
    request_id: int, *, wrong: dict[str, str] | None = None, status: int = 200
) -> AnyResponse:
    found = open_case(db.session(), actor=actor_as("coordinator"), request_id=request_id, now=g.now)
    return make_response(
        render_template(
            "coordinator/case.html",
            case=found,
            request_=found.request,
            shown=SHOWN,
            part_words=part_words,
            exclusion_words=exclusion_words,
            story_words=story_words,
            attention=ATTENTION,
            wrong=wrong or {},
            revealed=None,
            tiles=config().tile_url,
        ),
        status,
    )


@bp.get("/<int:request_id>")
@page_for("coordinator")
def case(request_id: int) -> AnyResponse:
    """The request, who may be asked and why, and everything that happened."""
    return _page(request_id)


@bp.get("/<int:request_id>/print")
@page_for("coordinator")
def printed(request_id: int) -> str:
    """The trail of the request, for paper."""
    found = open_case(db.session(), actor=actor_as("coordinator"), request_id=request_id, now=g.now)
    return render_template(
        "coordinator/print.html", case=found, request_=found.request, story_words=story_words
    )


@bp.post("/<int:request_id>/reveal")
@page_for("coordinator")
def contact(request_id: int) -> AnyResponse:
    """Shows name, phone and door to the coordinator; the look is in the trail."""
    actor = actor_as("coordinator")
    with writing() as session:
        found = open_case(session, actor=actor, request_id=request_id, now=g.now)
        shown = {
            "name": found.request.name,
            "phone": found.request.phone,
            "visited_name": found.request.visited_name,
            "visited_phone": found.request.visited_phone,
            "address": found.request.address,
        }
        record(
            session,
            actor=actor,
            kind="help_request.revealed",
            subject=("help_request", request_id),
            area_path=found.request.area_path,
            request_id=request_id,
            now=g.now,
        )
    return make_response(render_template("coordinator/contact.html", shown=shown, id=request_id))


def _version() -> int | None:
    return request.form.get("version", type=int)


def _do(request_id: int, verb: Callable[..., Any], **values: Any) -> AnyResponse:
    """One action: back to the request, or with its errors at their fields."""
    try:
        with writing() as session:
            verb(
                session,
                actor=actor_as("coordinator"),
                request_id=request_id,
                now=g.now,
                **values,
            )
            return done(session, _back(request_id))
    except Invalid as error:
        wrong = {name: _(text) for name, text in error.fields.items()}
        return _page(request_id, wrong=wrong, status=422)
    except Stale as error:
        flash(message(error), "warning")
        return redirect(_back(request_id), code=303)


def _back(request_id: int) -> str:
    """The board for a click there, else the request itself."""
    if request.form.get("back") == "board":
        return url_for("board.board")
    return url_for("case.case", request_id=request_id)


@bp.post("/<int:request_id>/approve")
@page_for("coordinator")
@once
def do_approve(request_id: int) -> AnyResponse:
    """审核通过."""
    return _do(request_id, approve, version=_version())


@bp.post("/<int:request_id>/reject")
@page_for("coordinator")
@once
def do_reject(request_id: int) -> AnyResponse:
    """不通过, with a reason that the resident sees."""
    return _do(request_id, reject, version=_version(), reason=request.form.get("reason") or "")


@bp.post("/<int:request_id>/duplicate")
@page_for("coordinator")
@once
def do_duplicate(request_id: int) -> AnyResponse:
    """The same as another."""
    of_id = request.form.get("of", type=int)
    if of_id is None:
        raise Invalid({"of": N_("请选另一张还在办理的需求单")})
    return _do(request_id, link_duplicate, version=_version(), of_id=of_id)


@bp.post("/<int:request_id>/send")
@page_for("coordinator")
@once
def do_send(request_id: int) -> AnyResponse:
    """Sends to exactly those who were ticked, in the order that was given."""
    chosen = request.form.getlist("person", type=int)
    order = {pid: request.form.get(f"order-{pid}", 99, type=int) for pid in chosen}
    ranked = sorted(chosen, key=lambda pid: order[pid])
    return _do(request_id, send_wave, version=_version(), person_ids=ranked)


@bp.post("/<int:request_id>/wave")
@page_for("coordinator")
@once
def do_wave(request_id: int) -> AnyResponse:
    """Sends the next wave as the matcher proposes it."""
    return _do(request_id, send_wave, version=_version())


@bp.post("/<int:request_id>/assign")
@page_for("coordinator")
@once
def do_assign(request_id: int) -> AnyResponse:
    """A volunteer said yes on the phone."""
    person_id = request.form.get("person", 0, type=int)
    agreed = request.form.get("agreed") == "y"
    return _do(request_id, assign, version=_version(), person_id=person_id, agreed=agreed)


def _withdraw(session: Any, *, actor: Any, request_id: int, match_id: int, now: Any) -> None:
    withdraw(session, actor=actor, match_id=match_id, now=now)


@bp.post("/<int:request_id>/withdraw/<int:match_id>")
@page_for("coordinator")
@once
def do_withdraw(request_id: int, match_id: int) -> AnyResponse:
    """撤回派单."""
    return _do(request_id, _withdraw, match_id=match_id)


@bp.post("/<int:request_id>/confirm")
@page_for("coordinator")
@once
def do_confirm(request_id: int) -> AnyResponse:
    """The number was called back."""
    return _do(request_id, confirm_by_call)


@bp.post("/<int:request_id>/cancel")
@page_for("coordinator")
@once
def do_cancel(request_id: int) -> AnyResponse:
    """取消."""
    return _do(request_id, cancel, version=_version(), why=request.form.get("reason") or "")


@bp.post("/<int:request_id>/note")
@page_for("coordinator")
@once
def do_note(request_id: int) -> AnyResponse:
    """写备注."""
    return _do(request_id, write_note, text=request.form.get("note") or "")


@bp.post("/<int:request_id>/extend")
@page_for("coordinator")
@once
def do_extend(request_id: int) -> AnyResponse:
    """延长时限."""
    return _do(
        request_id,
        extend_deadline,
        version=_version(),
        minutes=request.form.get("minutes", 0, type=int),
        reason=request.form.get("reason") or "",
    )


@bp.post("/<int:request_id>/change")
@page_for("coordinator")
@once
def do_change(request_id: int) -> AnyResponse:
    """修改紧急程度和人数."""
    return _do(
        request_id,
        change,
        version=_version(),
        urgency=request.form.get("urgency"),
        volunteers_needed=request.form.get("volunteers_needed", type=int),
    )


@bp.post("/<int:request_id>/pin")
@page_for("coordinator")
@once
def do_pin(request_id: int) -> AnyResponse:
    """Puts the place on the map."""
    lat, lon = request.form.get("lat", type=float), request.form.get("lon", type=float)
    if lat is None or lon is None:
        raise Invalid({"place": N_("请在地图上点一下位置")})
    return _do(request_id, set_pin, version=_version(), lat=lat, lon=lon, datum=Datum.WGS84)
