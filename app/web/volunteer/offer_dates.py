"""Dates on which a volunteer has other hours than usual, or none."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, RadioField, TimeField
from wtforms.validators import InputRequired, Optional

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.offers.queries import hours_of
from app.usecases.volunteers.offer_dates import drop_date, set_date
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once

bp = Blueprint("offer_dates", __name__, url_prefix="/v/offer/dates")


class DateForm(FlaskForm):  # type: ignore[misc]
    """One date."""

    day = DateField(_l("哪一天"), validators=[InputRequired(_l("请选一个日期"))])
    kind = RadioField(
        _l("这一天"),
        choices=[("off", _l("没有空")), ("only", _l("只有这段时间有空"))],
        default="off",
    )
    start = TimeField(_l("从几点"), validators=[Optional()])
    end = TimeField(_l("到几点"), validators=[Optional()])

    @property
    def span(self) -> tuple[str, str] | None:
        """From when to when; None for a day off."""
        if self.kind.data != "only" or not (self.start.data and self.end.data):
            return None
        return f"{self.start.data:%H:%M}", f"{self.end.data:%H:%M}"


def _lines() -> list[dict[str, Any]]:
    """The stored dates, in order."""
    dates: dict[str, list[str]] = {}
    for one in hours_of(db.session(), g.who.person_id):
        if "date" in one:
            spans = dates.setdefault(one["date"], [])
            spans += [f"{one['from']}–{one['to']}"] if "from" in one else []
    return [
        {
            "day": day,
            "said": format_date(date.fromisoformat(day), "full"),
            "times": str(_("、")).join(spans) or str(_("没有空")),
        }
        for day, spans in sorted(dates.items())
    ]


def _page(form: DateForm, status: int = 200) -> AnyResponse:
    page = render_template("volunteer/offer_dates.html", form=form, lines=_lines())
    return make_response(page, status)


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def dates() -> AnyResponse:
    """The dates, and a form for one more."""
    return _page(DateForm())


@bp.post("")
@page_for(RoleName.VOLUNTEER)
@once
def add() -> AnyResponse:
    """Adds a date, or replaces the one stored for the same day."""
    form = DateForm()
    good = bool(form.validate_on_submit())
    if good and form.kind.data == "only" and form.span is None:
        form.start.errors = [*form.start.errors, _("请写从几点到几点")]
        good = False
    if not good:
        return _page(form, 422)
    try:
        with writing() as session:
            set_date(
                Context(session, actor_as(RoleName.VOLUNTEER), g.now),
                person_id=g.who.person_id,
                day=form.day.data,
                span=form.span,
            )
            flash(_("已保存"))
            return done(session, url_for("offer_dates.dates"))
    except Invalid as wrong:
        for name, msgid in wrong.fields.items():
            field = form.day if name == "day" else form.start
            field.errors = [*field.errors, _(msgid)]
        return _page(form, 422)


@bp.post("/drop")
@page_for(RoleName.VOLUNTEER)
@once
def drop() -> AnyResponse:
    """Deletes a date; the usual hours apply again."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _page(DateForm(), 422)
    with writing() as session:
        drop_date(
            Context(session, actor_as(RoleName.VOLUNTEER), g.now),
            person_id=g.who.person_id,
            day=day,
        )
        return done(session, url_for("offer_dates.dates"))
