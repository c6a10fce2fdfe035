"""Changes of the tree of areas: adding, moving and retiring."""

from flask import Blueprint, g, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import LEVELS
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.draw_areas import add_area, load_own_area, restore_area, retire_area
from app.usecases.community.move_area import move_area
from app.web.administrator.area_forms import AddForm
from app.web.administrator.areas import area_page, back_to, move_form
from app.web.administrator.home import administrator
from app.web.administrator.names import LEVELS as LEVEL_NAMES
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import once

bp = Blueprint("admin_tree", __name__, url_prefix="/a/areas")


def _add_page(area_id: int, form: AddForm, status: int = 200) -> AnyResponse:
    above = load_own_area(db.session(), administrator(), area_id)
    return make_response(
        render_template("administrator/area_new.html", form=form, above=above), status
    )


def _add_form(area_id: int) -> AddForm:
    above = load_own_area(db.session(), administrator(), area_id)
    form = AddForm(data={"timezone": above.timezone, "code": above.code})
    below = LEVELS[LEVELS.index(above.level) + 1 :]
    form.level.choices = [(level, _(LEVEL_NAMES[level])) for level in below]
    return form


@bp.get("/<int:area_id>/new")
@page_for(RoleName.ADMINISTRATOR)
def new(area_id: int) -> AnyResponse:
    """The form for an area below this one."""
    return _add_page(area_id, _add_form(area_id))


@bp.post("/<int:area_id>/new")
@page_for(RoleName.ADMINISTRATOR)
@once
def add(area_id: int) -> AnyResponse:
    """Adds an area below this one."""
    form = _add_form(area_id)
    if not form.validate_on_submit():
        return _add_page(area_id, form, 422)
    try:
        with writing() as session:
            above = load_own_area(session, administrator(), area_id)
            made = add_area(
                Context(session, administrator(), g.now),
                parent_id=area_id,
                level=form.level.data,
                scheme=above.scheme,
                code=form.code.data,
                name_zh=form.name_zh.data,
                name_en=form.name_en.data,
                timezone=form.timezone.data or None,
            )
            return back_to(session, made, _("已增加，请上传边界"))
    except Invalid as error:
        point_out(form, error)
    return _add_page(area_id, form, 422)


@bp.post("/<int:area_id>/move")
@page_for(RoleName.ADMINISTRATOR)
@once
def move(area_id: int) -> AnyResponse:
    """Moves the area below another one."""
    form = move_form(area_id)
    if not form.validate_on_submit():
        return area_page(area_id, move=form, status=422)
    try:
        with writing() as session:
            move_area(
                Context(session, administrator(), g.now),
                area_id=area_id,
                parent_id=form.parent.data,
            )
            return back_to(session, area_id, _("已移动"))
    except Invalid as error:
        point_out(form, error)
    return area_page(area_id, move=form, status=422)


@bp.post("/<int:area_id>/retire")
@page_for(RoleName.ADMINISTRATOR)
@once
def retire(area_id: int) -> AnyResponse:
    """Retires the area."""
    with writing() as session:
        retire_area(Context(session, administrator(), g.now), area_id=area_id)
        return back_to(session, area_id, _("已停用"))


@bp.post("/<int:area_id>/restore")
@page_for(RoleName.ADMINISTRATOR)
@once
def restore(area_id: int) -> AnyResponse:
    """Restores the area."""
    with writing() as session:
        restore_area(Context(session, administrator(), g.now), area_id=area_id)
        return back_to(session, area_id, _("已恢复"))
