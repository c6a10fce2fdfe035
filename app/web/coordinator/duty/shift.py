"""One shift for a coordinator: who, when, whom else to ask; moving it to a person or day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, g, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import N_
from app.core.wall_time import wall_of
from app.rotation.states import ShiftState
from app.usecases.duty.shifts.move_shift import move_shift
from app.usecases.duty.swaps.lock_swap import open_of
from app.usecases.duty.views.rota_info import shift_to_see
from app.usecases.duty.views.see_duty_people import against_person, candidates_for, duty_people
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import once
from app.web.common.zones import zone_at
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import (
    act,
    calendar_address,
    calendar_seen,
    rota_here,
    typed_wall,
)

bp = Blueprint("duty_shift", __name__, url_prefix="/c/duty/shifts")

# How many are offered for a shift, before the list of everybody.
CANDIDATES = 8


@bp.get("/<int:shift_id>")
@page_for(RoleName.COORDINATOR)
def shift(shift_id: int) -> str:
    """The shift, and what can be done with it."""
    session = db.session()
    found = shift_to_see(session, actor=actor_as(RoleName.COORDINATOR), shift_id=shift_id)
    rota, going = rota_here(found.rota_id), open_of(session, shift_id)
    live = found.state in (ShiftState.OFFERED, ShiftState.AGREED) and found.ends_at > g.now
    candidates = candidates_for(session, rota, found, now=g.now)[:CANDIDATES]
    mentioned = [one.person_id for one in candidates]
    mentioned += [found.person_id, *([going.to_id] if going and going.to_id else [])]
    people = duty_people(session, rota, now=g.now, mentioned=mentioned)
    return render_template(
        "coordinator/duty_shift_live.html" if live else "coordinator/duty_shift_past.html",
        shift=found,
        rota=rota,
        names=names_in_words(people.names),
        going=going,
        candidates=candidates,
        people=people,
        day=wall_of(found.starts_at, zone_at(rota.area_path)).date(),
        here=calendar_seen(),
        words=duty_words,
    )


@bp.get("/<int:shift_id>/against")
@page_for(RoleName.COORDINATOR)
def against(shift_id: int) -> AnyResponse:
    """What speaks against giving the shift to a person of its rota (`person`), in words.

    Nothing is said of anybody else.
    """
    session = db.session()
    found = shift_to_see(session, actor=actor_as(RoleName.COORDINATOR), shift_id=shift_id)
    rota, person_id = rota_here(found.rota_id), request.args.get("person", type=int)
    known = duty_people(session, rota, now=g.now).known
    if person_id is None or person_id not in known:
        return jsonify(against="")
    reasons = against_person(session, rota, found, person_id, now=g.now)
    return jsonify(against=duty_words.against_words(reasons))


@bp.post("/<int:shift_id>")
@page_for(RoleName.COORDINATOR)
@once
def move(shift_id: int) -> AnyResponse:
    """Moves the shift to another person (`person`), another day (`day`), or both."""
    found = shift_to_see(db.session(), actor=actor_as(RoleName.COORDINATOR), shift_id=shift_id)
    zone = zone_at(rota_here(found.rota_id).area_path)
    person_id = request.form.get("person", type=int)
    return act(
        lambda session, actor, now: move_shift(
            Context(session, actor, now),
            shift_id=shift_id,
            person_id=person_id,
            starts_at=_beginning(found.starts_at, request.form.get("day") or "", zone),
            cannot=bool(request.form.get("cannot")),
        ),
        calendar_address(found.rota_id),
        _("已经去问了，本人同意了才算"),
    )


def _beginning(before: datetime, text: str, zone: ZoneInfo) -> datetime | None:
    """The same time of day on the chosen day; None if no day was chosen."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid({"day": N_("请选日期")}) from error
    if not date(2000, 1, 1) <= day <= date(2200, 1, 1):
        raise Invalid({"day": N_("请选日期")})
    wall = wall_of(before, zone)
    if wall.date() == day:
        return None
    return typed_wall("day", datetime.combine(day, wall.time()), zone)
