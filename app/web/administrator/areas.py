"""The tree of areas: names, zones, figures, outlines, moving and retiring."""

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    flash,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.areas.listings import ancestors, children, points_of_area
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import Session, db, writing
from app.core.errors import Invalid
from app.usecases.community.draw_areas import change_area, load_own_area
from app.usecases.community.move_area import where_to
from app.web.administrator.area_forms import EditForm, MoveForm, OutlineForm, figures_from
from app.web.administrator.home import administrator, own_paths
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once
from app.web.common.settings import config

bp = Blueprint("admin_areas", __name__, url_prefix="/a/areas")

SHOWN_LEVELS = ("district", "subdistrict", "community")


def _figures_text(figures: Mapping[str, float] | None) -> str:
    return "\n".join(f"{name} {value}" for name, value in (figures or {}).items())


def move_form(area_id: int) -> MoveForm:
    """A form with the administrator's areas below which this one may be moved."""
    form = MoveForm(formdata=request.form if "parent" in request.form else None)
    found = where_to(db.session(), actor=administrator(), area_id=area_id)
    form.parent.choices = list(found.choices)
    if form.parent.data is None:
        form.parent.data = found.parent_id
    return form


def area_page(
    area_id: int,
    *,
    edit: EditForm | None = None,
    outline: OutlineForm | None = None,
    move: MoveForm | None = None,
    status: int = 200,
) -> AnyResponse:
    """The page of an area, with its forms as they were sent."""
    session = db.session()
    area = load_own_area(session, administrator(), area_id)
    known = {
        "name_zh": area.name_zh,
        "name_en": area.name_en,
        "timezone": area.timezone,
        "figures": _figures_text(area.figures),
    }
    html = render_template(
        "administrator/area.html",
        area=area,
        above=ancestors(session, area.path)[:-1],
        below=children(session, area.id),
        points=[p for p in points_of_area(session, area.path) if p.area_id == area.id],
        edit=edit or EditForm(formdata=None, data=known),
        outline=outline or OutlineForm(formdata=None),
        move=move or (move_form(area_id) if area.parent_id else None),
        mine=own_paths(),
        tiles=config().tile_url,
    )
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def tree() -> str:
    """The administrator's areas down to the communities, each below its parent, by code."""
    rows = [
        row
        for path in own_paths()
        for row in areas.tree(db.session(), path)
        if row.level in SHOWN_LEVELS
    ]
    codes = {str(row.id): row.code for row in rows}

    def place_in_tree(row: Any) -> list[str]:
        return [codes.get(part, "") for part in row.path.strip("/").split("/")]

    rows.sort(key=place_in_tree)
    return render_template("administrator/areas.html", rows=rows)


@bp.get("/<int:area_id>")
@page_for(RoleName.ADMINISTRATOR)
def area(area_id: int) -> AnyResponse:
    """One area: its map, the areas below it, and what can be changed."""
    return area_page(area_id)


@bp.post("/<int:area_id>")
@page_for(RoleName.ADMINISTRATOR)
@once
def change(area_id: int) -> AnyResponse:
    """Changes names, zone or figures."""
    form = EditForm()
    if not form.validate_on_submit():
        return area_page(area_id, edit=form, status=422)
    try:
        with writing() as session:
            change_area(
                Context(session, administrator(), g.now),
                area_id=area_id,
                name_zh=form.name_zh.data,
                name_en=form.name_en.data,
                timezone=form.timezone.data or None,
                figures=figures_from(form.figures.data),
            )
            return back_to(session, area_id, _("已保存"))
    except Invalid as error:
        point_out(form, error)
    return area_page(area_id, edit=form, status=422)


def back_to(session: Session, area_id: int, said: str) -> AnyResponse:
    """Ends the transaction and redirects to the area's page."""
    flash(said)
    return done(session, url_for("admin_areas.area", area_id=area_id))
