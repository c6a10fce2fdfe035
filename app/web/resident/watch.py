"""Whether somebody is on duty now, and which number to call: public, without personal data."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.areas import queries as areas
from app.core.db import db
from app.rotation.queries import on_duty_now
from app.settings.queries import all_settings
from app.web.common.service_points import point_for
from app.web.resident.order import place_begun

bp = Blueprint("watch", __name__, url_prefix="/duty")

LEVELS = ("subdistrict", "community")


@bp.get("")
def watch() -> str:
    """For the chosen community, else the place of the order in progress or poster, else for all."""
    session = db.session()
    root = areas.root_area(session)
    choices = areas.areas_within(session, [root.path] if root else [], levels=LEVELS)
    here = _here(choices)
    path = here.path if here is not None else root.path if root else "/"
    return render_template(
        "resident/watch.html",
        choices=choices,
        here=here,
        place=here.name_zh if here is not None else root.name_zh if root else "",
        on_duty=bool(on_duty_now(session, path, g.now)),
        point=point_for(path),
        kept=all_settings(session),
    )


def _here(choices: list[Any]) -> Any | None:
    wanted = request.args.get("area", type=int)
    if wanted is not None:
        return next((one for one in choices if one.id == wanted), None)
    begun = place_begun()
    point = areas.point_by_code(db.session(), (request.args.get("at") or "")[:16])
    path = begun.area_path if begun else point.area_path if point else ""
    over = [one for one in choices if path.startswith(one.path)]
    return over[-1] if over else None
