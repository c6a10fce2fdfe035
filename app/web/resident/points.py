"""Service points: which are staffed now, and whom to call."""

from flask import Blueprint, render_template

from app.areas import queries as areas
from app.core.db import db
from app.web.common.service_points import point_shown

bp = Blueprint("points", __name__, url_prefix="/points")

MOST_POINTS = 300


@bp.get("")
def points() -> str:
    """Every service point, whether it is open, and its phone."""
    found = areas.service_points(db.session(), limit=MOST_POINTS)
    return render_template("resident/points.html", points=[point_shown(point) for point in found])
