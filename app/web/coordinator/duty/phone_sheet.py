"""The phone sheet for power cuts: whom to call, on one page of paper."""

from datetime import datetime

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.i18n import N_
from app.paper.process import CannotDraw, as_pdf
from app.paper.rules import Line, Paper, Part
from app.usecases.duty.views.reveal_duty import DutySheet, OnDuty, reveal_duty
from app.usecases.duty.views.see_calendar import layer_words
from app.web.common.formatting import clock, day_in_words, phone
from app.web.common.guards import actor_as, page_for
from app.web.common.languages import current_locale

bp = Blueprint("duty_sheet", __name__, url_prefix="/c/duty/sheet")

NUMBERS = (("120", N_("急救")), ("119", N_("火警")), ("110", N_("报警")))


@bp.post("")
@page_for(RoleName.COORDINATOR)
def sheet() -> AnyResponse:
    """Draws the sheet. The trail records every request for one first."""
    area_id = request.form.get("area", 0, type=int)
    with writing() as session:
        found = reveal_duty(
            Context(session, actor_as(RoleName.COORDINATOR), g.now), area_id=area_id
        )
        paper = in_words(found, g.now)
    # Release the connection while the sheet is drawn.
    db.session.remove()
    try:
        drawn = as_pdf(paper)
    except CannotDraw as error:
        current_app.logger.error("a sheet was not drawn: %s", error)
        flash(_("这张表没有做出来，请过一会儿再试"), "error")
        return redirect(url_for("duty_papers.papers"), code=303)
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="duty-{g.now:%Y%m%d}.pdf"'
    return answer


def in_words(found: DutySheet, now: datetime) -> Paper:
    """The sheet in the visitor's language, times in the area's zone."""
    return Paper(
        language=current_locale(),
        title=_("%(area)s值班电话表", area=found.area),
        period=_(
            "%(from)s 到 %(to)s",
            **{"from": _at(found, found.starts_at), "to": _at(found, found.ends_at)},
        ),
        numbers=tuple((number, _(about)) for number, about in NUMBERS),
        how=_("先打首叫，没人接打后备，再打调度员，最后打附近区域。有生命危险，先打上面三个号码。"),
        parts=(
            Part(_("谁在值班"), _own(found), _("今晚没有人值班，请打给调度员")),
            Part(
                _("调度员"),
                tuple(Line("", name, phone(number)) for name, number in found.coordinators),
                _("没有登记调度员"),
            ),
            Part(
                _("附近区域谁在值班"),
                tuple(_line(found, one, one.area) for one in found.around),
                _("附近区域没有人值班"),
            ),
            Part(
                _("党群服务点"),
                tuple(Line(one.opening, one.name, one.phone) for one in found.points),
                _("没有登记电话"),
            ),
        ),
        foot=_("上面有电话号码，请收好，用完撕碎。%(time)s 打印", time=_at(found, now)),
    )


def _own(found: DutySheet) -> tuple[Line, ...]:
    """Who is on duty, and hours without anybody, in order of time."""
    lines = [
        # A rota of a larger area names that area.
        (one.starts_at, one.layer, _line(found, one, one.area if one.area != found.area else ""))
        for one in found.own
    ]
    for start, end in found.gaps if found.own else ():
        words = _("没有人值班，请打给调度员")
        lines.append((start, 0, Line(_hours(found, start, end), words, warning=True)))
    return tuple(line for _start, _layer, line in sorted(lines, key=lambda entry: entry[:2]))


def _line(found: DutySheet, one: OnDuty, area: str) -> Line:
    middle = " · ".join(part for part in (_(layer_words(one.layer)), one.name, area) if part)
    return Line(_hours(found, one.starts_at, one.ends_at), middle, phone(one.phone))


def _hours(found: DutySheet, start: datetime, end: datetime) -> str:
    """The hours, with the day unless it is the first one."""
    local, first = start.astimezone(found.zone).date(), found.starts_at.astimezone(found.zone)
    day = "" if local == first.date() else _("次日") + " "
    return f"{day}{clock(start, found.zone)}–{clock(end, found.zone)}"


def _at(found: DutySheet, at: datetime) -> str:
    return f"{day_in_words(at.astimezone(found.zone).date())} {clock(at, found.zone)}"
