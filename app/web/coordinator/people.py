"""People of a coordinator's areas: who waits for approval, who serves; import from a CSV."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.db import db, writing
from app.core.errors import Invalid, Stale
from app.desk.import_people import import_people
from app.desk.register_people import approve_volunteer, reject_volunteer, resume, suspend
from app.people import queries
from app.web.coordinator.board import paths
from app.web.errors import message
from app.web.guards import actor_as, page_for
from app.web.once import done, once
from app.web.settings import phone_region

bp = Blueprint("people", __name__, url_prefix="/c/people")

PAGE = 50


@bp.get("")
@page_for("coordinator")
def people() -> str:
    """Who waits for approval first."""
    page = max(1, request.args.get("page", 1, type=int))
    lines = [
        line
        for path in paths()[:5]
        for line in queries.people_in(db.session(), path, limit=PAGE + 1, offset=(page - 1) * PAGE)
    ]
    return render_template(
        "coordinator/people.html",
        lines=lines[:PAGE],
        more=len(lines) > PAGE,
        page=page,
        report=None,
    )


def _do(verb: Callable[..., Any], person_id: int, **values: Any) -> AnyResponse:
    try:
        with writing() as session:
            verb(
                session,
                actor=actor_as("coordinator"),
                person_id=person_id,
                version=request.form.get("version", 0, type=int),
                now=g.now,
                **values,
            )
            return done(session, url_for("people.people"))
    except (Invalid, Stale) as error:
        fields = getattr(error, "fields", {})
        flash(_(next(iter(fields.values()))) if fields else message(error), "error")
        return redirect(url_for("people.people"), code=303)


@bp.post("/<int:person_id>/approve")
@page_for("coordinator")
@once
def do_approve(person_id: int) -> AnyResponse:
    """通过."""
    return _do(approve_volunteer, person_id)


@bp.post("/<int:person_id>/reject")
@page_for("coordinator")
@once
def do_reject(person_id: int) -> AnyResponse:
    """不通过."""
    return _do(reject_volunteer, person_id, reason=request.form.get("reason") or "")


@bp.post("/<int:person_id>/suspend")
@page_for("coordinator")
@once
def do_suspend(person_id: int) -> AnyResponse:
    """停用."""
    return _do(suspend, person_id, reason=request.form.get("reason") or "")


@bp.post("/<int:person_id>/resume")
@page_for("coordinator")
@once
def do_resume(person_id: int) -> AnyResponse:
    """恢复."""
    return _do(resume, person_id)


@bp.post("/import")
@page_for("coordinator")
def do_import() -> AnyResponse:
    """A CSV of volunteers; bad rows are reported by their line."""
    upload = request.files.get("file")
    raw = upload.read() if upload else b""
    try:
        text = raw.decode("utf-8-sig")
        with writing() as session:
            report = import_people(
                session,
                actor=actor_as("coordinator"),
                text=text,
                now=g.now,
                region=phone_region(),
            )
    except UnicodeDecodeError:
        flash(_("文件要用 UTF-8 保存"), "error")
        return redirect(url_for("people.people"), code=303)
    except Invalid as error:
        flash(_(next(iter(error.fields.values()))), "error")
        return redirect(url_for("people.people"), code=303)
    lines = [one for path in paths()[:5] for one in queries.people_in(db.session(), path)]
    return make_response(
        render_template(
            "coordinator/people.html", lines=lines[:PAGE], more=False, page=1, report=report
        )
    )
