"""Ordering help in five short steps, without an account and without JavaScript."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas import queries as areas
from app.areas.queries import FoundPlace
from app.catalogue import queries as catalogue
from app.conversation.danger import find_danger
from app.core.actor import resident
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, LimitReached
from app.limits.rules import address_range
from app.usecases.requests.place_request import place_request
from app.usecases.requests.write_order import forget_answers, read_answers, save_answers
from app.web.common.errors import message
from app.web.common.honeypot import no_robots
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.order_answers import (
    area_of,
    chosen_place,
    order_from,
    remember_where,
    summary,
)
from app.web.common.order_forms import (
    LONGEST_AHEAD,
    ContactForm,
    NeedForm,
    WhereForm,
)
from app.web.common.row_ids import row_id
from app.web.common.settings import config, phone_region
from app.web.common.wish_words import resident_choices
from app.web.common.zones import zone_at
from app.web.resident.mine import remember_code
from app.web.resident.need_examples import need_hint
from app.web.resident.new_time import chosen_period, when_form

bp = Blueprint("order", __name__, url_prefix="/order")

COOKIE = "order"
DAY_S = 24 * 3600
STEPS = ("need", "where", "when", "contact", "check")
# The step whose form has the field that a use case found wrong.
STEP_OF = {
    "category": "need",
    "need": "need",
    "volunteers_needed": "need",
    "place": "where",
    "address": "where",
    "wanted": "when",
    "phone": "contact",
    "name": "contact",
    "visited_name": "contact",
    "visited_phone": "contact",
}


def _answers() -> dict[str, str]:
    token = request.cookies.get(COOKIE)
    return read_answers(db.session(), token=token) if token else {}


def place_begun() -> FoundPlace | None:
    """The place of a scanned poster (`at`), or of the order in progress."""
    code = (request.values.get("at") or "")[:16]
    if code:
        return areas.place_by_code(db.session(), code)
    place_id = _answers().get("place_id") or ""
    known = row_id(place_id)
    return areas.place_by_id(db.session(), known) if known is not None else None


def _save_and_go(step: str, answers: dict[str, str]) -> AnyResponse:
    """Stores the answers and goes to the next step; after a correction, back to the check."""
    target = "check" if request.form.get("back") == "check" else step
    with writing() as session:
        token = save_answers(session, token=request.cookies.get(COOKIE), answers=answers, now=g.now)
    response = redirect(url_for(f"order.{target}"), code=303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=DAY_S,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _page(step: str, status: int = 200, **values: Any) -> Response:
    number = STEPS.index(step) + 1
    typed = request.form.get("need") if step == "need" else None
    html = render_template(
        f"resident/order_{step}.html",
        step=number,
        steps=len(STEPS),
        back_to_check=request.args.get("back") == "check" or request.form.get("back") == "check",
        previous=url_for(f"order.{STEPS[number - 2]}") if number > 1 else url_for("home.home"),
        danger=find_danger(typed or _answers().get("need", "")),
        **values,
    )
    return make_response(html, status)


@bp.get("")
def start() -> AnyResponse:
    """Begins an order, with what a tile or a poster has already chosen."""
    category, at = request.args.get("category"), request.args.get("at")
    return redirect(url_for("order.need", category=category, at=at), code=302)


def _need_form(answers: dict[str, str]) -> NeedForm:
    form = NeedForm(data={"category": request.args.get("category"), **answers})
    choices = catalogue.active_categories(db.session())
    form.category.choices = [(c.code, c.name(current_locale())) for c in choices]
    return form


@bp.route("/need", methods=["GET", "POST"])
def need() -> AnyResponse:
    """Step 1: what is needed. At a poster the place is known already."""
    answers, place = _answers(), place_begun()
    wanted = request.args.get("category")
    form = _need_form({**answers, "category": wanted} if wanted else answers)
    if request.method == "POST" and form.validate_on_submit():
        told = {"category": form.category.data, "need": form.need.data}
        told["volunteers_needed"] = form.volunteers_needed.data
        if place is not None and request.form.get("at"):
            told |= {"place": place.name, "place_id": str(place.id), "lat": "", "lon": ""}
        return _save_and_go("where", {**answers, **told})
    kinds = {kind.code: kind for kind in catalogue.active_categories(db.session())}
    chosen = kinds.get(form.category.data or "")
    if chosen is not None:
        form.say_usual(chosen.volunteers_needed)
    return _page(
        "need",
        422 if form.errors else 200,
        form=form,
        hints={code: _hint(kind) for code, kind in kinds.items()},
        chosen=chosen,
        place=place,
        need_hint=need_hint(chosen.code if chosen else ""),
    )


@bp.post("/danger")
def danger() -> str:
    """What to call, while the need is being typed: for htmx, empty without danger."""
    return render_template(
        "resident/danger.html", danger=find_danger(request.form.get("need") or "")
    )


def _hint(kind: Any) -> str:
    """What a category is for, and how many come if they are several."""
    hint, usual = kind.hint(current_locale()), kind.volunteers_needed
    return str(hint if usual == 1 else _("%(hint)s（平常来 %(n)s 位）", hint=hint, n=usual))


@bp.route("/where", methods=["GET", "POST"])
def where() -> AnyResponse:
    """Step 2: where."""
    answers = _answers()
    form = WhereForm(data=answers)
    if request.method == "POST" and form.validate_on_submit():
        found = chosen_place(db.session(), form, request.form.get("choice"))
        if found.candidates:
            return _where_page(form, found.candidates)
        if not found.error:
            return _save_and_go("when", remember_where(answers, form, found))
        form.place.errors = [*form.place.errors, _(found.error)]
    return _where_page(form)


def _where_page(form: WhereForm, candidates: Sequence[FoundPlace] = ()) -> Response:
    begun = place_begun()
    return _page(
        "where",
        422 if form.errors else 200,
        form=form,
        candidates=candidates,
        known=(begun.lat, begun.lon) if begun else None,
        tiles=config().tile_url,
    )


@bp.route("/when", methods=["GET", "POST"])
def when() -> AnyResponse:
    """Step 3: when."""
    answers = _answers()
    zone = zone_at(area_of(db.session(), answers))
    form = when_form(zone, data={k: v for k, v in answers.items() if k in ("day", "part")})
    if request.method == "POST" and form.validate_on_submit():
        wanted = chosen_period(form, zone)
        if wanted is not None:
            start, end = wanted
            period = {
                "wanted_from": start.isoformat() if start else "",
                "wanted_to": end.isoformat() if end else "",
            }
            chosen = {"day": form.day.data, "part": form.part.data}
            return _save_and_go("contact", {**answers, **chosen, **period})
    today = g.now.astimezone(zone).date()
    return _page(
        "when",
        422 if form.errors else 200,
        form=form,
        first_day=today.isoformat(),
        last_day=(today + LONGEST_AHEAD).isoformat(),
    )


@bp.route("/contact", methods=["GET", "POST"])
def contact() -> AnyResponse:
    """Step 4: contact details."""
    answers = _answers()
    form = ContactForm(data={**answers, "wishes": answers.get("wishes", "").split(",")})
    category = catalogue.category_by_code(db.session(), answers.get("category", ""))
    form.wishes.choices = resident_choices(category.wishes if category else ())
    if request.method == "POST" and form.validate_on_submit():
        given = {"phone": form.phone.data, "name": form.name.data, "spoken": form.spoken.data}
        given["wishes"] = ",".join(form.wishes.data or ())
        return _save_and_go("check", {**answers, **given, **form.whom()})
    return _page("contact", 422 if form.errors else 200, form=form)


def _first_gap(answers: dict[str, str]) -> str | None:
    """The first step without an answer, for somebody who came by an old link."""
    if not answers.get("category") or not answers.get("need"):
        return "need"
    if not (answers.get("place") or answers.get("place_id") or answers.get("lat")):
        return "where"
    return None if answers.get("phone") else "contact"


@bp.get("/check")
def check() -> AnyResponse:
    """Step 5: is everything right?"""
    answers = _answers()
    gap = _first_gap(answers)
    if gap:
        return redirect(url_for(f"order.{gap}"), code=303)
    return _page("check", answers=summary(db.session(), answers), errors={}, step_of_field=STEP_OF)


@bp.post("/check")
@no_robots
@once
def place() -> AnyResponse:
    """Places the order. Errors are shown at their line, with a link to correct them."""
    answers = _answers()
    gap = _first_gap(answers)
    if gap:
        return redirect(url_for(f"order.{gap}"), code=303)
    try:
        with writing() as session:
            placed = place_request(
                Context(session, resident("web"), g.now),
                order=order_from(session, answers, current_locale()),
                region=phone_region(),
                address_range=address_range(request.remote_addr or ""),
            )
            forget_answers(session, token=request.cookies[COOKIE])
            response = done(session, url_for("track.track", code=placed.code, new=1))
    except Invalid as error:
        wrong = {name: _(text) for name, text in error.fields.items()}
        return _page(
            "check",
            422,
            answers=summary(db.session(), answers),
            errors=wrong,
            step_of_field=STEP_OF,
        )
    except LimitReached as error:
        return _page(
            "check",
            429,
            answers=summary(db.session(), answers),
            errors={"": message(error)},
            step_of_field=STEP_OF,
        )
    response.delete_cookie(COOKIE)
    remember_code(response, placed.code)
    return response
