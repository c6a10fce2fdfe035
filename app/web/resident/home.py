"""The first page: what can be ordered, who is there now, how to follow an order."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.catalogue import queries as catalogue
from app.core.codes import normalise_code
from app.core.db import db
from app.web.settings import sms_number

bp = Blueprint("home", __name__)

SHORTEST_QUERY = 2
MOST_SUGGESTIONS = 8


@bp.get("/")
def home() -> str:
    """What can be ordered, biggest first; following an order; the way in for volunteers."""
    return render_template(
        "resident/home.html",
        categories=catalogue.active_categories(db.session()),
        points=areas.service_points(db.session(), limit=3),
        sms_number=sms_number(),
    )


@bp.get("/places")
def places() -> Response:
    """Suggestions of the gazetteer for what has been typed; estates and buildings only."""
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
    """The outlines of the communities, for the map on which a pin is set."""
    response = jsonify(areas.outlines(db.session(), levels=("subdistrict", "community")))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/q/<code>")
def poster(code: str) -> AnyResponse:
    """A QR poster's link: begins an order at the place where the poster hangs."""
    place = areas.place_by_code(db.session(), code[:16])
    if place is None:
        return redirect(url_for("home.home"), code=302)
    return redirect(url_for("order.at_poster", code=place.public_code), code=302)


@bp.get("/find")
def find() -> AnyResponse:
    """From a typed code to its page; what is no code comes back with a hint."""
    code = normalise_code(request.args.get("code") or "")
    if code is None:
        return redirect(url_for("home.home", wrong=1, _anchor="find"), code=302)
    return redirect(url_for("track.track", code=code), code=302)
