"""A volunteer's day: who asks, what is to be done, and one tap for each step."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.db import db, writing
from app.core.errors import Invalid, NotFound, Taken
from app.core.i18n import N_
from app.desk import see_tasks
from app.desk.answer_match import accept, decline, give_up, grab, undo
from app.desk.do_task import arrive, finish, reveal, set_out
from app.dispatch.models import Match
from app.dispatch.queries import by_token
from app.dispatch.rules import ACTIVE, END_REASONS, may_undo
from app.help_requests.models import HelpRequest
from app.hours.queries import minutes_served
from app.rotation.queries import shifts_between
from app.web.errors import message
from app.web.guards import actor_as, page_for
from app.web.once import done, once

bp = Blueprint("tasks", __name__, url_prefix="/v")


@bp.get("")
@page_for("volunteer")
def tasks() -> str:
    """What waits for an answer first, then what is to be done, then what else is near."""
    session, me = db.session(), g.who.person_id
    return render_template(
        "volunteer/tasks.html",
        asked=see_tasks.asked(session, me),
        at_hand=see_tasks.at_hand(session, me),
        near=see_tasks.near(session, me),
        minutes=minutes_served(session, me),
        duty=shifts_between(session, g.now, g.now, person_id=me),
    )


@bp.get("/done")
@page_for("volunteer")
def history() -> str:
    """What was done, and how long it took in all."""
    session, me = db.session(), g.who.person_id
    return render_template(
        "volunteer/done.html",
        finished=see_tasks.finished(session, me),
        minutes=minutes_served(session, me),
    )


def _mine(token: str) -> Match:
    found = by_token(db.session(), token)
    if found is None or found.person_id != g.who.person_id:
        raise NotFound(N_("没有找到这次派单"))
    return found


def _page(token: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> AnyResponse:
    match = _mine(token)
    session = db.session()
    request_row = session.get_one(HelpRequest, match.request_id)
    shown = None
    if match.state in ACTIVE:
        with writing() as writer:
            shown = reveal(writer, actor=actor_as("volunteer"), match_id=match.id, now=g.now)
        match = _mine(token)
    tasks_shown = [
        one
        for one in see_tasks.asked(session, g.who.person_id)
        + see_tasks.at_hand(session, g.who.person_id)
        + see_tasks.finished(session, g.who.person_id)
        if one.token == token
    ]
    return make_response(
        render_template(
            "volunteer/match.html",
            match=match,
            task=tasks_shown[0] if tasks_shown else None,
            need=request_row.need if not match.ended_at else None,
            rough_place=request_row.rough_place,
            shown=shown,
            may_undo=bool(match.accepted_at and may_undo(match.accepted_at, g.now)),
            end_reason=END_REASONS.get(match.end_reason or ""),
            near=see_tasks.near(session, g.who.person_id) if match.ended_at else [],
            wrong=wrong or {},
        ),
        status,
    )


@bp.get("/m/<token>")
@page_for("volunteer")
def match(token: str) -> AnyResponse:
    """One match. Opening it never answers it, whoever opens it."""
    return _page(token)


def _step(token: str, verb: Callable[..., Any], **values: Any) -> AnyResponse:
    found = _mine(token)
    try:
        with writing() as session:
            verb(session, actor=actor_as("volunteer"), match_id=found.id, now=g.now, **values)
            return done(session, url_for("tasks.match", token=token))
    except Taken as error:
        flash(message(error), "warning")
        return redirect(url_for("tasks.match", token=token), code=303)
    except Invalid as error:
        return _page(token, wrong={k: _(v) for k, v in error.fields.items()}, status=422)


@bp.post("/m/<token>/accept")
@page_for("volunteer")
@once
def say_yes(token: str) -> AnyResponse:
    """我去."""
    return _step(token, accept)


@bp.post("/m/<token>/decline")
@page_for("volunteer")
@once
def say_no(token: str) -> AnyResponse:
    """这次不方便."""
    return _step(token, decline)


@bp.post("/m/<token>/undo")
@page_for("volunteer")
@once
def take_back(token: str) -> AnyResponse:
    """撤销."""
    return _step(token, undo)


@bp.post("/m/<token>/give-up")
@page_for("volunteer")
@once
def cannot_come(token: str) -> AnyResponse:
    """来不了了."""
    return _step(token, give_up)


@bp.post("/m/<token>/set-out")
@page_for("volunteer")
@once
def on_the_way(token: str) -> AnyResponse:
    """我出发了."""
    return _step(token, set_out)


def _degrees(name: str, most: float) -> float | None:
    try:
        value = float(request.form.get(name) or "")
    except ValueError:
        return None
    return value if -most <= value <= most else None


@bp.post("/m/<token>/arrive")
@page_for("volunteer")
@once
def arrived(token: str) -> AnyResponse:
    """我到了."""
    return _step(
        token,
        arrive,
        code=(request.form.get("code") or "")[:10],
        lat=_degrees("lat", 90),
        lon=_degrees("lon", 180),
    )


@bp.post("/m/<token>/finish")
@page_for("volunteer")
@once
def finished(token: str) -> AnyResponse:
    """做完了."""
    return _step(token, finish, note=(request.form.get("note") or "")[:500])


@bp.post("/grab/<int:request_id>")
@page_for("volunteer")
@once
def take(request_id: int) -> AnyResponse:
    """抢单."""
    try:
        with writing() as session:
            found = grab(session, actor=actor_as("volunteer"), request_id=request_id, now=g.now)
            return done(session, url_for("tasks.match", token=found.token))
    except Taken as error:
        flash(message(error), "warning")
        return redirect(url_for("tasks.tasks"), code=303)
