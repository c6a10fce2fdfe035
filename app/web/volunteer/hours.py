"""The hours of a week in which a volunteer can be on duty: a grid to paint, and limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.clock import local_day
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.core.i18n import N_
from app.rotation.plan.grid import WEEK, windows_of
from app.rotation.plan.windows import windows_json
from app.rotation.plan.wishes import MOST_WISHES, DayWish, wishes_json
from app.usecases.duty.plan.met_on_duty import met_on_duty
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.views.see_flex import OwnHours, own_hours
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.zones import own_zone

bp = Blueprint("shifts_hours", __name__, url_prefix="/v/duty/hours")

LIMITS = ("week_hours", "month_hours", "nights_week")
# Empty lines for further wishes.
MORE_WISHES = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """What the browser sent; `wrong` if a field that should be a number is not."""

    hours: OwnHours
    wrong: bool


def _page(shown: OwnHours, errors: dict[str, str] | None = None) -> AnyResponse:
    today = local_day(g.now, own_zone())
    names = get_day_names("abbreviated", locale=current_locale())
    html = render_template(
        "volunteer/hours.html",
        shown=shown,
        days=[names[day] for day in range(7)],
        wishes=[*(one for one in shown.wishes if one.day >= today), *[None] * MORE_WISHES],
        companions=met_on_duty(db.session(), g.who.person_id, now=g.now),
        errors={name: _(text) for name, text in (errors or {}).items()},
        today=today,
    )
    return make_response(html, 422 if errors else 200)


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def hours() -> AnyResponse:
    """The grid with the stored hours."""
    return _page(own_hours(db.session(), g.who.person_id))


@bp.post("")
@page_for(RoleName.VOLUNTEER)
@once
def save() -> AnyResponse:
    """Stores the hours; somebody who may be called is on duty in them from then on."""
    typed = _typed()
    if typed.wrong:
        return _page(typed.hours, {"limits": N_("请检查小时数")})
    values: dict[str, Any] = {name: getattr(typed.hours, name) for name in LIMITS}
    try:
        with writing() as session:
            offer_hours(
                Context(session, actor_as(RoleName.VOLUNTEER), g.now),
                hours=windows_json(windows_of(typed.hours.boxes)),
                may_call=typed.hours.may_call,
                with_person_id=typed.hours.with_person_id,
                wishes=wishes_json(typed.hours.wishes),
                **values,
            )
            flash(_("已保存，谢谢您"))
            return done(session, url_for("shifts_hours.hours"))
    except Invalid as error:
        return _page(typed.hours, error.fields)


def _typed() -> Typed:
    form = request.form
    numbers = {name: form.get(name, "").strip() for name in LIMITS}
    good = {name: int(text) for name, text in numbers.items() if _is_number(text)}
    boxes = (one for one in form.getlist("h", type=int) if 0 <= one < WEEK)
    return Typed(
        OwnHours(
            frozenset(boxes),
            form.get("may_call") == "y",
            good.get("week_hours"),
            good.get("month_hours"),
            good.get("nights_week"),
            form.get("with", type=int) or None,
            tuple(_wishes()),
        ),
        wrong=any(text and name not in good for name, text in numbers.items()),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def _wishes() -> Iterator[DayWish]:
    for number in range(MOST_WISHES):
        try:
            day = date.fromisoformat(request.form.get(f"day{number}") or "")
        except ValueError:
            continue
        yield DayWish(day, request.form.get(f"like{number}") == "1")
