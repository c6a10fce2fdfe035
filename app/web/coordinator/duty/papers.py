"""Duty on paper and in other programs: a month to print, CSV in and out, a calendar link."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import areas_within
from app.core.actor import RoleName
from app.core.clock import local_day
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.core.wall_time import wall_of
from app.rotation.queries import list_rotas
from app.rotation.tables import WrittenTurn, table
from app.usecases.duty.shifts.import_turns import TurnsReport, import_turns
from app.usecases.duty.views.manage_calendar_link import end_link, links_of, make_link
from app.usecases.duty.views.rota_info import rota_to_see
from app.usecases.duty.views.see_calendar import layer_words
from app.usecases.duty.views.see_month import Month, MonthShift, Period, month_of
from app.web.common.calendar_link import Shown, shown
from app.web.common.formatting import day_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.own_areas import own_paths
from app.web.common.uploads import UnknownEncoding, table_text
from app.web.common.zones import own_zone, zone_at

bp = Blueprint("duty_papers", __name__, url_prefix="/c/duty/papers")

# Levels of areas whose duty may be printed on one sheet.
SHEET_LEVELS = ("district", "subdistrict", "community")


def _page(
    *,
    report: TurnsReport | None = None,
    wrong: str = "",
    link: Shown | None = None,
    status: int = 200,
) -> AnyResponse:
    session, today = db.session(), local_day(g.now, own_zone())
    this = today.replace(day=1)
    html = render_template(
        "coordinator/duty_papers.html",
        rotas=[rota for path in own_paths() for rota in list_rotas(session, path)],
        months=(this, (this + timedelta(days=32)).replace(day=1)),
        areas=areas_within(session, own_paths(), levels=SHEET_LEVELS),
        links=links_of(session, g.who.person_id),
        report=report,
        wrong=wrong,
        link=link,
    )
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.COORDINATOR)
def papers() -> AnyResponse:
    """What is available for each rota."""
    return _page()


def _month(rota_id: int) -> Month:
    context = Context(db.session(), actor_as(RoleName.COORDINATOR), g.now)
    rota = rota_to_see(context.session, actor=context.actor, rota_id=rota_id)
    today = local_day(g.now, zone_at(rota.area_path))
    given = request.args.get("month") or f"{today:%Y-%m}"
    try:
        first = date.fromisoformat(f"{given}-01")
    except ValueError as error:
        raise NotFound from error
    if not 2000 <= first.year <= 2199:
        raise NotFound
    return month_of(context, rota_id=rota_id, first=first)


@bp.get("/<int:rota_id>/month")
@page_for(RoleName.COORDINATOR)
def month(rota_id: int) -> str:
    """A month to print, with names and without phone numbers."""
    found = _month(rota_id)
    days = [found.first + timedelta(days=n) for n in range((found.last - found.first).days + 1)]
    return render_template(
        "coordinator/duty_month.html",
        month=found,
        blank=found.first.weekday(),
        days=[(day, *_on(found, day)) for day in days],
        before=(found.first - timedelta(days=1)).strftime("%Y-%m"),
        after=(found.last + timedelta(days=1)).strftime("%Y-%m"),
        layer_words=layer_words,
        day_in_words=day_in_words,
    )


def _on(
    found: Month, day: date
) -> tuple[list[MonthShift], list[tuple[str, str]], list[tuple[str, str]]]:
    """The shifts that begin on a day, its hours without anybody, and those that wait."""
    shifts = [one for one in found.shifts if local_day(one.starts_at, found.zone) == day]
    return shifts, _within(found.gaps, day, found.zone), _within(found.waiting, day, found.zone)


def _within(periods: Iterable[Period], day: date, area_zone: ZoneInfo) -> list[tuple[str, str]]:
    midnight = datetime.combine(day, datetime.min.time())
    walls = ((wall_of(start, area_zone), wall_of(end, area_zone)) for start, end in periods)
    return [
        (_clock(start, midnight), _clock(end, midnight))
        for start, end in walls
        if start < midnight + timedelta(days=1) and end > midnight
    ]


def _clock(wall: datetime, midnight: datetime) -> str:
    if wall <= midnight:
        return "00:00"
    return f"{wall:%H:%M}" if wall < midnight + timedelta(days=1) else "24:00"


@bp.get("/<int:rota_id>/month.csv")
@page_for(RoleName.COORDINATOR)
def month_table(rota_id: int) -> Response:
    """The same month as a CSV, which can be imported again."""
    found = _month(rota_id)
    text = table(_written(one, found.zone) for one in found.shifts)
    answer = Response(text, mimetype="text/csv")
    name = f"duty-{found.rota_id}-{found.first:%Y-%m}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(one: MonthShift, area_zone: ZoneInfo) -> WrittenTurn:
    return WrittenTurn(
        starts=wall_of(one.starts_at, area_zone),
        ends=wall_of(one.ends_at, area_zone),
        layer=one.layer,
        number=one.person_id,
        name=one.name.name,
        organisation=one.organisation,
        agreed=one.agreed,
    )


@bp.post("/<int:rota_id>/table")
@page_for(RoleName.COORDINATOR)
def take_in(rota_id: int) -> AnyResponse:
    """Imports turns from a CSV: all or none. Existing turns are not planned again."""
    upload = request.files.get("file")
    try:
        text = table_text(upload.read() if upload else b"")
        with writing() as session:
            report = import_turns(
                Context(session, actor_as(RoleName.COORDINATOR), g.now), rota_id=rota_id, text=text
            )
    except UnknownEncoding:
        return _page(wrong=_("这个文件读不懂，请存成 CSV 再试"), status=422)
    except Invalid as error:
        return _page(wrong=_(next(iter(error.fields.values()))), status=422)
    return _page(report=report, status=422 if report.bad else 200)


@bp.post("/<int:rota_id>/calendar")
@page_for(RoleName.COORDINATOR)
@once
def make_calendar(rota_id: int) -> AnyResponse:
    """Makes a link to the rota's calendar, shown in this answer only."""
    with writing() as session:
        token = make_link(Context(session, actor_as(RoleName.COORDINATOR), g.now), rota_id=rota_id)
        done(session, url_for("duty_papers.papers"))
    return _page(link=shown(token))


@bp.post("/<int:rota_id>/calendar/end")
@page_for(RoleName.COORDINATOR)
@once
def end_calendar(rota_id: int) -> AnyResponse:
    """Ends the coordinator's own link to this rota."""
    with writing() as session:
        end_link(Context(session, actor_as(RoleName.COORDINATOR), g.now), rota_id=rota_id)
        return done(session, url_for("duty_papers.papers"))
