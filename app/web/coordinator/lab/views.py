"""Trials: a dispatch policy replayed on last month, compared with today's, and adopted."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import area_names
from app.catalogue.queries import active_categories, category_names
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Refused
from app.help_requests.rules import URGENCY_NAMES
from app.matching.lab.measures import FEWEST_BLOCKS, FEWEST_REQUESTS, MEASURES
from app.matching.lab.shipped import SHIPPED
from app.matching.policy import as_mapping, policy_from
from app.trials.queries import latest_trial
from app.trials.rules import TrialState
from app.usecases.policies.choose_policy import drop_policy
from app.usecases.policies.see_policies import policies_in_force
from app.usecases.policies.try_policy import ask_for_trial, choose_tried, trial_for
from app.web.common.actions import act
from app.web.common.errors import message
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.own_areas import own_paths
from app.web.coordinator.lab import plots
from app.web.coordinator.lab import words as lab_words
from app.web.coordinator.lab.forms import OWN, TrialForm

bp = Blueprint("lab", __name__, url_prefix="/c/lab")

# The template of a trial's state.
TEMPLATES = {
    "waiting": "coordinator/trial_waiting.html",
    "running": "coordinator/trial_waiting.html",
    "nothing": "coordinator/trial_nothing.html",
    "failed": "coordinator/trial_failed.html",
    "done": "coordinator/trial_done.html",
}


def _form() -> TrialForm:
    form = TrialForm()
    ids = [int(path.strip("/").split("/")[-1]) for path in own_paths()]
    names = area_names(db.session(), ids)
    form.area.choices = [(one, names.get(one, "")) for one in ids]
    categories = active_categories(db.session())
    form.category.choices = [(one.id, one.name(current_locale())) for one in categories]
    if request.method == "GET" and categories:
        form.urgency.data = categories[0].urgency
    return form


def _page(form: TrialForm, status: int = 200) -> AnyResponse:
    session = db.session()
    hints = {name: _(words[1]) for name, words in SHIPPED.items()}
    hints[OWN] = _("按下面的数字，其余和综合推荐一样")
    return make_response(
        render_template(
            "coordinator/lab.html",
            form=form,
            hints=hints,
            policies=policies_in_force(session, actor=actor_as(RoleName.COORDINATOR)),
            trials=latest_trial(session, own_paths()),
            names=category_names(session, current_locale()),
            words=lab_words,
            urgencies=URGENCY_NAMES,
        ),
        status,
    )


@bp.get("")
@page_for(RoleName.COORDINATOR)
def lab() -> AnyResponse:
    """What can be tried, and earlier trials."""
    return _page(_form())


@bp.post("")
@page_for(RoleName.COORDINATOR)
@once
def ask() -> AnyResponse:
    """Requests a trial; the scheduler runs it."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with writing() as session:
            trial_id = ask_for_trial(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                area_id=form.area.data,
                category_id=form.category.data,
                urgency=form.urgency.data,
                policy=as_mapping(form.chosen()),
            )
            return done(session, url_for("lab.trial", trial_id=trial_id))
    except Invalid as error:
        form.policy.errors = [*form.policy.errors, *(_(text) for text in error.fields.values())]
        return _page(form, 422)
    except Refused as error:
        flash(message(error), "error")
        return redirect(url_for("lab.lab"), code=303)


@bp.get("/<int:trial_id>")
@page_for(RoleName.COORDINATOR)
def trial(trial_id: int) -> str:
    """One trial: waiting, or its result."""
    found = trial_for(db.session(), actor=actor_as(RoleName.COORDINATOR), trial_id=trial_id)
    return render_template(
        TEMPLATES[found.state],
        trial=found,
        area=area_names(db.session(), [found.area_id]).get(found.area_id, ""),
        category=category_names(db.session(), current_locale()).get(found.category_id, ""),
        urgency=URGENCY_NAMES[found.urgency],
        words=lab_words,
        first=policy_from(found.policy),
        second=policy_from(found.against),
        **(_drawn(found.result) if found.state == TrialState.DONE else {}),
    )


def _drawn(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result as lines of a table and drawings."""
    lines = [(name, result["measures"][name]) for name in lab_words.MEASURES]
    return {
        "lines": lines,
        "real": result.get("real", {}),
        "compared": len(MEASURES),
        "least": {"orders": FEWEST_REQUESTS, "days": FEWEST_BLOCKS},
        "whiskers": {
            name: plots.whisker(one["difference"], one["second"][0]) for name, one in lines
        },
        "curves": plots.curves(result["served_by"], result["wait_s"]),
        "histogram": plots.histogram(result["asked"]),
        "truth": plots.truth(result["calibration"]["bins"]),
    }


@bp.post("/<int:trial_id>/choose")
@page_for(RoleName.COORDINATOR)
@once
def choose(trial_id: int) -> AnyResponse:
    """Adopts the policy that was tried."""
    return act(choose_tried, url_for("lab.trial", trial_id=trial_id), trial_id=trial_id)


@bp.post("/drop")
@page_for(RoleName.COORDINATOR)
@once
def drop() -> AnyResponse:
    """Removes an area's policy: that of the area above, or the default, applies again."""
    return act(
        drop_policy,
        url_for("lab.lab"),
        area_id=request.form.get("area", 0, type=int),
        category_id=request.form.get("category", 0, type=int),
        urgency=request.form.get("urgency", ""),
    )
