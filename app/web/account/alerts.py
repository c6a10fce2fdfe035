"""Reminders by push on a person's own phones: turn on, test, turn off, open."""

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.core.push_keys import public_key
from app.usecases.delivery.manage_devices import (
    devices_of,
    seen_again,
    send_test,
    turn_off,
    turn_on,
)
from app.usecases.delivery.word_notification import Opened, open_push
from app.web.account.device_words import device_words
from app.web.common.guards import actor_as, to_log_in
from app.web.common.idempotency import done, once
from app.web.common.settings import config
from config import Push

bp = Blueprint("alerts", __name__, url_prefix="/alerts")

# How phones and tablets name themselves; an iPad may present itself as a Macintosh.
HANDHELD = ("Android", "iPhone", "iPad", "Mobile")


def _page(status: int = 200) -> AnyResponse:
    rows = devices_of(db.session(), g.who.person_id)
    html = render_template(
        "account/alerts.html",
        devices=[(one, device_words(one.device)) for one in rows],
        here=any(one.session_id == g.who.session_id for one in rows),
        computer=not any(mark in request.user_agent.string for mark in HANDHELD),
    )
    return make_response(html, status)


def hand_out_push_key(flask: Flask, push: Push) -> None:
    """Makes the public push key available to pages, with which browsers subscribe."""
    flask.jinja_env.globals["push_key"] = public_key(push.key) if push.key else ""


@bp.get("")
def alerts() -> AnyResponse:
    """Whether this phone gets reminders, which others do, and why it cannot."""
    return to_log_in() if g.who is None else _page()


@bp.post("")
@once
def on() -> AnyResponse:
    """Turns reminders on for this browser, with the subscription that its script filled in."""
    if g.who is None:
        return to_log_in()
    try:
        with writing() as session:
            turn_on(
                Context(session, actor_as(RoleName.VOLUNTEER), g.now),
                session_id=g.who.session_id,
                endpoint=request.form.get("endpoint") or "",
                p256dh=request.form.get("p256dh") or "",
                auth=request.form.get("auth") or "",
                device=request.user_agent.string or "",
                hosts=config().push.hosts,
            )
            return done(session, url_for("alerts.alerts"))
    except Invalid as error:
        (words,) = error.fields.values()
        flash(_(words), "error")
        return _page(error.status)


@bp.post("/again")
def again() -> AnyResponse:
    """Moves this browser's subscription to a new log-in. Answers the same for unknown ones."""
    if g.who is None:
        return make_response("", 204)
    with writing() as session:
        seen_again(
            Context(session, actor_as(RoleName.VOLUNTEER), g.now),
            session_id=g.who.session_id,
            endpoint=(request.form.get("endpoint") or "")[:2000],
        )
    return make_response("", 204)


@bp.post("/<ref>/test")
@once
def test(ref: str) -> AnyResponse:
    """Sends a test message."""
    if g.who is None:
        return to_log_in()
    with writing() as session:
        send_test(Context(session, actor_as(RoleName.VOLUNTEER), g.now), ref=ref)
        flash(_("已经发出，一般几秒就到。一分钟后还没有，就要靠短信了。"))
        return done(session, url_for("alerts.alerts"))


@bp.post("/<ref>/off")
@once
def off(ref: str) -> AnyResponse:
    """Turns reminders off for one device."""
    if g.who is None:
        return to_log_in()
    with writing() as session:
        turn_off(Context(session, actor_as(RoleName.VOLUNTEER), g.now), ref=ref)
        flash(_("已停用，短信照样会发给您"))
        return done(session, url_for("alerts.alerts"))


@bp.get("/open/<token>")
def opened(token: str) -> AnyResponse:
    """The target of a tap on a push: leads to a page that shows the present state."""
    if g.who is None:
        return to_log_in()
    found = open_push(db.session(), person_id=g.who.person_id, token=token)
    return redirect(_place(found) if found else url_for("account.arrived"), code=302)


def _place(found: Opened) -> str:
    if found.match_token:
        return url_for("tasks.match", token=found.match_token)
    if found.template == "coordinator_attention" and found.request_id:
        return url_for("case.case", request_id=found.request_id)
    page = {
        "duty_attention": "duty.duty",
        "plan_called": "my_plans.plans",
        "plan_called_again": "my_plans.plans",
        "plan_shifts": "shifts.shifts",
        "push_test": "alerts.alerts",
    }.get(found.template)
    return url_for(page or "shifts.shifts")
