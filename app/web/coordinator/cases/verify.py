"""Verifying a request: approving, rejecting with a reason, linking duplicates."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.usecases.requests.verify_request import (
    approve_request,
    link_duplicate,
    reject_request,
    unlink_duplicate,
)
from app.web.common.guards import page_for
from app.web.common.idempotency import once
from app.web.coordinator.cases.page import case_page, do, version

bp = Blueprint("verify", __name__, url_prefix="/c/requests")


@bp.post("/<int:request_id>/approve")
@page_for(RoleName.COORDINATOR)
@once
def do_approve(request_id: int) -> AnyResponse:
    """Approves the request."""
    return do(request_id, approve_request, version=version())


@bp.post("/<int:request_id>/reject")
@page_for(RoleName.COORDINATOR)
@once
def do_reject(request_id: int) -> AnyResponse:
    """Rejects the request, with a reason that the resident sees."""
    return do(
        request_id, reject_request, version=version(), reason=request.form.get("reason") or ""
    )


@bp.post("/<int:request_id>/duplicate")
@page_for(RoleName.COORDINATOR)
@once
def do_duplicate(request_id: int) -> AnyResponse:
    """Links the request as a duplicate of another."""
    of_id = request.form.get("of", type=int)
    if of_id is None:
        return case_page(request_id, wrong={"of": _("请选另一张还在办理的需求单")}, status=422)
    return do(request_id, link_duplicate, version=version(), of_id=of_id)


@bp.post("/<int:request_id>/unlink")
@page_for(RoleName.COORDINATOR)
@once
def do_unlink(request_id: int) -> AnyResponse:
    """Ends the link between duplicates."""
    return do(request_id, unlink_duplicate, version=version())
