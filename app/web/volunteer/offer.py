"""What a volunteer stands ready to do: what, when, how far; and a break with one tap."""

from datetime import timedelta

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from app.catalogue import queries as catalogue
from app.core.db import db, writing
from app.core.errors import NotFound
from app.core.i18n import N_
from app.desk.offer_terms import OfferTerms
from app.desk.register_people import change_offer, pause
from app.offers.models import Offer, OfferCategory
from app.people.queries import skills_of
from app.web.account.join import TIMES, week_of
from app.web.guards import actor_as, page_for
from app.web.languages import current_locale
from app.web.once import done, once

bp = Blueprint("offer", __name__, url_prefix="/v/offer")


class OfferForm(FlaskForm):  # type: ignore[misc]
    """A standing offer."""

    categories = SelectMultipleField(
        _l("愿意做什么"), coerce=int, validators=[InputRequired(_l("请至少选一种"))]
    )
    hours = SelectMultipleField(
        _l("什么时候有空"),
        choices=[
            ("weekday_day", _l("周一到周五白天")),
            ("weekday_evening", _l("周一到周五晚上")),
            ("weekend", _l("周末")),
            ("night", _l("夜里也可以")),
        ],
        validators=[InputRequired(_l("请至少选一个时段"))],
    )
    radius_m = SelectField(
        _l("愿意走多远"),
        coerce=int,
        choices=[(500, "500 m"), (1000, "1 km"), (1500, "1.5 km"), (3000, "3 km"), (5000, "5 km")],
    )
    max_load = SelectField(
        _l("同时最多几单"), coerce=int, choices=[(n, str(n)) for n in range(1, 6)]
    )
    languages = SelectMultipleField(
        _l("您会说"),
        choices=[
            ("zh_Hans", _l("普通话")),
            ("yue", _l("粤语")),
            ("hak", _l("客家话")),
            ("en", _l("英语")),
        ],
        validators=[InputRequired(_l("请至少选一种"))],
    )


def _offer() -> Offer:
    found = db.session.scalar(select(Offer).where(Offer.person_id == g.who.person_id))
    if found is None:
        raise NotFound(N_("没有找到服务供给"))
    return found


def _form(offer: Offer) -> OfferForm:
    session = db.session()
    kept = {(h["day"], h["from"], h["to"]) for h in offer.hours}
    ticked = [
        name
        for name, (days, start, end) in TIMES.items()
        if all((day, start, end) in kept for day in days)
    ]
    chosen = session.scalars(
        select(OfferCategory.category_id).where(OfferCategory.offer_id == offer.id)
    ).all()
    form = OfferForm(
        data={
            "categories": list(chosen),
            "hours": ticked,
            "radius_m": offer.radius_m,
            "max_load": offer.max_load,
            "languages": offer.languages,
        }
    )
    form.categories.choices = [
        (c.id, c.name(current_locale())) for c in catalogue.active_categories(session)
    ]
    return form


@bp.get("")
@page_for("volunteer")
def offer() -> str:
    """The offer as it stands."""
    found = _offer()
    return render_template("volunteer/offer.html", form=_form(found), offer=found)


@bp.post("")
@page_for("volunteer")
@once
def save() -> AnyResponse:
    """Changes the offer."""
    found = _offer()
    form = _form(found)
    if not form.validate_on_submit():
        page = render_template("volunteer/offer.html", form=form, offer=found)
        return AnyResponse(page, 422, mimetype="text/html")
    terms = OfferTerms(
        lat=found.lat,
        lon=found.lon,
        category_ids=tuple(form.categories.data),
        hours=week_of(form.hours.data),
        radius_m=form.radius_m.data,
        languages=tuple(form.languages.data),
        max_load=form.max_load.data,
        weekly_limit=found.weekly_limit,
        skill_ids=tuple(sorted(skills_of(db.session(), g.who.person_id))),
    )
    version = found.version
    with writing() as session:
        change_offer(
            session,
            actor=actor_as("volunteer"),
            person_id=g.who.person_id,
            terms=terms,
            version=version,
            now=g.now,
        )
        flash(_("已保存"))
        return done(session, url_for("offer.offer"))


@bp.post("/pause")
@page_for("volunteer")
@once
def take_break() -> AnyResponse:
    """A week's break, or back again."""
    until = g.now + timedelta(days=7) if request.form.get("pause") == "1" else None
    with writing() as session:
        pause(
            session,
            actor=actor_as("volunteer"),
            person_id=g.who.person_id,
            until=until,
            now=g.now,
        )
        return done(session, url_for("offer.offer"))
