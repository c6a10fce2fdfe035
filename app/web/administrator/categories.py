"""Categories, each with its flow in words; administrators change them."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue import queries as catalogue
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.manage_categories import (
    add_category,
    change_category,
    form_of,
    load_category,
)
from app.web.administrator.category_form import EditForm, values_of, values_of_new
from app.web.administrator.flow import flow_of
from app.web.administrator.home import administrator
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.wish_words import category_choices, wish_words

bp = Blueprint("admin_categories", __name__, url_prefix="/a/categories")


@bp.get("")
@page_for(RoleName.COORDINATOR)
def categories() -> str:
    """Every category in order, disabled ones included."""
    return render_template(
        "administrator/categories.html", categories=catalogue.all_categories(db.session())
    )


@bp.get("/<int:category_id>")
@page_for(RoleName.COORDINATOR)
def category(category_id: int) -> str:
    """One category: its flow chart in words."""
    session = db.session()
    found = load_category(session, category_id)
    form = form_of(session, found)
    return render_template(
        "administrator/category.html",
        category=found,
        skills=[one for one in catalogue.skills(session) if one.id in form.skill_ids],
        one_is_enough=form.one_is_enough_ids,
        wishes=wish_words(form.wishes),
        flow=flow_of(form),
    )


def _form(**known: Any) -> EditForm:
    form = EditForm(**known)
    choices = catalogue.skills(db.session())
    form.skill_ids.choices = [(one.id, one.name(current_locale())) for one in choices]
    form.wishes.choices = category_choices()
    form.one_is_enough_ids.choices = form.skill_ids.choices
    return form


def _page(form: EditForm, category_id: int | None, status: int = 200) -> AnyResponse:
    found = load_category(db.session(), category_id) if category_id is not None else None
    version = request.form.get("version", type=int) or (found.version if found else 0)
    html = render_template(
        "administrator/category_edit.html", form=form, category=found, version=version
    )
    return make_response(html, status)


@bp.get("/new")
@page_for(RoleName.ADMINISTRATOR)
def new() -> AnyResponse:
    """The form for a new category, with default values."""
    return _page(_form(formdata=None, data=values_of_new()), None)


@bp.post("/new")
@page_for(RoleName.ADMINISTRATOR)
@once
def add() -> AnyResponse:
    """Adds a category."""
    form = _form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = add_category(Context(session, administrator(), g.now), form=form.meant())
                flash(_("已增加"))
                return done(session, url_for("admin_categories.category", category_id=made))
        except Invalid as error:
            point_out(form, _at_fields(error))
    return _page(form, None, 422)


def _at_fields(error: Invalid) -> Invalid:
    """Renames fields from the use case's names to the form's."""
    names = {
        "skills": "skill_ids",
        "one_is_enough": "one_is_enough_ids",
        "weights": "weight_distance",
    }
    return Invalid({names.get(name, name): text for name, text in error.fields.items()})


@bp.get("/<int:category_id>/edit")
@page_for(RoleName.ADMINISTRATOR)
def edit(category_id: int) -> AnyResponse:
    """The form of a category."""
    form = form_of(db.session(), load_category(db.session(), category_id))
    return _page(_form(formdata=None, data=values_of(form)), category_id)


@bp.post("/<int:category_id>/edit")
@page_for(RoleName.ADMINISTRATOR)
@once
def change(category_id: int) -> AnyResponse:
    """Changes a category, unless somebody else changed it meanwhile."""
    form = _form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                change_category(
                    Context(session, administrator(), g.now),
                    category_id=category_id,
                    form=form.meant(),
                    version=request.form.get("version", 0, type=int),
                )
                flash(_("已保存，新的需求按这个办；已经在办的不变"))
                return done(session, url_for("admin_categories.category", category_id=category_id))
        except Invalid as error:
            point_out(form, _at_fields(error))
    return _page(form, category_id, 422)
