"""A volunteer's duty: on and off with one tap; answering, swapping and taking over shifts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.db import Session, db, writing
from app.core.errors import NotAllowed, NotFound, Refused
from app.usecases.duty.plan.offer_duty import agree_to_turns
from app.usecases.duty.shifts.answer_many import agree_to_all
from app.usecases.duty.shifts.check_in import check_in, write_note
from app.usecases.duty.shifts.come_on_duty import go_on
from app.usecases.duty.shifts.go_off_duty import go_off
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.duty.swaps.give_away_duty import give_away, keep_own
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from app.usecases.duty.views.see_duty import duty_of
from app.usecases.emergencies.see_procedures import calls_waiting
from app.web.common.errors import message
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once

bp = Blueprint("shifts", __name__, url_prefix="/v/duty")

HOURS = (2, 4, 8)

Work = Callable[[Session, Actor, datetime], Any]


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def shifts() -> str:
    """Duty now, and in the coming month."""
    found = duty_of(db.session(), g.who.person_id, g.now)
    calls = calls_waiting(db.session(), actor=actor_as(RoleName.VOLUNTEER))
    return render_template("volunteer/shifts.html", duty=found, hours=HOURS, calls=calls)


def _do(work: Work) -> AnyResponse:
    """Runs one action, then shows the page; a refusal is shown at its top."""
    try:
        with writing() as session:
            work(session, actor_as(RoleName.VOLUNTEER), g.now)
            return done(session, url_for("shifts.shifts"))
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        fields = getattr(refusal, "fields", {})
        flash(_(next(iter(fields.values()))) if fields else message(refusal), "error")
        return redirect(url_for("shifts.shifts"), code=303)


@bp.post("/on")
@page_for(RoleName.VOLUNTEER)
@once
def come() -> AnyResponse:
    """Goes on duty now."""
    hours = request.form.get("hours", HOURS[0], type=int)
    until = g.now + timedelta(hours=hours if hours in HOURS else HOURS[0])
    return _do(lambda session, actor, now: go_on(Context(session, actor, now), until=until))


@bp.post("/off")
@page_for(RoleName.VOLUNTEER)
@once
def go() -> AnyResponse:
    """Goes off duty now."""
    return _do(lambda session, actor, now: go_off(Context(session, actor, now)))


def _about_shift(verb: Callable[..., Any], shift_id: int) -> AnyResponse:
    return _do(lambda session, actor, now: verb(Context(session, actor, now), shift_id=shift_id))


@bp.post("/<int:shift_id>/agree")
@page_for(RoleName.VOLUNTEER)
@once
def say_yes(shift_id: int) -> AnyResponse:
    """Accepts a proposed shift."""
    return _about_shift(agree_to_shift, shift_id)


@bp.post("/agree-all")
@page_for(RoleName.VOLUNTEER)
@once
def say_yes_to_all() -> AnyResponse:
    """Accepts every proposed shift."""

    def work(session: Session, actor: Actor, now: datetime) -> None:
        answered = agree_to_all(Context(session, actor, now))
        if answered.refused:
            flash(
                _(
                    "记下了 %(noted)s 班；另有 %(left)s 班排不开，点那一班可以看到原因",
                    noted=answered.noted,
                    left=answered.refused,
                ),
                "error",
            )

    return _do(work)


@bp.post("/<int:shift_id>/cancel")
@page_for(RoleName.VOLUNTEER)
@once
def say_no(shift_id: int) -> AnyResponse:
    """Declines a proposed shift."""
    return _about_shift(cancel_shift, shift_id)


@bp.post("/<int:shift_id>/here")
@page_for(RoleName.VOLUNTEER)
@once
def here(shift_id: int) -> AnyResponse:
    """Checks in."""
    return _about_shift(check_in, shift_id)


@bp.post("/<int:shift_id>/give")
@page_for(RoleName.VOLUNTEER)
@once
def give(shift_id: int) -> AnyResponse:
    """Offers the shift to others."""
    return _about_shift(give_away, shift_id)


@bp.post("/<int:shift_id>/keep")
@page_for(RoleName.VOLUNTEER)
@once
def keep(shift_id: int) -> AnyResponse:
    """Takes the offered shift back."""
    return _about_shift(keep_own, shift_id)


@bp.post("/<int:shift_id>/note")
@page_for(RoleName.VOLUNTEER)
@once
def note(shift_id: int) -> AnyResponse:
    """Leaves a note for the next person on duty."""
    return _about_shift(partial(write_note, text=request.form.get("text", "")), shift_id)


@bp.post("/cover/<int:swap_id>/take")
@page_for(RoleName.VOLUNTEER)
@once
def take_over(swap_id: int) -> AnyResponse:
    """Takes over somebody's shift."""
    return _do(
        lambda session, actor, now: take_shift(Context(session, actor, now), swap_id=swap_id)
    )


@bp.post("/cover/<int:swap_id>/decline")
@page_for(RoleName.VOLUNTEER)
@once
def not_this_time(swap_id: int) -> AnyResponse:
    """Declines to take over a shift."""
    return _do(
        lambda session, actor, now: decline_swap(Context(session, actor, now), swap_id=swap_id)
    )


@bp.post("/turns/<int:layer_id>/agree")
@page_for(RoleName.VOLUNTEER)
@once
def every_turn(layer_id: int) -> AnyResponse:
    """Agrees to all coming turns of a layer in advance."""
    return _turns(layer_id, True)


@bp.post("/turns/<int:layer_id>/ask")
@page_for(RoleName.VOLUNTEER)
@once
def ask_first(layer_id: int) -> AnyResponse:
    """Wants to be asked before each turn of a layer."""
    return _turns(layer_id, False)


def _turns(layer_id: int, agreed: bool) -> AnyResponse:
    return _do(
        lambda session, actor, now: agree_to_turns(
            Context(session, actor, now), layer_id=layer_id, agreed=agreed
        )
    )
