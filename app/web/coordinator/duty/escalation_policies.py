"""Who is called when nobody says yes to an urgent request: each category's ladder in words."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.queries import active_categories
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Stale
from app.dispatch.escalation_policy import BY, DEFAULT, WHO, Rung, read_ladder
from app.usecases.community.manage_categories import load_category
from app.usecases.dispatch.manage_escalation_policy import set_ladder
from app.web.common.errors import message
from app.web.common.escalation_words import CHANNEL_LABELS, TARGET_LABELS
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import first_words

bp = Blueprint("duty_ladders", __name__, url_prefix="/c/duty/ladders")

MORE_RUNGS = 2
MOST_RUNGS = 12


@bp.get("")
@page_for("coordinator")
def ladders() -> str:
    """Every ladder; categories that climb the usual one stand together."""
    categories = active_categories(db.session())
    own = [(one, read_ladder(one.ladder)) for one in categories if one.ladder]
    return render_template(
        "coordinator/duty_ladders.html",
        own=own,
        usual=[one for one in categories if not one.ladder],
        rungs=DEFAULT,
        words=duty_words,
    )


def _page(category_id: int, typed: Sequence[Rung] | None = None, status: int = 200) -> AnyResponse:
    """The steps as they stand, or as they were `typed`."""
    found = load_category(db.session(), category_id)
    html = render_template(
        "coordinator/duty_ladder.html",
        category=found,
        rungs=[*(read_ladder(found.ladder) if typed is None else typed), *[None] * MORE_RUNGS],
        whos=[(one, TARGET_LABELS[one]) for one in WHO],
        bys=[(one, CHANNEL_LABELS[one]) for one in BY],
    )
    return make_response(html, status)


@bp.get("/<int:category_id>")
@page_for("administrator")
def ladder(category_id: int) -> AnyResponse:
    """The steps of one category, to be changed."""
    return _page(category_id)


@bp.post("/<int:category_id>")
@page_for("administrator")
@once
def save(category_id: int) -> AnyResponse:
    """Changes them; `usual` goes back to the house's own."""
    load_category(db.session(), category_id)
    rungs = [] if request.form.get("usual") else _typed()
    try:
        with writing() as session:
            set_ladder(
                Context(session, actor_as("administrator"), g.now),
                category_id=category_id,
                rungs=rungs,
                version=request.form.get("version", 0, type=int),
            )
            flash(_("已保存，下一单紧急求助就按这个来"))
            return done(session, url_for("duty_ladders.ladders"))
    except Stale as error:
        flash(message(error), "error")
        return _page(category_id, status=409)
    except Invalid as error:
        flash(first_words(error), "error")
        kept = [Rung(one["after_s"], one["who"], tuple(one["by"])) for one in rungs]
        return _page(category_id, kept, 422)


def _typed() -> list[dict[str, Any]]:
    """The lines that say whom; minutes may have halves."""
    found = []
    for number in range(MOST_RUNGS):
        who = request.form.get(f"who{number}")
        if who:
            minutes = request.form.get(f"after{number}", -1.0, type=float)
            by = request.form.getlist(f"by{number}")
            after_s = round(minutes * 60) if 0 <= minutes <= 24 * 60 else -1
            found.append({"after_s": after_s, "who": who, "by": by})
    return found
