"""The home page: what can be ordered, who is there now, how to follow an order."""

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.catalogue import queries as catalogue
from app.core.codes import normalise_code
from app.core.db import db
from app.help_requests.rules import URGENCY_RANK
from app.rotation.queries import on_duty_now
from app.settings.queries import all_settings
from app.web.common.languages import current_locale
from app.web.common.service_points import point_for
from app.web.common.settings import sms_number
from app.web.resident.mine import COOKIE as MINE
from app.web.resident.mine import my_orders
from app.web.resident.order import place_begun

bp = Blueprint("home", __name__)

SHORTEST_QUERY = 2
MOST_SUGGESTIONS = 8


@bp.get("/")
def home() -> str:
    """What can be ordered, urgent categories first; whom to call; the orders of this phone."""
    session = db.session()
    begun = place_begun()
    path = begun.area_path if begun else _path_here()
    kinds = catalogue.active_categories(session)
    return render_template(
        "resident/home.html",
        categories=sorted(kinds, key=lambda kind: URGENCY_RANK[kind.urgency] > 0),
        place=begun,
        here=point_for(path),
        on_duty=bool(on_duty_now(session, path, g.now)),
        mine=my_orders(current_locale()),
        sms_number=sms_number(),
        kept=all_settings(session),
    )


def _path_here() -> str:
    """The area of the service point whose poster was scanned (`at`), else the top area."""
    point = areas.point_by_code(db.session(), (request.args.get("at") or "")[:16])
    top = areas.root_area(db.session())
    return point.area_path if point else top.path if top else "/"


@bp.post("/forget")
def forget() -> AnyResponse:
    """Makes this phone forget the orders that were made on it."""
    response = redirect(url_for("home.home"), code=303)
    response.delete_cookie(MINE)
    return response


@bp.get("/places")
def places() -> Response:
    """Suggestions from the gazetteer for typed text; estates and buildings only."""
    text = (request.args.get("q") or "").strip()[:60]
    if len(text) < SHORTEST_QUERY:
        return jsonify([])
    found = areas.find_places(db.session(), text, limit=MOST_SUGGESTIONS)
    response = jsonify(
        [
            {"id": p.id, "name": p.name, "area": p.area_name, "lat": p.lat, "lon": p.lon}
            for p in found
        ]
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.get("/outlines")
def outlines() -> Response:
    """The outlines of the communities, for the map on which the pin is set."""
    response = jsonify(areas.outlines(db.session(), levels=("subdistrict", "community")))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/landmarks")
def landmarks() -> Response:
    """The estates with their names, as orientation on a map without tiles."""
    found = areas.landmarks(db.session())
    response = jsonify([{"name": name, "lat": lat, "lon": lon} for name, lat, lon in found])
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/q/<code>")
def poster(code: str) -> AnyResponse:
    """The link of a QR poster: opens the home page for the place of the poster."""
    session, wanted = db.session(), code[:16]
    found = areas.place_by_code(session, wanted) or areas.point_by_code(session, wanted)
    return redirect(url_for("home.home", at=found.public_code if found else None), code=302)


@bp.get("/find")
def find() -> AnyResponse:
    """Leads from a typed code to its page; text that is no code gets a hint."""
    code = normalise_code(request.args.get("code") or "")
    if code is None:
        return redirect(url_for("home.home", wrong=1, _anchor="find"), code=302)
    return redirect(url_for("track.track", code=code), code=302)
