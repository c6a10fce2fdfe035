"""Ending an account's log-ins as an administrator."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.usecases.accounts.log_in import revoke_all, revoke_session
from app.web.administrator.account import do_to
from app.web.common.guards import page_for
from app.web.common.idempotency import once

bp = Blueprint("admin_log_ins", __name__, url_prefix="/a/accounts")


@bp.post("/<int:person_id>/log-ins/<int:session_id>/revoke")
@page_for(RoleName.ADMINISTRATOR)
@once
def revoke(person_id: int, session_id: int) -> AnyResponse:
    """Ends one log-in."""
    return do_to(person_id, _("已退出"), revoke_session, session_id=session_id)


@bp.post("/<int:person_id>/log-ins/revoke")
@page_for(RoleName.ADMINISTRATOR)
@once
def revoke_every(person_id: int) -> AnyResponse:
    """Ends every log-in."""
    return do_to(person_id, _("已全部退出"), revoke_all, person_id=person_id)
