"""The outline of an area: shown on the map, and read from an uploaded file."""

from flask import Blueprint, Response, flash, g, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.areas.datum import Datum
from app.areas.queries import LEVELS
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.draw_areas import BAD_OUTLINES, load_own_area, set_outline
from app.web.administrator.area_forms import OutlineForm
from app.web.administrator.areas import area_page, back_to
from app.web.administrator.home import administrator
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import once

bp = Blueprint("admin_outline", __name__, url_prefix="/a/areas")


@bp.get("/<int:area_id>/outlines")
@page_for(RoleName.ADMINISTRATOR)
def outlines(area_id: int) -> Response:
    """The outline of the area and of those directly below, for the map."""
    found = load_own_area(db.session(), administrator(), area_id)
    rank = LEVELS.index(found.level)
    levels = LEVELS[rank : rank + 2]
    return jsonify(areas.outlines(db.session(), levels=levels, paths=(found.path,)))


@bp.post("/<int:area_id>/outline")
@page_for(RoleName.ADMINISTRATOR)
@once
def draw(area_id: int) -> AnyResponse:
    """Reads an outline; errors are shown at the file's field."""
    form = OutlineForm()
    if not form.validate_on_submit():
        return area_page(area_id, outline=form, status=422)
    try:
        with writing() as session:
            set_outline(
                Context(session, administrator(), g.now),
                area_id=area_id,
                geojson=_text_of(form),
                datum=Datum(form.datum.data),
                schematic=form.schematic.data,
            )
            return back_to(session, area_id, _("边界已保存，请在地图上看看对不对"))
    except Invalid as error:
        point_out(form, error)
    return area_page(area_id, outline=form, status=422)


def _text_of(form: OutlineForm) -> str:
    try:
        return str(form.outline.data.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid({"outline": BAD_OUTLINES["not_json"]}) from error


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> AnyResponse:
    """A file larger than any page accepts: back to the area, with the reason."""
    why = BAD_OUTLINES["too_large"]
    flash(_(why), "error")
    area_id = (request.view_args or {}).get("area_id", 0)
    return redirect(url_for("admin_areas.area", area_id=area_id), code=303)
