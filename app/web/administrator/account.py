"""One account: its roles, its log-ins, suspending and resuming it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Refused
from app.usecases.accounts.see_accounts import open_account
from app.usecases.volunteers import change_roles
from app.usecases.volunteers.decide_account import resume_volunteer, suspend_volunteer
from app.web.administrator.home import administrator
from app.web.administrator.role_forms import RoleForm, with_areas
from app.web.common.errors import message
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once

bp = Blueprint("admin_account", __name__, url_prefix="/a/accounts")


@bp.get("/<int:person_id>")
@page_for(RoleName.ADMINISTRATOR)
def account(person_id: int) -> str:
    """One account: roles, log-ins and history."""
    found = open_account(Context(db.session(), administrator(), g.now), person_id=person_id)
    return render_template(
        "administrator/account.html",
        account=found,
        person=found.person,
        form=with_areas(RoleForm(formdata=None)),
        here=g.who.session_id,
    )


def do_to(person_id: int, said: str, verb: Callable[..., Any], /, **values: Any) -> AnyResponse:
    """Runs one action, then shows the account again; a refusal is shown above it."""
    target = url_for("admin_account.account", person_id=person_id)
    try:
        with writing() as session:
            verb(Context(session, administrator(), g.now), **values)
            flash(said)
            return done(session, target)
    except Invalid as error:
        flash(_(next(iter(error.fields.values()))), "error")
    except Refused as error:
        if error.status in (403, 404):
            raise
        flash(message(error), "error")
    return redirect(target, code=303)


@bp.post("/<int:person_id>/roles")
@page_for(RoleName.ADMINISTRATOR)
@once
def give_role(person_id: int) -> AnyResponse:
    """Gives a role."""
    role, area_id = request.form.get("role", ""), request.form.get("area", 0, type=int)
    return do_to(
        person_id,
        _("已授予"),
        change_roles.give_role,
        person_id=person_id,
        role=role,
        area_id=area_id,
    )


@bp.post("/<int:person_id>/roles/<int:role_id>/end")
@page_for(RoleName.ADMINISTRATOR)
@once
def take_role(person_id: int, role_id: int) -> AnyResponse:
    """Ends a role."""
    return do_to(person_id, _("已结束"), change_roles.take_role, role_id=role_id)


def _version() -> int:
    return request.form.get("version", 0, type=int)


@bp.post("/<int:person_id>/suspend")
@page_for(RoleName.ADMINISTRATOR)
@once
def do_suspend(person_id: int) -> AnyResponse:
    """Suspends the account."""
    reason = request.form.get("reason") or ""
    return do_to(
        person_id,
        _("已停用"),
        suspend_volunteer,
        person_id=person_id,
        version=_version(),
        reason=reason,
    )


@bp.post("/<int:person_id>/resume")
@page_for(RoleName.ADMINISTRATOR)
@once
def do_resume(person_id: int) -> AnyResponse:
    """Resumes the account."""
    return do_to(person_id, _("已恢复"), resume_volunteer, person_id=person_id, version=_version())
