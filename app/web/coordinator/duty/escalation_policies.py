"""Whom to notify when nobody accepts an urgent request: each category's escalation policy."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.queries import active_categories
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Stale
from app.dispatch.escalation_policy import BY, DEFAULT, WHO, EscalationStep, read_escalation_policy
from app.usecases.community.manage_categories import load_category
from app.usecases.dispatch.manage_escalation_policy import set_escalation_policy
from app.web.common.errors import message
from app.web.common.escalation_words import CHANNEL_LABELS, TARGET_LABELS
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import first_words

bp = Blueprint("escalation_policies", __name__, url_prefix="/c/duty/escalation-policies")

MORE_STEPS = 2
MOST_STEPS = 12


@bp.get("")
@page_for(RoleName.COORDINATOR)
def policies() -> str:
    """Every policy; categories that follow the default are grouped."""
    categories = active_categories(db.session())
    own = [
        (one, read_escalation_policy(one.escalation_policy))
        for one in categories
        if one.escalation_policy
    ]
    return render_template(
        "coordinator/escalation_policies.html",
        own=own,
        usual=[one for one in categories if not one.escalation_policy],
        policy_steps=DEFAULT,
        words=duty_words,
    )


def _page(
    category_id: int, typed: Sequence[EscalationStep] | None = None, status: int = 200
) -> AnyResponse:
    """The stored steps, or the `typed` ones."""
    found = load_category(db.session(), category_id)
    html = render_template(
        "coordinator/escalation_policy.html",
        category=found,
        policy_steps=[
            *(read_escalation_policy(found.escalation_policy) if typed is None else typed),
            *[None] * MORE_STEPS,
        ],
        whos=[(one, TARGET_LABELS[one]) for one in WHO],
        bys=[(one, CHANNEL_LABELS[one]) for one in BY],
    )
    return make_response(html, status)


@bp.get("/<int:category_id>")
@page_for(RoleName.ADMINISTRATOR)
def policy(category_id: int) -> AnyResponse:
    """The form for the steps of one category."""
    return _page(category_id)


@bp.post("/<int:category_id>")
@page_for(RoleName.ADMINISTRATOR)
@once
def save(category_id: int) -> AnyResponse:
    """Changes the steps; `usual` returns to the default policy."""
    load_category(db.session(), category_id)
    steps = [] if request.form.get("usual") else _typed()
    try:
        with writing() as session:
            set_escalation_policy(
                Context(session, actor_as(RoleName.ADMINISTRATOR), g.now),
                category_id=category_id,
                steps=steps,
                version=request.form.get("version", 0, type=int),
            )
            flash(_("已保存，下一单紧急求助就按这个来"))
            return done(session, url_for("escalation_policies.policies"))
    except Stale as error:
        flash(message(error), "error")
        return _page(category_id, status=409)
    except Invalid as error:
        flash(first_words(error), "error")
        kept = [EscalationStep(one["after_s"], one["who"], tuple(one["by"])) for one in steps]
        return _page(category_id, kept, 422)


def _typed() -> list[dict[str, Any]]:
    """The steps of lines that name somebody; minutes may have halves."""
    found = []
    for number in range(MOST_STEPS):
        who = request.form.get(f"who{number}")
        if who:
            minutes = request.form.get(f"after{number}", -1.0, type=float)
            by = request.form.getlist(f"by{number}")
            after_s = round(minutes * 60) if 0 <= minutes <= 24 * 60 else -1
            found.append({"after_s": after_s, "who": who, "by": by})
    return found
