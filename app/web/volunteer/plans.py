"""Emergency procedures for volunteers: offering beforehand, and answering when one starts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.db import Session, db, writing
from app.core.errors import NotAllowed, NotFound, Refused
from app.usecases.emergencies.call_for_procedure import join_procedure, stay_away
from app.usecases.emergencies.offer_for_procedure import end_plan_offer, offer_for_plan
from app.usecases.emergencies.see_procedures import calls_waiting, plans_of_volunteer
from app.web.common import procedure_words as plan_words
from app.web.common.errors import message
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once

bp = Blueprint("my_plans", __name__, url_prefix="/v/plans")


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def plans() -> str:
    """The procedures of the volunteer's area, and what is running."""
    actor = actor_as(RoleName.VOLUNTEER)
    return render_template(
        "volunteer/plans.html",
        plans=plans_of_volunteer(db.session(), actor=actor),
        calls=calls_waiting(db.session(), actor=actor),
        words=plan_words,
    )


def _do(work: Callable[[Session, Actor, datetime], Any]) -> AnyResponse:
    try:
        with writing() as session:
            work(session, actor_as(RoleName.VOLUNTEER), g.now)
            return done(session, url_for("my_plans.plans"))
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        fields = getattr(refusal, "fields", {})
        flash(_(next(iter(fields.values()))) if fields else message(refusal), "error")
        return redirect(url_for("my_plans.plans"), code=303)


@bp.post("/<int:plan_id>/offer")
@page_for(RoleName.VOLUNTEER)
@once
def offer(plan_id: int) -> AnyResponse:
    """Offers to help in a procedure."""
    parts = request.form.getlist("parts")
    return _do(
        lambda session, actor, now: offer_for_plan(
            Context(session, actor, now), plan_id=plan_id, parts=parts
        )
    )


@bp.post("/<int:plan_id>/end")
@page_for(RoleName.VOLUNTEER)
@once
def end(plan_id: int) -> AnyResponse:
    """Withdraws the offer."""
    return _do(
        lambda session, actor, now: end_plan_offer(Context(session, actor, now), plan_id=plan_id)
    )


@bp.post("/calls/<int:ask_id>/yes")
@page_for(RoleName.VOLUNTEER)
@once
def say_yes(ask_id: int) -> AnyResponse:
    """Accepts an ask."""
    return _do(
        lambda session, actor, now: join_procedure(Context(session, actor, now), ask_id=ask_id)
    )


@bp.post("/calls/<int:ask_id>/no")
@page_for(RoleName.VOLUNTEER)
@once
def say_no(ask_id: int) -> AnyResponse:
    """Declines an ask."""
    return _do(lambda session, actor, now: stay_away(Context(session, actor, now), ask_id=ask_id))
