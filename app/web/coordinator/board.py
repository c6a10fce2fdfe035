"""The board: what waits, oldest urgent first, beside the map. It refreshes itself."""

import hashlib
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for

from app.areas import queries as areas
from app.catalogue.queries import category_names
from app.core.db import db
from app.help_requests import queries as requests
from app.help_requests.queries import PAGE, QueueLine
from app.help_requests.rules import LIVE, is_overdue
from app.notifications.wording import ATTENTION
from app.people.queries import count_people
from app.rotation.queries import on_duty_now
from app.web.coordinator.words import story_words
from app.web.guards import actor_as, page_for
from app.web.languages import current_locale
from app.web.settings import config

bp = Blueprint("board", __name__, url_prefix="/c")

MOST_PAGES = 200


def paths() -> tuple[str, ...]:
    """The areas that this coordinator looks after."""
    return actor_as("coordinator").paths("coordinator")


def _pin(line: QueueLine, names: dict[int, str]) -> dict[str, Any]:
    late = is_overdue(line.due_at, g.now)
    kind = "late" if late else "urgent" if line.urgency == "urgent" else "waiting"
    return {
        "lat": line.lat,
        "lon": line.lon,
        "title": names.get(line.category_id, ""),
        "text": line.rough_place,
        "href": url_for("case.case", request_id=line.id),
        "kind": kind,
        "id": f"case-{line.id}",
    }


def _queue() -> dict[str, Any]:
    session, mine = db.session(), paths()
    state = request.args.get("state")
    page = max(1, min(MOST_PAGES, request.args.get("page", 1, type=int)))
    late = g.now if state == "overdue" else None
    lines = requests.queue(
        session,
        mine,
        state=state if state in LIVE else None,
        overdue_at=late,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    names = category_names(session, current_locale())
    return {
        "lines": lines[:PAGE],
        "more": len(lines) > PAGE,
        "page": page,
        "state": state,
        "names": names,
        "counts": requests.counts(session, mine, g.now),
        "attention": ATTENTION,
        "overdue": {line.id for line in lines if is_overdue(line.due_at, g.now)},
        "pins": [_pin(line, names) for line in requests.pins(session, mine)],
    }


@bp.get("")
@page_for("coordinator")
def board() -> Response:
    """The whole board; for htmx only the queue, and nothing at all when nothing changed."""
    session, mine = db.session(), paths()
    partial = request.headers.get("HX-Request") == "true"
    minute = g.now.strftime("%Y%m%d%H%M")
    stamp = requests.board_stamp(session, mine)
    seed = f"{stamp}|{minute}|{request.full_path}|{current_locale()}|{g.who.person_id}|{partial}"
    tag = hashlib.sha256(seed.encode()).hexdigest()[:20]
    if partial and request.if_none_match.contains(tag):
        return Response(status=304)
    if partial:
        response = make_response(render_template("coordinator/queue.html", **_queue()))
        response.set_etag(tag)
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    duty = sum(len(on_duty_now(session, path, g.now)) for path in mine[:5])
    return make_response(
        render_template(
            "coordinator/board.html",
            duty=duty,
            pending=sum(count_people(session, path, state="pending") for path in mine[:5]),
            tiles=config().tile_url,
            **_queue(),
        )
    )


@bp.get("/outlines")
@page_for("coordinator")
def outlines() -> Response:
    """Outlines of the areas below one's own, for the map."""
    found = areas.outlines(
        db.session(), levels=("subdistrict", "community"), paths=paths() or ("/0/",)
    )
    response = jsonify(found)
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@bp.app_template_global()
def told(kind: str) -> str:
    """What happened, in words."""
    return story_words(kind)
