"""The feed for calendar programs: a secret link that they fetch again and again."""

from flask import Blueprint, Response, g, request

from app.calendars.ics import written
from app.core.db import db
from app.usecases.duty.views.see_calendar import calendar_of
from app.web.common.settings import config

bp = Blueprint("calendars", __name__, url_prefix="/calendar")


@bp.get("/<secret>.ics")
def feed(secret: str) -> Response:
    """The duty behind a link; 304 if nothing changed."""
    found = calendar_of(
        db.session(), token=secret, now=g.now, public_url=config().public_url.rstrip("/")
    )
    answer = Response(mimetype="text/calendar")
    answer.set_etag(found.tag())
    # The program itself may cache it, but no proxy; it must ask each time whether it is current.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="duty.ics"'
    if request.if_none_match.contains(found.tag()):
        answer.status_code = 304
    else:
        answer.set_data(written(found))
    return answer
