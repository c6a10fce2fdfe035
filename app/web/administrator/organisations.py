"""Organisations: the tree, adding, changing, retiring."""

from flask import Blueprint, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.people.queries import organisation_tree
from app.usecases.volunteers.manage_organisations import (
    OrganisationSeen,
    add_organisation,
    change_organisation,
    see_organisation,
    switch_organisation,
)
from app.web.administrator.home import administrator
from app.web.administrator.organisation_form import EditForm, organisation_form
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once

bp = Blueprint("admin_organisations", __name__, url_prefix="/a/organisations")


def _page(form: EditForm, one: OrganisationSeen | None, status: int = 200) -> AnyResponse:
    html = render_template("administrator/organisation.html", form=form, one=one)
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def organisations() -> str:
    """The tree, with the number of members of each."""
    session = db.session()
    tree = organisation_tree(session)
    names = areas.area_names(session, [one.area_id for _deep, one, _n in tree if one.area_id])
    return render_template("administrator/organisations.html", tree=tree, names=names)


@bp.get("/new")
@page_for(RoleName.ADMINISTRATOR)
def new() -> AnyResponse:
    """The empty form."""
    return _page(organisation_form(), None)


@bp.post("/new")
@page_for(RoleName.ADMINISTRATOR)
@once
def add() -> AnyResponse:
    """Adds an organisation."""
    form = organisation_form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                add_organisation(
                    Context(session, administrator(), g.now),
                    name=form.name.data,
                    kind=form.kind.data,
                    area_id=form.area.data,
                    parent_id=form.parent.data or None,
                )
                flash(_("已增加"))
                return done(session, url_for("admin_organisations.organisations"))
        except Invalid as error:
            point_out(form, error)
    return _page(form, None, 422)


@bp.get("/<int:organisation_id>")
@page_for(RoleName.ADMINISTRATOR)
def organisation(organisation_id: int) -> AnyResponse:
    """One organisation, to be changed."""
    one = see_organisation(db.session(), administrator(), organisation_id)
    return _page(organisation_form(one.id, one), one)


@bp.post("/<int:organisation_id>")
@page_for(RoleName.ADMINISTRATOR)
@once
def change(organisation_id: int) -> AnyResponse:
    """Changes an organisation; its area stays."""
    form = organisation_form(organisation_id)
    del form.area
    if form.validate_on_submit():
        try:
            with writing() as session:
                change_organisation(
                    Context(session, administrator(), g.now),
                    organisation_id=organisation_id,
                    name=form.name.data,
                    kind=form.kind.data,
                    parent_id=form.parent.data or None,
                )
                flash(_("已保存"))
                return done(session, url_for("admin_organisations.organisations"))
        except Invalid as error:
            point_out(form, error)
    one = see_organisation(db.session(), administrator(), organisation_id)
    return _page(form, one, 422)


def _switch(organisation_id: int, active: bool, said: str) -> AnyResponse:
    with writing() as session:
        switch_organisation(
            Context(session, administrator(), g.now), organisation_id=organisation_id, active=active
        )
        flash(said)
        return done(session, url_for("admin_organisations.organisations"))


@bp.post("/<int:organisation_id>/retire")
@page_for(RoleName.ADMINISTRATOR)
@once
def retire(organisation_id: int) -> AnyResponse:
    """Retires the organisation."""
    return _switch(organisation_id, False, _("已停用，已经登记的人不变"))


@bp.post("/<int:organisation_id>/restore")
@page_for(RoleName.ADMINISTRATOR)
@once
def restore(organisation_id: int) -> AnyResponse:
    """Restores the organisation."""
    return _switch(organisation_id, True, _("已恢复"))
