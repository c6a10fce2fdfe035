"""The list of emergency procedures, and changing them."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import area_names, areas_within
from app.catalogue.queries import skills
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.emergencies.manage_procedures import change_plan, make_plan, retire_plan
from app.usecases.emergencies.see_procedures import PlanToChange, list_plans, plan_to_change
from app.web.common import procedure_words as plan_words
from app.web.common.actions import act
from app.web.common.forms import point_out
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.own_areas import own_paths
from app.web.coordinator.duty.procedure_form import PlanForm, values_of

bp = Blueprint("plans", __name__, url_prefix="/c/plans")

LEVELS = ("district", "subdistrict", "community")


@bp.get("")
@page_for(RoleName.COORDINATOR)
def plans() -> str:
    """Every procedure that applies here, and each time that one was started."""
    session = db.session()
    lines, started = list_plans(session, actor=actor_as(RoleName.COORDINATOR))
    ids = [one.plan.area_id for one in lines] + [one.area_id for one in started]
    return render_template(
        "coordinator/plans.html",
        lines=lines,
        started=started,
        names={one.plan.id: one.plan for one in lines},
        areas=area_names(session, ids),
        words=plan_words,
    )


def _form(**values: Any) -> PlanForm:
    form = PlanForm(**values)
    found = areas_within(db.session(), own_paths(), levels=LEVELS)
    form.area.choices = [(one.id, one.name_zh) for one in found]
    known = skills(db.session())
    form.skill_ids.choices = [(one.id, one.name(current_locale())) for one in known]
    return form


def _page(form: PlanForm, plan: PlanToChange | None = None, status: int = 200) -> AnyResponse:
    html = render_template("coordinator/plan_edit.html", form=form, plan=plan)
    return make_response(html, status)


@bp.get("/new")
@page_for(RoleName.COORDINATOR)
def new() -> AnyResponse:
    """An empty form."""
    return _page(_form())


@bp.post("/new")
@page_for(RoleName.COORDINATOR)
@once
def add() -> AnyResponse:
    """Adds a procedure."""
    form = _form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                actor, area_id = actor_as(RoleName.COORDINATOR), form.area.data
                make_plan(Context(session, actor, g.now), area_id=area_id, terms=form.meant())
                return done(session, url_for("plans.plans"))
        except Invalid as error:
            point_out(form, error)
    return _page(form, status=422)


def _own(plan_id: int) -> PlanToChange:
    return plan_to_change(db.session(), actor=actor_as(RoleName.COORDINATOR), plan_id=plan_id)


@bp.get("/<int:plan_id>/edit")
@page_for(RoleName.COORDINATOR)
def edit(plan_id: int) -> AnyResponse:
    """The form with the stored values."""
    plan = _own(plan_id)
    return _page(_form(data=values_of(plan.area_id, plan.terms)), plan)


@bp.post("/<int:plan_id>/edit")
@page_for(RoleName.COORDINATOR)
@once
def change(plan_id: int) -> AnyResponse:
    """Changes the procedure."""
    plan, form = _own(plan_id), _form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                change_plan(
                    Context(session, actor_as(RoleName.COORDINATOR), g.now),
                    plan_id=plan_id,
                    version=request.form.get("version", 0, type=int),
                    terms=form.meant(),
                )
                return done(session, url_for("plans.plans"))
        except Invalid as error:
            point_out(form, error)
    return _page(form, plan, 422)


@bp.post("/<int:plan_id>/retire")
@page_for(RoleName.COORDINATOR)
@once
def retire(plan_id: int) -> AnyResponse:
    """Retires the procedure."""
    return act(retire_plan, url_for("plans.plans"), plan_id=plan_id)
