"""The layers of a rota: who is called first, who is the backup, and when turns change."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.core.wall_time import wall_of
from app.rotation.plan.fatigue import UnrestedTurn
from app.rotation.plan.windows import BadPattern
from app.rotation.states import LayerKind
from app.usecases.duty.plan.set_layer import MOST_LAYERS, end_layer, set_layer
from app.usecases.duty.plan.skip_unrested_turns import unrested_now, unrested_with
from app.usecases.duty.views.rota_info import RotaInfo, rota_of_layer
from app.usecases.duty.views.see_duty_people import duty_people
from app.usecases.duty.views.see_rota import LayerSeen, seen_layers
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.zones import zone_at
from app.web.coordinator.duty import words as duty_words
from app.web.coordinator.duty.actions import act, first_words, rota_here
from app.web.coordinator.duty.empty_turns import EmptyTurns, empty_turns
from app.web.coordinator.duty.layer_form import (
    MORE_PEOPLE,
    MORE_TIMES,
    LayerForm,
    Times,
    form_of,
    fresh_form,
    read_form,
)

bp = Blueprint("duty_layers", __name__, url_prefix="/c/duty")
NO_TIMES = Times(frozenset(), "22:00", "06:00")


@bp.get("/<int:rota_id>/layers")
@page_for(RoleName.COORDINATOR)
def layers(rota_id: int) -> str:
    """Every layer in words, with its people."""
    rota = rota_here(rota_id)
    seen = seen_layers(db.session(), rota_id)
    empty = unrested_now(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), rota_id=rota_id
    )
    used = {one.layer.number for one in seen}
    members = [who.person_id for one in seen for who in one.people]
    people = duty_people(db.session(), rota, now=g.now, mentioned=members)
    return render_template(
        "coordinator/duty_layers.html",
        rota=rota,
        layers=seen,
        empty={one.layer.number: _of_layer(empty, one.layer.number) for one in seen},
        names=names_in_words(people.names),
        free=next((n for n in range(1, MOST_LAYERS + 1) if n not in used), None),
        words=duty_words,
    )


def _of_layer(empty: tuple[UnrestedTurn, ...], number: int) -> list[EmptyTurns]:
    return empty_turns(one for one in empty if one.span.layer == number)


def _standing(rota_id: int, number: int) -> LayerSeen | None:
    found = seen_layers(db.session(), rota_id)
    return next((one for one in found if one.layer.number == number), None)


def _page(
    rota: RotaInfo,
    number: int,
    form: LayerForm,
    status: int = 200,
    empty: tuple[UnrestedTurn, ...] = (),
) -> AnyResponse:
    people = duty_people(db.session(), rota, now=g.now, mentioned=form.people)
    lines = (*form.times, *[NO_TIMES] * MORE_TIMES)
    html = render_template(
        "coordinator/duty_layer.html",
        rota=rota,
        number=number,
        form=form,
        times=lines,
        turns=(*form.people, *[0] * MORE_PEOPLE),
        people=people,
        there=_standing(rota.id, number) is not None,
        empty=empty_turns(empty),
        names=names_in_words(people.names),
        words=duty_words,
    )
    return make_response(html, status)


@bp.get("/<int:rota_id>/layers/<int:number>")
@page_for(RoleName.COORDINATOR)
def layer(rota_id: int, number: int) -> AnyResponse:
    """The form of a layer with its stored values."""
    rota = rota_here(rota_id)
    if not 1 <= number <= MOST_LAYERS:
        raise NotFound(N_("没有找到这一层"))
    found = _standing(rota_id, number)
    if found is None:
        today = wall_of(g.now, zone_at(rota.area_path))
        monday = today - timedelta(days=today.weekday())
        return _page(rota, number, fresh_form(monday.replace(hour=8, minute=0)))
    people = tuple(one.person_id for one in found.people)
    form = form_of(found.layer.name, found.layer.kind, found.layer.pattern, people)
    return _page(rota, number, form)


@bp.post("/<int:rota_id>/layers/<int:number>")
@page_for(RoleName.COORDINATOR)
@once
def save(rota_id: int, number: int) -> AnyResponse:
    """Replaces the layer's plan. Turns that would stay empty are shown before it is saved."""
    rota, form = rota_here(rota_id), read_form(request.form)
    empty = _would_stay_empty(rota_id, number, form)
    if empty and request.form.get("seen") != form.mark:
        return _page(rota, number, form, empty=empty)
    try:
        with writing() as session:
            set_layer(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                rota_id=rota_id,
                number=number,
                kind=form.kind,
                name=form.name,
                pattern=form.pattern(),
                people=form.people if form.kind == LayerKind.ROTATION else (),
            )
            flash(_("这一层排好了，已经去问还没有同意的人"))
            return done(session, url_for("duty_layers.layers", rota_id=rota_id))
    except Invalid as error:
        flash(first_words(error), "error")
        return _page(rota_here(rota.id), number, replace(form), 422)


def _would_stay_empty(rota_id: int, number: int, form: LayerForm) -> tuple[UnrestedTurn, ...]:
    pattern = form.pattern()
    if pattern is None:
        return ()
    try:
        return unrested_with(
            Context(db.session(), actor_as(RoleName.COORDINATOR), g.now),
            rota_id=rota_id,
            number=number,
            pattern=pattern,
            people=form.people,
        )
    except BadPattern:
        # The use case reports what is wrong with it.
        return ()


@bp.post("/layers/<int:layer_id>/end")
@page_for(RoleName.COORDINATOR)
@once
def end(layer_id: int) -> AnyResponse:
    """Ends the layer: it plans no more turns."""
    rota_id = rota_of_layer(db.session(), layer_id)
    return act(
        lambda session, actor, now: end_layer(Context(session, actor, now), layer_id=layer_id),
        url_for("duty_layers.layers", rota_id=rota_id),
        _("这一层已经停了"),
    )
