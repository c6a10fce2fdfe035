"""Settings and limits: rows of the database, changed while the product runs."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import root_area
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.core.i18n import N_
from app.limits.queries import all_limits
from app.limits.rules import DEFAULTS
from app.settings.queries import all_settings
from app.settings.rules import SETTINGS
from app.usecases.community.manage_settings import save_settings
from app.web.administrator.home import administrator
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once

bp = Blueprint("admin_settings", __name__, url_prefix="/a/settings")


def _page(wrong: dict[str, str], status: int = 200) -> AnyResponse:
    session = db.session()
    root = root_area(session)
    html = render_template(
        "administrator/settings.html",
        kinds=SETTINGS,
        values={**all_settings(session), **request.form.to_dict()},
        limits={**all_limits(session), **request.form.to_dict()},
        names=list(DEFAULTS),
        may=administrator().has(RoleName.ADMINISTRATOR, root.path if root else "/"),
        wrong=wrong,
    )
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def settings() -> AnyResponse:
    """The settings in force."""
    return _page({})


def _limits() -> tuple[dict[str, int], dict[str, str]]:
    found: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for kind in DEFAULTS:
        text = (request.form.get(kind) or "").strip()
        if text.isascii() and text.isdigit() and len(text) <= 7:
            found[kind] = int(text)
        elif kind in request.form:
            wrong[kind] = N_("请填 0 到 1000000 的整数")
    return found, wrong


@bp.post("")
@page_for(RoleName.ADMINISTRATOR)
@once
def save() -> AnyResponse:
    """Stores changed settings. Only for an administrator of the whole installation."""
    values: dict[str, Any] = {key: request.form[key] for key in SETTINGS if key in request.form}
    limits, wrong = _limits()
    try:
        with writing() as session:
            save_settings(Context(session, administrator(), g.now), values=values, limits=limits)
            if wrong:
                raise Invalid(wrong)
            flash(_("已保存"))
            return done(session, url_for("admin_settings.settings"))
    except Invalid as error:
        return _page(error.fields | wrong, 422)
