"""The rota before a coordinator: the coming week, its gaps, and asking somebody for a shift."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.core.clock import day_bounds, local_day
from app.core.db import db, writing
from app.core.errors import Invalid, Refused
from app.desk.hand_over_duty import cancel_shift, offer_shift
from app.desk.keep_rota import make_rota
from app.people.models import Person
from app.people.queries import people_in
from app.rotation.queries import ShiftLine, rotas, shifts_between
from app.rotation.rules import Span, gaps
from app.web.coordinator.board import paths
from app.web.errors import message
from app.web.guards import actor_as, page_for
from app.web.once import done, once
from app.web.shown import day_in_words, zone

bp = Blueprint("duty", __name__, url_prefix="/c/duty")

DAYS = 7
EVENING, MORNING = time(18), time(8)


def _days(shifts: Sequence[ShiftLine]) -> list[dict[str, Any]]:
    """The shifts of each local day in which they begin."""
    found: dict[date, list[ShiftLine]] = {}
    for shift in shifts:
        found.setdefault(local_day(shift.starts_at, zone()), []).append(shift)
    return [{"name": day_in_words(day), "shifts": ours} for day, ours in sorted(found.items())]


def _night(now: datetime) -> tuple[datetime, datetime]:
    """From this evening, or from now when it has begun, to the next morning."""
    local = now.astimezone(zone())
    last = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    evening = datetime.combine(last - timedelta(days=1), EVENING, tzinfo=zone())
    return max(now, evening), datetime.combine(last, MORNING, tzinfo=zone())


@bp.get("")
@page_for("coordinator")
def duty() -> str:
    """Who is on duty now, what tonight lacks, and the coming week."""
    session, mine = db.session(), paths()
    start = day_bounds(local_day(g.now, zone()), zone())[0]
    end = start + timedelta(days=DAYS)
    found = [s for path in mine for s in shifts_between(session, start, end, area_path=path)]
    agreed = [
        Span(s.person_id, s.starts_at, s.ends_at, s.layer) for s in found if s.state == "agreed"
    ]
    people = select(Person.id, Person.name).where(Person.id.in_([s.person_id for s in found]))
    volunteers = [
        one
        for path in mine[:1]
        for one in people_in(session, path, state="active", role="volunteer", limit=200)
    ]
    now = [s for s in found if s.state == "agreed" and s.starts_at <= g.now < s.ends_at]
    return render_template(
        "coordinator/duty.html",
        on_now=now,
        days=_days([s for s in found if s.ends_at > g.now]),
        tonight=gaps(agreed, *_night(g.now)),
        gaps=gaps(agreed, g.now, end),
        names=dict(session.execute(people).all()),
        rotas=[rota for path in mine for rota in rotas(session, path)],
        volunteers=volunteers,
        wall=lambda at: at.astimezone(zone()).strftime("%Y-%m-%dT%H:%M"),
    )


def _instant(name: str) -> datetime:
    try:
        local = datetime.fromisoformat(request.form.get(name) or "")
    except ValueError as error:
        raise Invalid({name: _("请选时间")}) from error
    return local.replace(tzinfo=zone())


@bp.post("")
@page_for("coordinator")
@once
def ask() -> AnyResponse:
    """Asks somebody to be on duty."""
    actor = actor_as("coordinator")
    try:
        with writing() as session:
            rota_id = request.form.get("rota", type=int)
            if rota_id is None:
                area_id = int(paths()[0].strip("/").split("/")[-1])
                rota_id = make_rota(
                    session, actor=actor, area_id=area_id, name=_("轮值"), now=g.now
                )
            offer_shift(
                session,
                actor=actor,
                rota_id=rota_id,
                person_id=request.form.get("person", 0, type=int),
                starts_at=_instant("starts_at"),
                ends_at=_instant("ends_at"),
                layer=request.form.get("layer", 1, type=int),
                now=g.now,
            )
            return done(session, url_for("duty.duty"))
    except Refused as error:
        fields = getattr(error, "fields", {})
        flash(_(next(iter(fields.values()))) if fields else message(error), "error")
        return redirect(url_for("duty.duty"), code=303)


@bp.post("/<int:shift_id>/cancel")
@page_for("coordinator")
@once
def cancel(shift_id: int) -> AnyResponse:
    """Takes a shift back."""
    with writing() as session:
        cancel_shift(session, actor=actor_as("coordinator"), shift_id=shift_id, now=g.now)
        return done(session, url_for("duty.duty"))
