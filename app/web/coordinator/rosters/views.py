"""A roster for a month: requested, shown as a draft, published or discarded."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.clock import local_day
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, Refused
from app.people.queries import names_of
from app.rotation.queries import list_rotas
from app.rotation.roster.plain import built_from
from app.rotation.roster.queries import latest_drafts
from app.usecases.rosters.build_roster import (
    ask_for_roster,
    discard_roster,
    draft_for,
    publish_roster,
)
from app.web.common.actions import act
from app.web.common.errors import message
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.own_areas import own_paths
from app.web.common.zones import own_zone, zone_at
from app.web.coordinator.rosters import words as roster_words
from app.web.coordinator.rosters.forms import RosterForm, periods

bp = Blueprint("roster", __name__, url_prefix="/c/roster")

# The template of a draft's state; every other state has a result.
TEMPLATES = {
    "waiting": "coordinator/draft_waiting.html",
    "running": "coordinator/draft_waiting.html",
    "failed": "coordinator/draft_failed.html",
}


def _form() -> RosterForm:
    form = RosterForm()
    mine = {rota.id: rota.name for path in own_paths() for rota in list_rotas(db.session(), path)}
    form.rota.choices = list(mine.items())
    form.period.choices = periods(local_day(g.now, own_zone()))
    if request.method == "GET" and request.args.get("rota", type=int) in mine:
        form.rota.data = request.args.get("rota", type=int)
    return form


def _page(form: RosterForm, status: int = 200) -> AnyResponse:
    return make_response(
        render_template(
            "coordinator/roster.html",
            form=form,
            drafts=latest_drafts(db.session(), own_paths()),
            words=roster_words,
        ),
        status,
    )


@bp.get("")
@page_for(RoleName.COORDINATOR)
def roster() -> AnyResponse:
    """What can be built, and earlier drafts."""
    return _page(_form())


@bp.post("")
@page_for(RoleName.COORDINATOR)
@once
def ask() -> AnyResponse:
    """Requests a roster; the scheduler has it built."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, 422)
    first, days = form.days()
    try:
        with writing() as session:
            draft_id = ask_for_roster(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                rota_id=form.rota.data,
                first=first,
                days=days,
                terms=form.terms(),
            )
            return done(session, url_for("roster.draft", draft_id=draft_id))
    except Invalid as error:
        form.period.errors = [*form.period.errors, *(_(text) for text in error.fields.values())]
        return _page(form, 422)
    except Refused as error:
        flash(message(error), "error")
        return redirect(url_for("roster.roster"), code=303)


@bp.get("/<int:draft_id>")
@page_for(RoleName.COORDINATOR)
def draft(draft_id: int) -> str:
    """One draft: waiting, or who would do what, which turns stay empty and why."""
    session = db.session()
    found, rota = draft_for(session, actor=actor_as(RoleName.COORDINATOR), draft_id=draft_id)
    built = built_from(found.result) if found.result else None
    return render_template(
        TEMPLATES.get(found.state, "coordinator/draft_built.html"),
        draft=found,
        rota=rota,
        built=built,
        names=names_in_words(
            names_of(session, [one.person_id for one in built.shares] if built else [])
        ),
        lines=roster_words.gap_lines(built.gaps, zone_at(rota.area_path)) if built else [],
        words=roster_words,
    )


@bp.post("/<int:draft_id>/publish")
@page_for(RoleName.COORDINATOR)
@once
def publish(draft_id: int) -> AnyResponse:
    """Plans the turns and asks their people."""
    return act(_publish, url_for("roster.draft", draft_id=draft_id), draft_id=draft_id)


def _publish(context: Context, *, draft_id: int) -> None:
    found = publish_roster(context, draft_id=draft_id)
    if found.left_out:
        flash(
            _(
                "%(n)s 班没有去问：本人后来收回了这些时间，或者那时来不了。请在日历里另外找人",
                n=found.left_out,
            ),
            "error",
        )


@bp.post("/<int:draft_id>/discard")
@page_for(RoleName.COORDINATOR)
@once
def discard(draft_id: int) -> AnyResponse:
    """Discards the draft."""
    here = url_for("roster.draft", draft_id=draft_id)
    return act(discard_roster, url_for("roster.roster"), refused=here, draft_id=draft_id)
