"""One place of the gazetteer: adding it, its aliases, its pin, whether it is in use."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import place_by_id
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.manage_places import add_place, change_place, load_place, switch_place
from app.web.administrator.place_form import EditForm
from app.web.common.forms import point_out
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.settings import config

bp = Blueprint("admin_place", __name__, url_prefix="/a/places")


def _page(form: EditForm, place_id: int | None, status: int = 200) -> AnyResponse:
    session, actor = db.session(), actor_as(RoleName.COORDINATOR)
    above = int(form.parent.data) if (form.parent.data or "").isdigit() else None
    html = render_template(
        "administrator/place.html",
        form=form,
        place=load_place(session, actor, place_id) if place_id is not None else None,
        estate=place_by_id(session, above) if above else None,
        tiles=config().tile_url,
    )
    return make_response(html, status)


@bp.get("/new")
@page_for(RoleName.COORDINATOR)
def new() -> AnyResponse:
    """The empty form; `estate` presets a building of that estate."""
    known: dict[str, object] = {}
    wanted = request.args.get("estate", type=int)
    if wanted is not None:
        estate = load_place(db.session(), actor_as(RoleName.COORDINATOR), wanted)
        known = {
            "name": estate.name,
            "kind": "building",
            "parent": str(estate.id),
            "lat": estate.lat,
            "lon": estate.lon,
        }
    return _page(EditForm(formdata=None, data=known), None)


@bp.post("/new")
@page_for(RoleName.COORDINATOR)
@once
def add() -> AnyResponse:
    """Adds a place, in the area where it lies."""
    form = EditForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = add_place(
                    Context(session, actor_as(RoleName.COORDINATOR), g.now), form=form.meant()
                )
                flash(_("已增加，可以打印海报了"))
                return done(session, url_for("admin_place.place", place_id=made))
        except Invalid as error:
            point_out(form, _at_map(error))
    return _page(form, None, 422)


def _at_map(error: Invalid) -> Invalid:
    """Puts the use case's error about the position at the map's first field."""
    return Invalid({{"place": "lat"}.get(name, name): text for name, text in error.fields.items()})


@bp.get("/<int:place_id>")
@page_for(RoleName.COORDINATOR)
def place(place_id: int) -> AnyResponse:
    """One place, to be changed."""
    found = load_place(db.session(), actor_as(RoleName.COORDINATOR), place_id)
    known = {
        "name": found.name,
        "kind": found.kind,
        "lat": found.lat,
        "lon": found.lon,
        "aliases": "\n".join(found.aliases or []),
        "parent": str(found.parent_id or ""),
    }
    return _page(EditForm(formdata=None, data=known), place_id)


@bp.post("/<int:place_id>")
@page_for(RoleName.COORDINATOR)
@once
def change(place_id: int) -> AnyResponse:
    """Changes a place."""
    form = EditForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                change_place(
                    Context(session, actor_as(RoleName.COORDINATOR), g.now),
                    place_id=place_id,
                    form=form.meant(),
                )
                flash(_("已保存"))
                return done(session, url_for("admin_place.place", place_id=place_id))
        except Invalid as error:
            point_out(form, _at_map(error))
    return _page(form, place_id, 422)


def _switch(place_id: int, active: bool, said: str) -> AnyResponse:
    actor = actor_as(RoleName.COORDINATOR)
    with writing() as session:
        switch_place(Context(session, actor, g.now), place_id=place_id, active=active)
        flash(said)
        return done(session, url_for("admin_place.place", place_id=place_id))


@bp.post("/<int:place_id>/retire")
@page_for(RoleName.COORDINATOR)
@once
def retire(place_id: int) -> AnyResponse:
    """Retires the place."""
    return _switch(place_id, False, _("已停用，不再推荐给居民"))


@bp.post("/<int:place_id>/restore")
@page_for(RoleName.COORDINATOR)
@once
def restore(place_id: int) -> AnyResponse:
    """Restores the place."""
    return _switch(place_id, True, _("已恢复"))
