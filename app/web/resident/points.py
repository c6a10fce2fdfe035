"""Service points: which are staffed now, and whom to call."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template

from app.areas import queries as areas
from app.areas.opening import open_at
from app.areas.queries import FoundPoint
from app.core.db import db
from app.web.common.zones import zone_at

bp = Blueprint("points", __name__, url_prefix="/points")

MOST_POINTS = 300


@dataclass(frozen=True, slots=True)
class Point:
    """A service point, and whether it is staffed now; None if its hours do not say."""

    point: FoundPoint
    open: bool | None


def point_shown(point: FoundPoint) -> Point:
    """A service point with its state at this moment."""
    local = g.now.astimezone(zone_at(point.area_path))
    return Point(point, open_at(point.opening, local.time()))


def point_for(area_path: str) -> Point | None:
    """The service point to call from an area: of the smallest area that has one with a phone."""
    over = areas.points_over(db.session(), area_path)
    reachable = [point for point in over if point.phone]
    return next((point_shown(point) for point in (*reachable, *over)), None)


@bp.get("")
def points() -> str:
    """Every service point, whether it is open, and its phone."""
    found = areas.service_points(db.session(), limit=MOST_POINTS)
    return render_template("resident/points.html", points=[point_shown(point) for point in found])
