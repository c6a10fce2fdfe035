"""Entering an order for a caller, on one page."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectField

from app.catalogue import queries as catalogue
from app.conversation.danger import find_danger
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.requests.place_request import place_request
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.order_answers import (
    Meant,
    area_of,
    chosen_place,
    order_from,
    remember_where,
)
from app.web.common.order_forms import (
    ContactForm,
    NeedForm,
    WhenForm,
    WhereForm,
    day_choices,
    part_choices,
    wanted_period,
)
from app.web.common.settings import config, phone_region
from app.web.common.wish_words import resident_choices
from app.web.common.zones import own_zone, zone_at

bp = Blueprint("enter", __name__, url_prefix="/c/new")


class CallerForm(ContactForm, NeedForm, WhenForm, WhereForm):
    """Everything that the caller says, in one form."""

    urgency = SelectField(
        _l("紧急程度"),
        choices=[
            ("", _l("按服务类别")),
            ("urgent", _l("紧急")),
            ("ordinary", _l("普通")),
            ("planned", _l("预约")),
        ],
        default="",
    )
    no_danger = BooleanField(_l("不是危险，不用急报"))


def _form() -> CallerForm:
    form = CallerForm()
    form.day.choices = day_choices(g.now, own_zone())
    form.part.choices = part_choices(form, g.now, own_zone())
    for field in form:
        # The hints are written for residents; a coordinator does not need them.
        field.description = ""
    kinds = catalogue.active_categories(db.session())
    form.category.choices = [(c.code, c.name(current_locale())) for c in kinds]
    form.wishes.choices = resident_choices({wish for kind in kinds for wish in kind.wishes})
    return form


def _page(form: CallerForm, candidates: Any = (), status: int = 200) -> AnyResponse:
    return make_response(
        render_template(
            "coordinator/enter.html",
            form=form,
            candidates=candidates,
            tiles=config().tile_url,
            danger=find_danger(form.need.data or ""),
        ),
        status,
    )


@bp.get("")
@page_for(RoleName.COORDINATOR)
def enter() -> AnyResponse:
    """The empty form."""
    return _page(_form())


@bp.post("/danger")
@page_for(RoleName.COORDINATOR)
def danger() -> str:
    """What the caller is to call, while the need is being typed; for htmx."""
    form = _form()
    found = find_danger(form.need.data or "")
    return render_template("coordinator/danger.html", form=form, danger=found)


def _answers(form: CallerForm, found: Meant) -> dict[str, str]:
    path = area_of(db.session(), remember_where({}, form, found))
    zone = zone_at(path) if path else own_zone()
    start, end = wanted_period(form.day.data, form.date.data, form.part.data, now=g.now, zone=zone)
    answers = {
        "category": form.category.data,
        "need": form.need.data,
        "volunteers_needed": form.volunteers_needed.data,
        "phone": form.phone.data,
        "name": form.name.data,
        "spoken": form.spoken.data,
        "wishes": ",".join(form.wishes.data or ()),
        **form.whom(),
        "wanted_from": start.isoformat() if start else "",
        "wanted_to": end.isoformat() if end else "",
    }
    return remember_where(answers, form, found)


@bp.post("")
@page_for(RoleName.COORDINATOR)
@once
def save() -> AnyResponse:
    """Places the order; the coordinator sees it at once."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, status=422)
    found = chosen_place(db.session(), form, request.form.get("choice"))
    if found.candidates:
        return _page(form, found.candidates)
    try:
        answers = _answers(form, found)
        with writing() as session:
            order = order_from(
                session,
                answers,
                current_locale(),
                source="phone",
                urgency=form.urgency.data or None,
            )
            placed = place_request(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                order=replace(order, no_danger=form.no_danger.data),
                region=phone_region(),
            )
            return done(session, url_for("case.case", request_id=placed.request_id))
    except ValueError:
        form.part.errors = [*form.part.errors, _("这个时段已经过了，请另选")]
    except Invalid as error:
        for name, text in error.fields.items():
            field = getattr(form, name, form.need)
            field.errors = [*field.errors, _(text)]
    return _page(form, status=422)
