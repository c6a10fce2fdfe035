"""A volunteer's duty: shifts that are asked for, agreed to, or given back with one tap."""

from datetime import timedelta

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.db import db, writing
from app.desk.hand_over_duty import agree, cancel_shift
from app.rotation.queries import shifts_between
from app.web.guards import actor_as, page_for
from app.web.once import done, once

bp = Blueprint("shifts", __name__, url_prefix="/v/duty")

AHEAD = timedelta(days=31)


@bp.get("")
@page_for("volunteer")
def shifts() -> str:
    """The coming month."""
    found = shifts_between(db.session(), g.now, g.now + AHEAD, person_id=g.who.person_id)
    return render_template("volunteer/shifts.html", shifts=found)


@bp.post("/<int:shift_id>/agree")
@page_for("volunteer")
@once
def say_yes(shift_id: int) -> AnyResponse:
    """可以值班."""
    with writing() as session:
        agree(session, actor=actor_as("volunteer"), shift_id=shift_id, now=g.now)
        return done(session, url_for("shifts.shifts"))


@bp.post("/<int:shift_id>/cancel")
@page_for("volunteer")
@once
def say_no(shift_id: int) -> AnyResponse:
    """不能值班."""
    with writing() as session:
        cancel_shift(session, actor=actor_as("volunteer"), shift_id=shift_id, now=g.now)
        return done(session, url_for("shifts.shifts"))
