"""The coming week for a coordinator: the chance of an answer by hour, and where to recruit."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_day_names
from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db
from app.core.i18n import N_
from app.core.wall_time import wall_of
from app.rotation.forecast import RARE, THIN, Cell, usual_gaps
from app.rotation.queries import list_rotas
from app.usecases.duty.views.forecast_coverage import Week, coming_week
from app.web.common.guards import actor_as, page_for
from app.web.common.languages import current_locale
from app.web.common.own_areas import own_paths

bp = Blueprint("coverage", __name__, url_prefix="/c/coverage")

# The style of a cell by its lowest chance.
LOOKS = ((0.95, "sure"), (THIN, "fair"), (RARE, "thin"), (1e-9, "rare"), (0.0, "none"))
LEGEND = (
    ("sure", N_("很有把握")),
    ("fair", N_("还可以")),
    ("thin", N_("有点薄")),
    ("rare", N_("很难叫到人")),
    ("asked", N_("问了，等回复")),
    ("none", N_("没有人值班")),
)
MOST_THIN, MOST_NAMED = 8, 5


@dataclass(frozen=True, slots=True)
class Box:
    """One hour of the map: its text, its style, and its text for screen readers."""

    text: str
    look: str
    about: str


@bp.get("")
@page_for(RoleName.COORDINATOR)
def coverage() -> str:
    """The coming seven days of one rota."""
    mine = {rota.id: rota for path in own_paths() for rota in list_rotas(db.session(), path)}
    chosen = request.args.get("rota", type=int) or next(iter(mine), None)
    week = None
    if chosen is not None:
        week = coming_week(
            Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), rota_id=chosen
        )
    return render_template(
        "coordinator/coverage.html",
        rotas=list(mine.values()),
        week=week,
        days=_days(week) if week else [],
        rows=_rows(week) if week else [],
        thin=week.thin[:MOST_THIN] if week else [],
        more=max(0, len(week.thin) - MOST_THIN) if week else 0,
        waiting=week.waiting[:MOST_THIN] if week else [],
        recruit=_recruit(week) if week else [],
        chance_words=chance_words,
        day_head=day_head,
        looks=LEGEND,
    )


def _days(week: Week) -> list[date]:
    return sorted({wall_of(one.starts_at, week.zone).date() for one in week.cells})


def _rows(week: Week) -> list[tuple[int, list[Box]]]:
    """A row for each hour of the day, a box for each day."""
    by_wall: dict[tuple[int, date], Cell] = {}
    for cell in week.cells:
        wall = wall_of(cell.starts_at, week.zone)
        by_wall.setdefault((wall.hour, wall.date()), cell)
    days = _days(week)
    hours = sorted({hour for hour, _ in by_wall})
    return [(hour, [_box(by_wall.get((hour, day))) for day in days]) for hour in hours]


def _box(cell: Cell | None) -> Box:
    if cell is None:
        return Box("", "closed", _("不需要值班"))
    if cell.starts_at < g.now.replace(minute=0, second=0, microsecond=0):
        return Box("", "closed", _("已经过去"))
    awaited = cell.chance == 0 and cell.asked > 0
    look = "asked" if awaited else next(name for least, name in LOOKS if cell.chance >= least)
    about = _(
        "值班 %(agreed)s 人，随叫 %(on_call)s 人，等回复 %(asked)s 人",
        agreed=cell.agreed,
        on_call=cell.on_call,
        asked=cell.asked,
    )
    return Box(_("问") if awaited else chance_words(cell.chance), look, about)


def chance_words(chance: float) -> str:
    """A percentage from 0 to 99: nothing is certain."""
    return f"{min(99, round(100 * chance))}"


def _recruit(week: Week) -> list[str]:
    """The hours that most need people, for example 周二 02:00–06:00."""
    names = get_day_names("abbreviated", locale=current_locale())
    return [
        f"{names[day]} {start:02}:00–{end:02}:00"
        for day, start, end in usual_gaps(week.recruit, week.zone)[:MOST_NAMED]
    ]


def day_head(day: date) -> tuple[str, str]:
    """For example 周二, 3/3."""
    return format_date(day, "EEE", locale=current_locale()), f"{day.month}/{day.day}"
