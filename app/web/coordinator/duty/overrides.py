"""Temporary changes of a rota: asking somebody for a shift, adding, removing, replacing."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.db import Session, db
from app.usecases.duty.plan.override_duty import end_override, override_duty
from app.usecases.duty.shifts.hand_over_duty import offer_shift
from app.usecases.duty.views.rota_info import rota_of_override
from app.usecases.duty.views.see_duty_people import duty_people
from app.usecases.duty.views.see_rota import see_rota, seen_layers
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import once
from app.web.common.zones import zone_at
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import (
    act,
    calendar_address,
    calendar_seen,
    next_hours,
    rota_here,
    typed_instant,
)

bp = Blueprint("duty_change", __name__, url_prefix="/c/duty")

USUAL_HOURS = 8


@bp.get("/<int:rota_id>/change")
@page_for(RoleName.COORDINATOR)
def change(rota_id: int) -> str:
    """The two forms; a gap of the calendar presets their times."""
    rota = rota_here(rota_id)
    start, end = next_hours(USUAL_HOURS, zone_at(rota.area_path))
    seen = see_rota(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now),
        rota_id=rota_id,
        start=g.now,
        end=g.now,
    )
    people = duty_people(db.session(), rota, now=g.now, mentioned=seen.people)
    return render_template(
        "coordinator/duty_change.html",
        rota=rota,
        seen=seen,
        people=people,
        names=names_in_words(people.names),
        starts_at=request.args.get("from", start)[:16],
        ends_at=request.args.get("to", end)[:16],
        layers=sorted({1, 2} | {one.layer.number for one in seen_layers(db.session(), rota_id)}),
        here=calendar_seen(),
        words=duty_words,
    )


@bp.post("/<int:rota_id>/ask")
@page_for(RoleName.COORDINATOR)
@once
def ask(rota_id: int) -> AnyResponse:
    """Asks somebody to be on duty."""
    zone = zone_at(rota_here(rota_id).area_path)

    def work(session: Session, actor: Actor, now: datetime) -> None:
        offer_shift(
            Context(session, actor, now),
            rota_id=rota_id,
            person_id=request.form.get("person", 0, type=int),
            layer=request.form.get("layer", 1, type=int),
            **_period(zone),
        )

    return act(work, calendar_address(rota_id), _("已经去问了，本人同意了才算"))


@bp.post("/<int:rota_id>/override")
@page_for(RoleName.COORDINATOR)
@once
def override(rota_id: int) -> AnyResponse:
    """Adds, removes or replaces somebody for a while."""
    zone = zone_at(rota_here(rota_id).area_path)

    def work(session: Session, actor: Actor, now: datetime) -> None:
        override_duty(
            Context(session, actor, now),
            rota_id=rota_id,
            kind=request.form.get("kind", ""),
            layer=request.form.get("layer", type=int),
            person_id=request.form.get("person", type=int),
            by_id=request.form.get("by", type=int),
            **_period(zone),
        )

    return act(work, calendar_address(rota_id), _("已经改了；要来的人同意了才算"))


def _period(zone: ZoneInfo) -> dict[str, Any]:
    return {name: typed_instant(name, zone) for name in ("starts_at", "ends_at")}


@bp.post("/overrides/<int:override_id>/end")
@page_for(RoleName.COORDINATOR)
@once
def end(override_id: int) -> AnyResponse:
    """Ends an override."""
    rota_id = rota_of_override(db.session(), override_id)
    return act(
        lambda session, actor, now: end_override(
            Context(session, actor, now), override_id=override_id
        ),
        calendar_address(rota_id),
        _("这次调整已撤回"),
    )
