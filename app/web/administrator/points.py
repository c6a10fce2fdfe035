"""Service points in the administrator's areas: list, adding, changing, closing."""

from flask import Blueprint, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.areas.listings import points_of_area
from app.areas.queries import FoundPoint
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.draw_areas import load_own_area
from app.usecases.community.manage_service_points import (
    add_service_point,
    change_service_point,
    see_point,
    switch_service_point,
)
from app.web.administrator.home import administrator, own_paths
from app.web.administrator.point_form import PointForm
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once
from app.web.common.settings import config

bp = Blueprint("admin_points", __name__, url_prefix="/a/points")


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def points() -> str:
    """Every service point in the administrator's areas."""
    found = [one for path in own_paths() for one in points_of_area(db.session(), path)]
    names = areas.area_names(db.session(), [one.area_id for one in found])
    return render_template("administrator/points.html", points=found, names=names)


def _page(form: PointForm, area_id: int, point: FoundPoint | None, status: int) -> AnyResponse:
    area = load_own_area(db.session(), administrator(), area_id)
    html = render_template(
        "administrator/point.html", form=form, area=area, point=point, tiles=config().tile_url
    )
    return make_response(html, status)


@bp.get("/in/<int:area_id>/new")
@page_for(RoleName.ADMINISTRATOR)
def new(area_id: int) -> AnyResponse:
    """The empty form."""
    return _page(PointForm(formdata=None), area_id, None, 200)


@bp.post("/in/<int:area_id>/new")
@page_for(RoleName.ADMINISTRATOR)
@once
def add(area_id: int) -> AnyResponse:
    """Adds a service point to an area."""
    form = PointForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                add_service_point(
                    Context(session, administrator(), g.now), area_id=area_id, point=form.meant()
                )
                flash(_("已增加"))
                return done(session, url_for("admin_points.points"))
        except Invalid as error:
            point_out(form, error)
    return _page(form, area_id, None, 422)


@bp.get("/<int:point_id>")
@page_for(RoleName.ADMINISTRATOR)
def point(point_id: int) -> AnyResponse:
    """One service point, to be changed."""
    found = see_point(db.session(), administrator(), point_id)
    form = PointForm(formdata=None, obj=found)
    return _page(form, found.area_id, found, 200)


@bp.post("/<int:point_id>")
@page_for(RoleName.ADMINISTRATOR)
@once
def change(point_id: int) -> AnyResponse:
    """Changes a service point."""
    form = PointForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                change_service_point(
                    Context(session, administrator(), g.now), point_id=point_id, point=form.meant()
                )
                flash(_("已保存"))
                return done(session, url_for("admin_points.points"))
        except Invalid as error:
            point_out(form, error)
    found = see_point(db.session(), administrator(), point_id)
    return _page(form, found.area_id, found, 422)


def _switch(point_id: int, active: bool, said: str) -> AnyResponse:
    with writing() as session:
        switch_service_point(
            Context(session, administrator(), g.now), point_id=point_id, active=active
        )
        flash(said)
        return done(session, url_for("admin_points.points"))


@bp.post("/<int:point_id>/close")
@page_for(RoleName.ADMINISTRATOR)
@once
def close(point_id: int) -> AnyResponse:
    """Closes the service point."""
    return _switch(point_id, False, _("已关闭"))


@bp.post("/<int:point_id>/open")
@page_for(RoleName.ADMINISTRATOR)
@once
def reopen(point_id: int) -> AnyResponse:
    """Reopens the service point."""
    return _switch(point_id, True, _("已重新开放"))
