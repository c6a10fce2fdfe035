"""A volunteer's standing offer: what, when, how far; and a break with one tap."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from app.areas import queries as areas
from app.catalogue import queries as catalogue
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.usecases.volunteers.change_offer import change_offer, pause_offer
from app.usecases.volunteers.offer_terms import OfferTerms
from app.usecases.volunteers.see_offer import OwnOffer, see_own_offer
from app.web.common.formatting import metres
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.row_ids import row_id
from app.web.common.travel_words import MEANS
from app.web.common.week_hours import CHOICES, Hours, in_words, other_hours, ticked, week_of
from app.web.common.wish_words import volunteer_choices

bp = Blueprint("offer", __name__, url_prefix="/v/offer")

RADII_M = (500, 1000, 1500, 3000, 5000)
LOADS = (1, 2, 3, 4, 5)
WEEKLY_LOADS = (1, 2, 3, 5, 7, 10, 14)


class OfferForm(FlaskForm):  # type: ignore[misc]
    """A standing offer."""

    categories = SelectMultipleField(
        _l("愿意做什么"), coerce=int, validators=[InputRequired(_l("请至少选一种"))]
    )
    hours = SelectMultipleField(
        _l("什么时候有空"),
        choices=CHOICES,
    )
    keep_hours = BooleanField(_l("下面的时间也照旧"))
    place = StringField(
        _l("一般从哪里出发"),
        description=_l("只用来算距离，不给别人看。不改就空着。"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=120, message=_l("请少写一些"))],
    )
    place_id = HiddenField()
    radius_m = SelectField(
        _l("愿意走多远"),
        coerce=int,
    )
    travel = RadioField(
        _l("您怎么去？"),
        choices=[(one.value, _l(words)) for one, words in MEANS.items()],
    )
    max_load = SelectField(_l("同时最多几单"), coerce=int)
    weekly_limit = SelectField(
        _l("七天里最多接几单"),
        description=_l(
            "只算您接下的单，派的、自己抢的都算；问过您、您没有接的不算。紧急的单和您值班时不受限。"
        ),
        coerce=int,
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
    wishes = SelectMultipleField(
        _l("您的愿望"), description=_l("可以不选。选了，不合的单就不问您。")
    )
    woman = BooleanField(
        _l("我是女性，有居民希望来的是女性时也问我"),
        description=_l("可以不说，只用来派这样的单。"),
    )


def _offer() -> OwnOffer:
    return see_own_offer(db.session(), actor=actor_as(RoleName.VOLUNTEER))


def _form(terms: OfferTerms) -> OfferForm:
    form = OfferForm(
        data={
            "categories": list(terms.category_ids),
            "hours": ticked(terms.hours),
            "keep_hours": True,
            "radius_m": terms.radius_m,
            "travel": terms.travel,
            "max_load": terms.max_load,
            "weekly_limit": terms.weekly_limit,
            "languages": list(terms.languages),
            "wishes": list(terms.wishes),
            "woman": terms.woman,
        }
    )
    form.categories.choices = [
        (c.id, c.name(current_locale())) for c in catalogue.active_categories(db.session())
    ]
    # The stored value is always among the choices, so that saving alone changes nothing.
    form.radius_m.choices = [(n, metres(n)) for n in sorted({*RADII_M, terms.radius_m})]
    form.max_load.choices = [(n, str(n)) for n in sorted({*LOADS, terms.max_load})]
    weeks = sorted({*WEEKLY_LOADS, terms.weekly_limit})
    form.weekly_limit.choices = [(n, str(n)) for n in weeks]
    form.wishes.choices = volunteer_choices()
    return form


def _page(form: OfferForm, offer: OwnOffer, status: int = 200) -> AnyResponse:
    kept = in_words(other_hours(offer.terms.hours))
    page = render_template("volunteer/offer.html", form=form, offer=offer, kept=kept)
    return make_response(page, status)


def _hours(form: OfferForm, terms: OfferTerms) -> Hours:
    """The ticked hours, plus hours that no box covers if they are to stay."""
    return [*week_of(form.hours.data), *(other_hours(terms.hours) if form.keep_hours.data else ())]


def _start(form: OfferForm, terms: OfferTerms) -> tuple[float, float] | None:
    """Where the volunteer starts from; None if the text is not a known place."""
    words = form.place.data
    if not words:
        return terms.lat, terms.lon
    chosen = form.place_id.data or ""
    known = row_id(chosen)
    place = areas.place_by_id(db.session(), known) if known is not None else None
    if place is None or place.name != words:
        found = areas.find_places(db.session(), words)
        place = next((one for one in found if one.name == words), None)
    return (place.lat, place.lon) if place else None


def _check(form: OfferForm, terms: OfferTerms) -> bool:
    """Puts each error at its field."""
    good = bool(form.validate_on_submit())
    if good and not _hours(form, terms):
        form.hours.errors = [*form.hours.errors, _("请至少选一个时段")]
    if good and _start(form, terms) is None:
        form.place.errors = [*form.place.errors, _("没有找到这个地方，请从列出的地名里选")]
    return good and not form.errors


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def offer() -> AnyResponse:
    """The stored offer."""
    found = _offer()
    return _page(_form(found.terms), found)


@bp.post("")
@page_for(RoleName.VOLUNTEER)
@once
def save() -> AnyResponse:
    """Changes the offer."""
    found = _offer()
    before, form = found.terms, _form(found.terms)
    if not _check(form, before):
        return _page(form, found, 422)
    lat, lon = _start(form, before) or (before.lat, before.lon)
    terms = replace(
        before,
        lat=lat,
        lon=lon,
        category_ids=tuple(form.categories.data),
        hours=_hours(form, before),
        radius_m=form.radius_m.data,
        travel=form.travel.data,
        languages=tuple(form.languages.data),
        max_load=form.max_load.data,
        weekly_limit=form.weekly_limit.data,
        wishes=tuple(form.wishes.data or ()),
        woman=form.woman.data,
    )
    with writing() as session:
        change_offer(
            Context(session, actor_as(RoleName.VOLUNTEER), g.now),
            person_id=g.who.person_id,
            terms=terms,
            version=found.version,
        )
        flash(_("已保存"))
        return done(session, url_for("offer.offer"))


@bp.post("/pause")
@page_for(RoleName.VOLUNTEER)
@once
def take_break() -> AnyResponse:
    """Begins a week's break, or ends it."""
    until = g.now + timedelta(days=7) if request.form.get("pause") == "1" else None
    with writing() as session:
        pause_offer(
            Context(session, actor_as(RoleName.VOLUNTEER), g.now),
            person_id=g.who.person_id,
            until=until,
        )
        return done(session, url_for("offer.offer"))
