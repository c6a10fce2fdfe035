"""Accounts: who has which role where; giving a role to a phone number."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.people.rules import PersonState
from app.usecases.accounts.grant_roles import ROLES, enrol_person
from app.usecases.accounts.see_accounts import list_accounts
from app.web.administrator.home import administrator, chosen_path
from app.web.administrator.role_forms import EnrolForm, own_areas, with_areas
from app.web.common.forms import point_out
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once
from app.web.common.settings import phone_region

bp = Blueprint("admin_accounts", __name__, url_prefix="/a/accounts")

PAGE = 50


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def accounts() -> str:
    """Accounts by area, role and state. There is no search by name or number."""
    args = request.args
    path, page = chosen_path(args.get("area")), max(1, args.get("page", 1, type=int))
    role = args.get("role") if args.get("role") in ROLES else None
    state = args.get("state") if args.get("state") in tuple(PersonState) else None
    found = list_accounts(
        db.session(),
        actor=administrator(),
        area_path=path,
        role=role if "role" in args else RoleName.COORDINATOR,
        state=state,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "administrator/accounts.html",
        accounts=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        areas=own_areas(),
        chosen={
            "area": path,
            "role": role if "role" in args else RoleName.COORDINATOR,
            "state": state,
        },
        roles=ROLES,
        states=tuple(PersonState),
    )


@bp.get("/new")
@page_for(RoleName.ADMINISTRATOR)
def new() -> str:
    """The form for a new account."""
    form = with_areas(EnrolForm(formdata=None))
    return render_template("administrator/account_new.html", form=form)


@bp.post("/new")
@page_for(RoleName.ADMINISTRATOR)
@once
def add() -> AnyResponse:
    """Gives a role to the person with this number, with a new account if there is none."""
    form = with_areas(EnrolForm())
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = enrol_person(
                    Context(session, administrator(), g.now),
                    name=form.name.data,
                    phone=form.phone.data,
                    role=form.role.data,
                    area_id=form.area.data,
                    region=phone_region(),
                )
                flash(_("已授予角色，可以用手机号码登录了"))
                return done(session, url_for("admin_account.account", person_id=made))
        except Invalid as error:
            point_out(form, error)
    return make_response(render_template("administrator/account_new.html", form=form), 422)
