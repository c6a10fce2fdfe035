"""The volunteer's duty in their phone's calendar: a secret link, made, renewed, ended."""

from flask import Blueprint, g, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.usecases.duty.views.manage_calendar_link import end_link, links_of, make_link
from app.web.common.calendar_link import Shown, shown
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once

bp = Blueprint("duty_calendar", __name__, url_prefix="/v/duty/calendar")


def _page(link: Shown | None) -> AnyResponse:
    since = links_of(db.session(), g.who.person_id).get(None)
    return make_response(render_template("volunteer/calendar.html", since=since, link=link))


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def calendar() -> AnyResponse:
    """Whether there is a link; never the link itself."""
    return _page(None)


@bp.post("")
@page_for(RoleName.VOLUNTEER)
@once
def make() -> AnyResponse:
    """Makes a link and shows it in this answer only: sending the form again does not show it."""
    with writing() as session:
        token = make_link(Context(session, actor_as(RoleName.VOLUNTEER), g.now))
        done(session, url_for("duty_calendar.calendar"))
    return _page(shown(token))


@bp.post("/end")
@page_for(RoleName.VOLUNTEER)
@once
def end() -> AnyResponse:
    """Ends the link."""
    with writing() as session:
        end_link(Context(session, actor_as(RoleName.VOLUNTEER), g.now))
        return done(session, url_for("duty_calendar.calendar"))
