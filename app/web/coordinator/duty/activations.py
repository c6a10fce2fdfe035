"""Starting an emergency procedure, following it while it runs, and its report."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import area_names, areas_within
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import NotAllowed, NotFound, Refused
from app.rotation.emergency.rules import LONGER_H
from app.rotation.states import ActivationState
from app.usecases.emergencies.extend_activation import extend_plan
from app.usecases.emergencies.manage_procedures import living_plan
from app.usecases.emergencies.see_procedures import see_activation
from app.usecases.emergencies.stand_down import stand_down
from app.usecases.emergencies.start_procedure import count_asked, start_plan
from app.web.common import procedure_words as plan_words
from app.web.common.actions import act
from app.web.common.errors import message
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.own_areas import own_paths
from app.web.coordinator.duty.procedures import LEVELS

bp = Blueprint("activations", __name__, url_prefix="/c/plans")


@bp.get("/<int:plan_id>/start")
@page_for(RoleName.COORDINATOR)
def confirm(plan_id: int) -> str:
    """Where, and how many will be asked: shown before the start."""
    session, actor = db.session(), actor_as(RoleName.COORDINATOR)
    plan = living_plan(session, plan_id)
    within = [path for path in own_paths() if path.startswith(plan.area_path)]
    within += [plan.area_path] if actor.has(RoleName.COORDINATOR, plan.area_path) else []
    areas = areas_within(session, within, levels=LEVELS)
    if not areas:
        actor.needs(RoleName.COORDINATOR, plan.area_path)
    area_id = request.args.get("area", areas[0].id, type=int)
    asked = count_asked(Context(session, actor, g.now), plan_id=plan_id, area_id=area_id)
    return render_template(
        "coordinator/plan_start.html",
        plan=plan,
        areas=areas,
        area_id=area_id,
        area=area_names(session, [area_id])[area_id],
        asked=asked,
        words=plan_words,
    )


@bp.post("/<int:plan_id>/start")
@page_for(RoleName.COORDINATOR)
@once
def start(plan_id: int) -> AnyResponse:
    """Starts the procedure and asks everybody who offered."""
    area_id = request.form.get("area", 0, type=int)
    try:
        with writing() as session:
            activation_id = start_plan(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                plan_id=plan_id,
                area_id=area_id,
            )
            return done(session, url_for("activations.activation", activation_id=activation_id))
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        flash(message(error), "error")
        return redirect(url_for("plans.plans"), code=303)


@bp.get("/started/<int:activation_id>")
@page_for(RoleName.COORDINATOR)
def activation(activation_id: int) -> str:
    """Who accepted and which hours are covered; after the end, the report."""
    found = see_activation(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), activation_id=activation_id
    )
    area_id = found.activation.area_id
    running = found.activation.state == ActivationState.RUNNING
    return render_template(
        "coordinator/activation_running.html" if running else "coordinator/activation_ended.html",
        seen=found,
        one=found.activation,
        report=found.activation.report,
        area=area_names(db.session(), [area_id]).get(area_id, ""),
        gaps_kept=plan_words.gaps_of(found.activation.report),
        longer=LONGER_H,
        words=plan_words,
    )


@bp.post("/started/<int:activation_id>/longer")
@page_for(RoleName.COORDINATOR)
@once
def extend(activation_id: int) -> AnyResponse:
    """Extends the activation."""
    here = url_for("activations.activation", activation_id=activation_id)
    hours = request.form.get("hours", 0, type=int)
    return act(extend_plan, here, activation_id=activation_id, hours=hours)


@bp.post("/started/<int:activation_id>/end")
@page_for(RoleName.COORDINATOR)
@once
def end(activation_id: int) -> AnyResponse:
    """Ends the activation."""
    here = url_for("activations.activation", activation_id=activation_id)
    return act(stand_down, here, activation_id=activation_id)
