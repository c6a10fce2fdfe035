"""A rota for a coordinator: a month or a week, its gaps, and what waits for a decision."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.clock import day_bounds, local_day
from app.core.context import Context
from app.core.db import db
from app.rotation.states import SwapState
from app.usecases.duty.shifts.hand_over_duty import cancel_shift
from app.usecases.duty.swaps.give_away_duty import withdraw_swap
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.duty.views.rota_info import rota_of_swap, shift_to_see
from app.usecases.duty.views.see_duty_people import duty_people
from app.usecases.duty.views.see_rota import (
    RotaSeen,
    missing_in,
    on_duty_there,
    rota_lines,
    see_rota,
)
from app.web.common.formatting import day_in_words, names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import once
from app.web.common.zones import zone_at
from app.web.coordinator.duty import calendar as duty_view
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import WEEK, act, asked_day, calendar_address, rota_here

bp = Blueprint("duty", __name__, url_prefix="/c/duty")

SOON = timedelta(hours=72)


@bp.get("")
@page_for(RoleName.COORDINATOR)
def duty() -> str:
    """The chosen rota, or the first one."""
    lines = rota_lines(db.session(), actor=actor_as(RoleName.COORDINATOR))
    if not lines:
        return render_template("coordinator/duty_none.html")
    wanted = request.args.get("rota", type=int)
    chosen = wanted if wanted in {one.id for one in lines} else lines[0].id
    by_week = request.args.get("view") == WEEK
    return render_template("coordinator/duty.html", lines=lines, **_page(chosen, by_week))


def _page(rota_id: int, by_week: bool) -> dict[str, Any]:
    session, now = db.session(), g.now
    rota = rota_here(rota_id)
    zone = zone_at(rota.area_path)
    today = local_day(now, zone)
    day = asked_day() or today
    first = _monday(day) if by_week else day.replace(day=1)
    start, end = (first, first + timedelta(days=7)) if by_week else duty_view.month_days(first)
    seen = see_rota(
        Context(session, actor_as(RoleName.COORDINATOR), now),
        rota_id=rota_id,
        start=day_bounds(start, zone)[0],
        end=day_bounds(end, zone)[0],
    )
    now_on = on_duty_there(session, rota_id, at=now)
    mentioned = {*seen.people, *(one.person_id for one in now_on)}
    people = duty_people(session, rota, now=now, mentioned=mentioned)
    names = names_in_words(people.names)
    draw = duty_view.week if by_week else duty_view.month
    return {
        "seen": seen,
        "names": names,
        "people": _people(seen, people.known, names),
        "now_on": now_on,
        "soon": missing_in(session, rota, zone=zone, start=now, end=now + SOON),
        "later": duty_view.later(seen.missing, now + SOON),
        "by_week": by_week,
        "first_hour": duty_view.first_hour(seen.shifts, zone),
        "first": first,
        "here": {"view": WEEK if by_week else None, "at": first.isoformat()},
        "days": draw(first, seen.shifts, seen.missing, zone),
        "before": first - timedelta(days=7 if by_week else 1),
        "after": first + timedelta(days=7 if by_week else 32),
        "today": today,
        "given": {
            one.shift_id for one in seen.swaps if one.state in (SwapState.OPEN, SwapState.TAKEN)
        },
        "words": duty_words,
        "day_in_words": day_in_words,
    }


def _people(
    seen: RotaSeen, known: tuple[int, ...], names: dict[int, str]
) -> list[tuple[int, str, float]]:
    """Everybody of the rota as id, name and hours in the period, those with most hours first."""
    hours = {one.person_id: one.hours for one in seen.shares if one.hours}
    order = sorted({*hours, *known}, key=lambda key: (-hours.get(key, 0.0), key))
    return [(key, names.get(key, _("不再登记的人")), hours.get(key, 0.0)) for key in order]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@bp.post("/<int:shift_id>/cancel")
@page_for(RoleName.COORDINATOR)
@once
def cancel(shift_id: int) -> AnyResponse:
    """Cancels a shift."""
    shift = shift_to_see(db.session(), actor=actor_as(RoleName.COORDINATOR), shift_id=shift_id)
    rota_here(shift.rota_id)
    return act(
        lambda session, actor, now: cancel_shift(Context(session, actor, now), shift_id=shift_id),
        calendar_address(shift.rota_id),
        _("班次已撤回，会告诉本人"),
    )


@bp.post("/swaps/<int:swap_id>/<any(approve, refuse, withdraw):answer>")
@page_for(RoleName.COORDINATOR)
@once
def settle(swap_id: int, answer: str) -> AnyResponse:
    """Approves or rejects a swap, or ends it."""
    rota_id = rota_of_swap(db.session(), swap_id)
    agreed, back = answer == "approve", calendar_address(rota_id)
    if answer == "withdraw":
        return act(
            lambda session, actor, now: withdraw_swap(
                Context(session, actor, now), swap_id=swap_id
            ),
            back,
            _("不问了，还是原来的人值"),
        )
    return act(
        lambda session, actor, now: approve_swap(
            Context(session, actor, now), swap_id=swap_id, agreed=agreed
        ),
        back,
        _("已经换好，会告诉两个人") if agreed else _("没有换，会告诉本人"),
    )
