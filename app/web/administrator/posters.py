"""Posters on A4: a code to scan, a number to text, a number to call."""

from dataclasses import dataclass

import segno
from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from app.areas.queries import FoundPoint, point_to_call
from app.core.actor import RoleName
from app.core.db import db
from app.settings.queries import read_setting
from app.usecases.community.manage_places import PosterPlace, poster_places
from app.usecases.community.manage_service_points import see_point
from app.web.common.guards import actor_as, page_for
from app.web.common.settings import config, sms_number

bp = Blueprint("admin_posters", __name__, url_prefix="/a/posters")


@dataclass(frozen=True, slots=True)
class Poster:
    """The content of one poster."""

    place: str
    link: str
    code: Markup
    phone: str
    opening: str


def _poster(name: str, code: str, point: FoundPoint | None) -> Poster:
    link = config().public_url.rstrip("/") + url_for("home.poster", code=code)
    # Level Q can be read with a quarter torn or dirty: posters hang in stairwells for months.
    drawn = segno.make(link, error="q").svg_inline(border=2, omitsize=True, svgclass=None)
    phone = point.phone if point else str(read_setting(db.session(), "service_phone"))
    opening = point.opening if point else str(read_setting(db.session(), "service_hours"))
    return Poster(name, link, Markup(drawn), phone, opening)


def _page(posters: list[Poster], back: str) -> str:
    return render_template(
        "administrator/poster.html", posters=posters, back=back, sms_number=sms_number()
    )


def _for_places(places: list[PosterPlace], back: str) -> str:
    paths = {place.area_path for place in places}
    points = {path: point_to_call(db.session(), path) for path in paths}
    found = [_poster(one.name, one.public_code, points[one.area_path]) for one in places]
    return _page(found, back)


@bp.get("/places/<int:place_id>")
@page_for(RoleName.COORDINATOR)
def of_place(place_id: int) -> str:
    """The poster of a place."""
    found = poster_places(db.session(), actor=actor_as(RoleName.COORDINATOR), place_id=place_id)
    return _for_places(found, url_for("admin_place.place", place_id=place_id))


@bp.get("/places/<int:place_id>/buildings")
@page_for(RoleName.COORDINATOR)
def of_estate(place_id: int) -> str:
    """A poster for each building of an estate, one a sheet; for the estate if it has none."""
    found = poster_places(
        db.session(), actor=actor_as(RoleName.COORDINATOR), place_id=place_id, buildings=True
    )
    return _for_places(found, url_for("admin_place.place", place_id=place_id))


@bp.get("/points/<int:point_id>")
@page_for(RoleName.ADMINISTRATOR)
def of_point(point_id: int) -> str:
    """The poster of a service point, with its own phone number."""
    point = see_point(db.session(), actor_as(RoleName.ADMINISTRATOR), point_id)
    caller = point if point.phone else point_to_call(db.session(), point.area_path)
    found = _poster(point.name, point.public_code, caller)
    return _page([found], url_for("admin_points.point", point_id=point.id))
