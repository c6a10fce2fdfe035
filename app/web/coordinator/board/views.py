"""The board: the queue, oldest urgent requests first, beside the map. It refreshes itself."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.catalogue.queries import category_names
from app.core.actor import RoleName
from app.core.db import db
from app.core.urgency import Urgency
from app.dispatch.queries import waiting_answers
from app.help_requests import board as lists
from app.help_requests.board import PAGE, QueueLine
from app.help_requests.rules import LOOKED_FOR, STATE_NAMES, State, is_overdue
from app.notifications.queries import undelivered
from app.notifications.wording import ATTENTION
from app.people.queries import count_people
from app.people.rules import PersonState
from app.rotation.queries import on_duty_now
from app.usecases.messages.reach import unreachable_helpers
from app.usecases.requests.see_board import stamp_of_board
from app.usecases.requests.see_unreached import unreached_requests
from app.usecases.shared.acknowledged import looked_after
from app.web.common.guards import page_for
from app.web.common.languages import current_locale
from app.web.common.own_areas import AREA_LEVELS, own_paths
from app.web.common.settings import config
from app.web.common.zones import zone_at
from app.web.coordinator.board.filters import CODE_MAX, OVER, OVERDUE, UNREACHED, Asked, asked
from app.web.coordinator.board.next_steps import next_step, why_late

bp = Blueprint("board", __name__, url_prefix="/c")

TABS = ("submitted", "open", "matching", "assigned", "in_progress", "finished", "reopened")


def _pin(line: QueueLine, names: dict[int, str]) -> dict[str, Any]:
    return {
        "lat": line.lat,
        "lon": line.lon,
        "title": names.get(line.category_id, ""),
        "text": line.rough_place,
        "href": url_for("case.case", request_id=line.id),
        "kind": _kind(line),
        "id": f"case-{line.id}",
    }


def _kind(line: QueueLine) -> str:
    if is_overdue(line.due_at, g.now):
        return "late"
    if line.state in (State.ASSIGNED, State.IN_PROGRESS):
        return "going"
    return "urgent" if line.urgency == Urgency.URGENT else "waiting"


def _lines(wanted: Asked, within: Sequence[str], unreached: Sequence[int]) -> list[QueueLine]:
    if wanted.code:
        return lists.with_code(db.session(), within, wanted.code, limit=PAGE + 1)
    late, unheard = wanted.state == OVERDUE, wanted.state == UNREACHED
    return lists.queue(
        db.session(),
        within,
        state=None if late or unheard else wanted.state,
        overdue_at=g.now if late else None,
        category_id=wanted.category,
        ids=unreached if unheard else None,
        limit=PAGE + 1,
        offset=(wanted.page - 1) * PAGE,
    )


def _queue(wanted: Asked, places: Sequence[Any]) -> dict[str, Any]:
    session, mine = db.session(), own_paths()
    chosen = next((place.path for place in places if place.id == wanted.area), None)
    within = (chosen,) if chosen else mine
    unreached = unreached_requests(session, within, now=g.now)
    found = _lines(wanted, within, unreached)
    lines, names = found[:PAGE], category_names(session, current_locale())
    ids = [line.id for line in lines]
    waiting = waiting_answers(session, ids)
    return {
        "lines": lines,
        "more": len(found) > PAGE,
        "asked": wanted,
        "names": names,
        "counts": lists.counts(session, within, g.now, category_id=wanted.category),
        "attention": ATTENTION,
        "steps": {
            line.id: next_step(line, waiting.get(line.id), g.now, zone_at(line.area_path))
            for line in lines
        },
        "late": {line.id: why_late(line, g.now) for line in lines},
        "undelivered": undelivered(session, ids),
        "unreached": frozenset(unreached),
        "looked_after": looked_after(session, ids, g.now),
        "unasked": {line.id for line in lines if _may_send(line) and line.id not in waiting},
        "tabs": TABS,
        "state_names": STATE_NAMES,
        "pins": [
            _pin(line, names) for line in lists.pins(session, within, category_id=wanted.category)
        ],
    }


def _may_send(line: QueueLine) -> bool:
    """Whether a wave can be sent with one click."""
    wanted = line.state in (*LOOKED_FOR, State.REOPENED)
    return line.lat is not None and wanted and line.places_taken < line.volunteers_needed


def _places() -> list[Any]:
    return areas.areas_within(db.session(), own_paths(), levels=AREA_LEVELS)


@bp.get("")
@page_for(RoleName.COORDINATOR)
def board() -> AnyResponse:
    """The whole board; for htmx only the queue, and no content if nothing changed."""
    wanted = asked()
    if request.headers.get("HX-Request") == "true":
        return _refreshed(wanted)
    session, mine, places = db.session(), own_paths(), _places()
    shown = _queue(wanted, places)
    if len(wanted.code) == CODE_MAX and len(shown["lines"]) == 1:
        return redirect(url_for("case.case", request_id=shown["lines"][0].id), code=303)
    return make_response(
        render_template(
            "coordinator/board.html",
            duty=len({one for path in mine[:5] for one in on_duty_now(session, path, g.now)}),
            pending=sum(
                count_people(session, path, state=PersonState.PENDING) for path in mine[:5]
            ),
            unreachable=len(unreachable_helpers(session, mine, g.now)),
            tiles=config().tile_url,
            places=places,
            over=OVER,
            tag=_tag(wanted),
            **shown,
        )
    )


def _tag(wanted: Asked) -> str:
    """A tag of the queue's content. It includes the minute, because waiting times are shown."""
    stamp = stamp_of_board(db.session(), own_paths())
    minute = g.now.strftime("%Y%m%d%H%M")
    seed = f"{stamp}|{minute}|{wanted}|{current_locale()}|{g.who.person_id}"
    return hashlib.sha256(seed.encode()).hexdigest()[:20]


def _refreshed(wanted: Asked) -> Response:
    tag = _tag(wanted)
    if request.if_none_match.contains(tag):
        return Response(status=304)
    page = render_template("coordinator/queue.html", tag=tag, **_queue(wanted, _places()))
    response = make_response(page)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/outlines")
@page_for(RoleName.COORDINATOR)
def outlines() -> Response:
    """Outlines of the areas below the coordinator's, for the map."""
    found = areas.outlines(
        db.session(), levels=("subdistrict", "community"), paths=own_paths() or ("/0/",)
    )
    response = jsonify(found)
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
