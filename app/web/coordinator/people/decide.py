"""Decisions about an account: approving, rejecting, suspending, resuming, verifying skills."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.people.rules import PersonState
from app.usecases.volunteers.decide_account import (
    approve_volunteer,
    reject_volunteer,
    resume_volunteer,
    suspend_volunteer,
    verify_skill,
)
from app.web.common.actions import act
from app.web.common.guards import page_for
from app.web.common.idempotency import once

bp = Blueprint("decide", __name__, url_prefix="/c/people")


def _back(person_id: int) -> str:
    """The list if the action came from there, else the person."""
    if request.form.get("back") == "list":
        return url_for("people.people", state=PersonState.PENDING)
    return url_for("person.person", person_id=person_id)


def _do(verb: Callable[..., Any], person_id: int, **values: Any) -> AnyResponse:
    return act(verb, _back(person_id), person_id=person_id, **values)


def _version() -> int:
    return request.form.get("version", 0, type=int)


@bp.post("/<int:person_id>/approve")
@page_for(RoleName.COORDINATOR)
@once
def do_approve(person_id: int) -> AnyResponse:
    """Approves the account."""
    return _do(approve_volunteer, person_id, version=_version())


@bp.post("/<int:person_id>/reject")
@page_for(RoleName.COORDINATOR)
@once
def do_reject(person_id: int) -> AnyResponse:
    """Rejects the account."""
    reason = request.form.get("reason") or ""
    return _do(reject_volunteer, person_id, version=_version(), reason=reason)


@bp.post("/<int:person_id>/suspend")
@page_for(RoleName.COORDINATOR)
@once
def do_suspend(person_id: int) -> AnyResponse:
    """Suspends the account."""
    reason = request.form.get("reason") or ""
    return _do(suspend_volunteer, person_id, version=_version(), reason=reason)


@bp.post("/<int:person_id>/resume")
@page_for(RoleName.COORDINATOR)
@once
def do_resume(person_id: int) -> AnyResponse:
    """Resumes the account."""
    return _do(resume_volunteer, person_id, version=_version())


@bp.post("/<int:person_id>/skills/<int:skill_id>")
@page_for(RoleName.COORDINATOR)
@once
def do_verify_skill(person_id: int, skill_id: int) -> AnyResponse:
    """Records that the certificate was seen."""
    return _do(verify_skill, person_id, skill_id=skill_id)
