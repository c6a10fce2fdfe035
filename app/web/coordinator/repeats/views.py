"""Repeating services for a coordinator: creating, pausing, leaving out a day."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.clock import local_day
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Refused
from app.usecases.repeats.repeat_request import (
    end_repeat,
    name_volunteers,
    pause_repeat,
    resume_repeat,
    skip_day,
    start_repeat,
)
from app.usecases.repeats.see_repeats import possible_volunteers, repeat_lines
from app.usecases.shared.request_state import load_request
from app.web.common.actions import act
from app.web.common.errors import message
from app.web.common.formatting import day_in_words, name_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.schedule_words import schedule_words
from app.web.common.zones import zone_at
from app.web.coordinator.repeats.forms import FamiliarForm, RepeatForm

bp = Blueprint("repeats", __name__, url_prefix="/c/repeats")
MOVES: dict[str, Callable[..., None]] = {
    "pause": pause_repeat,
    "resume": resume_repeat,
    "end": end_repeat,
}


@bp.get("")
@page_for(RoleName.COORDINATOR)
def repeats() -> str:
    """Every repeating service in the coordinator's areas."""
    lines = repeat_lines(
        db.session(), actor=actor_as(RoleName.COORDINATOR), locale=current_locale()
    )
    return render_template(
        "coordinator/repeats.html",
        lines=lines,
        schedule_words=schedule_words,
        day_in_words=day_in_words,
    )


def _people(request_id: int) -> list[tuple[int, str]]:
    actor = actor_as(RoleName.COORDINATOR)
    found = possible_volunteers(Context(db.session(), actor, g.now), request_id=request_id)
    return [(person_id, name_words(name)) for person_id, name in found]


def _form_page(request_id: int, form: RepeatForm, status: int = 200) -> AnyResponse:
    about = load_request(db.session(), request_id)
    html = render_template("coordinator/repeat.html", form=form, about=about)
    return make_response(html, status)


@bp.get("/new/<int:request_id>")
@page_for(RoleName.COORDINATOR)
def new(request_id: int) -> AnyResponse:
    """The form, filled in from the request."""
    form = RepeatForm(formdata=None)
    form.offer(_people(request_id))
    about = load_request(db.session(), request_id)
    wanted, zone = about.wanted_from, zone_at(about.area_path)
    local = (wanted or g.now).astimezone(zone)
    form.weekdays.data = [local.weekday()]
    form.start.data = local.time().replace(second=0, microsecond=0) if wanted else None
    form.first.data = max(local.date(), local_day(g.now, zone))
    return _form_page(request_id, form)


@bp.post("/new/<int:request_id>")
@page_for(RoleName.COORDINATOR)
@once
def make(request_id: int) -> AnyResponse:
    """Makes the request repeat."""
    form = RepeatForm()
    form.offer(_people(request_id))
    if not form.validate_on_submit():
        return _form_page(request_id, form, 422)
    try:
        with writing() as session:
            start_repeat(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                request_id=request_id,
                schedule=form.schedule,
                **form.chosen,
            )
            return done(session, url_for("repeats.repeats"))
    except Invalid as error:
        for name, text in error.fields.items():
            form[name].errors = [*form[name].errors, _(text)]
        return _form_page(request_id, form, 422)
    except Refused as error:
        flash(message(error), "error")
        return redirect(url_for("case.case", request_id=request_id), code=303)


def _do(verb: Callable[..., None], rule_id: int, **values: Any) -> AnyResponse:
    return act(verb, url_for("repeats.repeats"), rule_id=rule_id, **values)


@bp.post("/<int:rule_id>/<any(pause, resume, end):move>")
@page_for(RoleName.COORDINATOR)
@once
def do_move(rule_id: int, move: str) -> AnyResponse:
    """Pauses, resumes, ends."""
    return _do(MOVES[move], rule_id)


@bp.post("/<int:rule_id>/skip")
@page_for(RoleName.COORDINATOR)
@once
def do_skip(rule_id: int) -> AnyResponse:
    """Leaves out one day."""
    try:
        day = date.fromisoformat(request.form.get("day") or "")
    except ValueError:
        flash(_("请选一天"), "error")
        return redirect(url_for("repeats.repeats"), code=303)
    return _do(skip_day, rule_id, day=day)


@bp.get("/<int:rule_id>/familiar-volunteers/<int:request_id>")
@page_for(RoleName.COORDINATOR)
def familiar_volunteers(rule_id: int, request_id: int) -> AnyResponse:
    """The form for who comes, and who is the substitute."""
    lines = repeat_lines(
        db.session(), actor=actor_as(RoleName.COORDINATOR), locale=current_locale()
    )
    line = next((one for one in lines if one.id == rule_id), None)
    if line is None or line.request_id != request_id:
        return redirect(url_for("repeats.repeats"), code=303)
    form = FamiliarForm(formdata=None)
    form.offer(_people(request_id))
    form.familiar.data, form.substitute.data = line.familiar_id or 0, line.substitute_id or 0
    return make_response(
        render_template("coordinator/repeat_volunteers.html", form=form, line=line)
    )


@bp.post("/<int:rule_id>/familiar-volunteers/<int:request_id>")
@page_for(RoleName.COORDINATOR)
@once
def do_name_volunteers(rule_id: int, request_id: int) -> AnyResponse:
    """Stores who comes, and who is the substitute."""
    form = FamiliarForm()
    form.offer(_people(request_id))
    if not form.validate_on_submit():
        flash(_("请选一位志愿者"), "error")
        return redirect(url_for("repeats.repeats"), code=303)
    return _do(name_volunteers, rule_id, **form.chosen)
