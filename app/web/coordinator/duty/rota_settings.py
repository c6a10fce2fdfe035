"""Settings of a rota: creating it, hours and limits, approval of swaps, pausing."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import areas_within
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.db import Session, db
from app.rotation.plan.grid import boxes_of
from app.rotation.plan.windows import read_windows
from app.rotation.rest import Limits, limits_from
from app.usecases.duty.plan.manage_rota import PURPOSES, make_rota, pause_rota, set_terms
from app.web.common.guards import page_for
from app.web.common.idempotency import once
from app.web.common.own_areas import own_paths
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import act, calendar_address, rota_here

bp = Blueprint("duty_terms", __name__, url_prefix="/c/duty")

LEVELS = ("district", "subdistrict", "community", "block")
NAMES = ("rest_h", "longest_h", "week_h", "month_h", "nights_week", "shortest_h")


@bp.get("/new")
@page_for(RoleName.COORDINATOR)
def new() -> str:
    """The form for a new rota."""
    return render_template(
        "coordinator/duty_new.html",
        areas=areas_within(db.session(), own_paths(), levels=LEVELS),
        purposes=[(one, duty_words.PURPOSES[one]) for one in PURPOSES],
    )


@bp.post("/new")
@page_for(RoleName.COORDINATOR)
@once
def make() -> AnyResponse:
    """Creates a rota."""

    def work(session: Session, actor: Actor, now: datetime) -> None:
        make_rota(
            Context(session, actor, now),
            area_id=request.form.get("area", 0, type=int),
            name=request.form.get("name", ""),
            purpose=request.form.get("purpose", ""),
        )

    return act(work, url_for("duty.duty"), _("轮值表建好了，接着排班组吧"))


@bp.get("/<int:rota_id>/terms")
@page_for(RoleName.COORDINATOR)
def terms(rota_id: int) -> str:
    """The stored rules."""
    rota = rota_here(rota_id)
    limits = limits_from(rota.limits)
    whole = boxes_of(read_windows(rota.pattern))
    return render_template(
        "coordinator/duty_terms.html",
        rota=rota,
        limits={name: getattr(limits, name) for name in NAMES},
        usual={name: getattr(Limits(), name) for name in NAMES},
        wanted=_as_times(rota.pattern),
        always=not rota.pattern or len(whole) == 7 * 24,
        paused=rota.paused_until if rota.paused_until and rota.paused_until > g.now else None,
    )


def _as_times(pattern: list[dict[str, Any]]) -> tuple[str, str]:
    """From when to when each day, if it is the same every day."""
    times = {(one["from"], one["to"]) for one in pattern}
    found: tuple[str, str] = next(iter(times)) if len(times) == 1 else ("00:00", "24:00")
    return found


@bp.post("/<int:rota_id>/terms")
@page_for(RoleName.COORDINATOR)
@once
def save(rota_id: int) -> AnyResponse:
    """Changes the rules."""
    rota_here(rota_id)

    def work(session: Session, actor: Actor, now: datetime) -> None:
        set_terms(
            Context(session, actor, now),
            rota_id=rota_id,
            wanted=_wanted(),
            limits=_limits(),
            approve_swaps=request.form.get("approve_swaps") == "y",
        )

    return act(work, url_for("duty_terms.terms", rota_id=rota_id), _("已保存"))


def _limits() -> dict[str, int]:
    """The numbers of the form; -1, which no limit can be, for what is no number."""
    found = {name: request.form.get(name, -1, type=int) for name in NAMES}
    if "shortest_h" not in request.form:
        # A page that was loaded before this number was asked for.
        del found["shortest_h"]
    return found


def _wanted() -> list[dict[str, Any]]:
    if request.form.get("hours") != "some":
        return []
    days = request.form.getlist("days", type=int)
    start, end = request.form.get("from", ""), request.form.get("to", "")
    return [{"day": day, "from": start, "to": end} for day in days]


@bp.post("/<int:rota_id>/pause")
@page_for(RoleName.COORDINATOR)
@once
def pause(rota_id: int) -> AnyResponse:
    """Pauses the rota for some days; 0 ends the pause."""
    rota_here(rota_id)
    days = min(max(request.form.get("days", 0, type=int), 0), 366)
    until = g.now + timedelta(days=days) if days else None
    return act(
        lambda session, actor, now: pause_rota(
            Context(session, actor, now), rota_id=rota_id, until=until
        ),
        calendar_address(rota_id),
        _("轮值表已暂停") if days else _("轮值表已恢复"),
    )
