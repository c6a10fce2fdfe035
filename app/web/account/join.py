"""Registering as a volunteer; a coordinator approves."""

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.areas import queries as areas
from app.areas.levels import AreaLevel
from app.catalogue import queries as catalogue
from app.core.actor import Actor
from app.core.context import Context
from app.core.db import Session, db, writing
from app.core.errors import Invalid
from app.limits.rules import address_range
from app.usecases.volunteers.offer_terms import OfferTerms
from app.usecases.volunteers.register_people import NewVolunteer, register_volunteer
from app.web.common.honeypot import no_robots
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.settings import phone_region
from app.web.common.week_hours import CHOICES, week_of

bp = Blueprint("join", __name__)


class JoinForm(FlaskForm):  # type: ignore[misc]
    """Who wants to help, with what, and when."""

    name = StringField(_l("姓名"), validators=[DataRequired(_l("请写您的姓名")), Length(max=40)])
    phone = StringField(_l("手机号码"), validators=[DataRequired(_l("请写手机号码"))])
    area = SelectField(
        _l("您常在哪个社区"), coerce=int, validators=[DataRequired(_l("请选一个社区"))]
    )
    categories = SelectMultipleField(
        _l("愿意做什么"), coerce=int, validators=[InputRequired(_l("请至少选一种"))]
    )
    skills = SelectMultipleField(_l("您会什么"), coerce=int)
    hours = SelectMultipleField(
        _l("什么时候有空"),
        choices=CHOICES,
        validators=[InputRequired(_l("请至少选一个时段"))],
    )
    member = BooleanField(_l("我是党员"), description=_l("可以不填，只作统计，不给别人看。"))


def _form() -> JoinForm:
    session = db.session()
    form = JoinForm()
    form.area.choices = [
        (0, _("请选")),
        *(
            (a.id, a.name_zh)
            for a in areas.tree(session)
            if a.level == AreaLevel.COMMUNITY and a.drawn
        ),
    ]
    locale = current_locale()
    form.categories.choices = [(c.id, c.name(locale)) for c in catalogue.active_categories(session)]
    form.skills.choices = [(s.id, s.name(locale)) for s in catalogue.skills(session)]
    return form


@bp.route("/join", methods=["GET"])
def join() -> str:
    """The registration form, or thanks after it was sent."""
    if request.args.get("done"):
        return render_template("account/join_done.html")
    return render_template("account/join.html", form=_form())


@bp.post("/join")
@no_robots
@once
def register() -> AnyResponse:
    """Stores the registration. The answer is the same for a number that is enrolled already."""
    form = _form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                _register(session, form)
                return done(session, url_for("join.join", done=1))
        except Invalid as error:
            for name, text in error.fields.items():
                field = getattr(form, name, form.name)
                field.errors = [*field.errors, _(text)]
    return AnyResponse(render_template("account/join.html", form=form), 422, mimetype="text/html")


def _register(session: Session, form: JoinForm) -> None:
    lat, lon = areas.centre_of_area(session, form.area.data)
    volunteer = NewVolunteer(
        name=form.name.data,
        phone=form.phone.data,
        area_id=form.area.data,
        language=current_locale(),
        party_member="yes" if form.member.data else None,
        terms=OfferTerms(
            lat=lat,
            lon=lon,
            category_ids=tuple(form.categories.data),
            hours=week_of(form.hours.data),
            skill_ids=tuple(form.skills.data or ()),
        ),
    )
    register_volunteer(
        Context(session, Actor("resident", "web"), g.now),
        volunteer=volunteer,
        region=phone_region(),
        address_range=address_range(request.remote_addr or ""),
    )
