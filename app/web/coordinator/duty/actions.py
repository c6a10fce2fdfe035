"""Shared by the rota pages: one action and back, typed times, and whom to ask."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import Actor, RoleName
from app.core.db import Session, db, writing
from app.core.errors import Invalid, NotAllowed, NotFound, Refused
from app.core.wall_time import SKIPPED, instant, is_skipped
from app.usecases.duty.views.rota_info import RotaInfo, rota_to_see
from app.web.common.errors import message
from app.web.common.guards import actor_as
from app.web.common.idempotency import done

WEEK = "week"
Work = Callable[[Session, Actor, datetime], Any]


def rota_here(rota_id: int) -> RotaInfo:
    """The rota of this page."""
    return rota_to_see(db.session(), actor=actor_as(RoleName.COORDINATOR), rota_id=rota_id)


def asked_day() -> date | None:
    """The day in ?at=; None for anything that is no day of these centuries."""
    try:
        day = date.fromisoformat(request.args.get("at") or "")
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None


def calendar_seen() -> dict[str, str]:
    """The view and the day of the calendar from which this page or action was opened.

    Links and forms on the way carry them in their address, so that an action returns there.
    """
    day = asked_day()
    seen = {"view": WEEK} if request.args.get("view") == WEEK else {}
    return seen | ({"at": day.isoformat()} if day else {})


def calendar_address(rota_id: int) -> str:
    """The address of a rota's calendar, as it was seen."""
    seen: dict[str, Any] = {"rota": rota_id, **calendar_seen()}
    return url_for("duty.duty", **seen)


def act(work: Work, back: str, said: str = "") -> AnyResponse:
    """Runs one action and redirects to `back`; a refusal is shown at its top."""
    try:
        with writing() as session:
            work(session, actor_as(RoleName.COORDINATOR), g.now)
            if said:
                flash(said)
            return done(session, back)
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        flash(first_words(refusal), "error")
        return redirect(request.referrer if _ours(request.referrer) else back, code=303)


def _ours(address: str | None) -> bool:
    return bool(address) and str(address).startswith(f"{request.host_url}c/duty")


def first_words(refusal: Refused) -> str:
    """The first reason of a refusal, in the visitor's language."""
    fields = getattr(refusal, "fields", {})
    return str(_(next(iter(fields.values())))) if fields else message(refusal)


def typed_instant(name: str, zone: ZoneInfo) -> datetime:
    """A local time from the form, as an instant in UTC. Raises Invalid."""
    try:
        wall = datetime.fromisoformat(request.form.get(name) or "")
    except ValueError as error:
        raise Invalid({name: _("请选时间")}) from error
    return typed_wall(name, wall.replace(tzinfo=None), zone)


def typed_wall(name: str, wall: datetime, zone: ZoneInfo) -> datetime:
    """A typed local time as an instant in UTC. Raises Invalid if the clock skips it that day."""
    if is_skipped(wall, zone):
        raise Invalid({name: SKIPPED})
    return instant(wall, zone)


def wall_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant in the format of a field for local times."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"


def next_hours(hours: int, zone: ZoneInfo) -> tuple[str, str]:
    """The next whole hour and `hours` later, to preset empty fields."""
    start = (g.now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return wall_text(start, zone), wall_text(start + timedelta(hours=hours), zone)
