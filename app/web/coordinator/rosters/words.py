"""Words for the draft of a roster: its days, its gaps and why, who does how much."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from app.core.i18n import N_
from app.rotation.roster.asked import Piece
from app.rotation.roster.built import Built, Gap, Quality, Share
from app.rotation.wall_time import wall_of
from app.usecases.duty.views.see_calendar import layer_words
from app.web.common.formatting import day_in_words, short_day
from app.web.common.languages import current_locale

STATES = {
    "waiting": N_("排队中"),
    "running": N_("正在排"),
    "done": N_("草稿"),
    "failed": N_("没有排成"),
    "published": N_("已发布"),
    "discarded": N_("没有采用"),
}
WHY = {
    "no_offer": N_("%(n)s 人没有报名这个时间"),
    "booked": N_("%(n)s 人那时已经有班"),
    "too_long": N_("%(n)s 人连着值会太久"),
    "no_rest": N_("%(n)s 人前后休息不够"),
    "week_full": N_("%(n)s 人那个星期已经排满"),
    "nights_full": N_("%(n)s 人那个星期的夜班已经排满"),
    "month_full": N_("%(n)s 人这个月已经排满"),
    "couple": N_("%(n)s 人要和同伴一起，同伴来不了"),
}
MOST_GAPS = 40


def layer_name(layer: int) -> str:
    """The name of a layer."""
    return str(_(layer_words(layer)))


def hours_of_day(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """For example 02:00–06:00."""
    since, to = wall_of(start, zone), wall_of(end, zone)
    return f"{since:%H:%M}–{'24:00' if f'{to:%H:%M}' == '00:00' else f'{to:%H:%M}'}"


@dataclass
class GapLine:
    """Gaps in the same hours of the same weekday, in one layer."""

    about: str
    days: list[date] = field(default_factory=list)
    missing: int = 0
    why: str = ""


def gap_lines(gaps: Sequence[Gap], zone: ZoneInfo) -> list[GapLine]:
    """Gaps by weekday and hour, first call first."""
    found: dict[tuple[int, int, str], GapLine] = {}
    for gap in gaps:
        day = wall_of(gap.piece.starts_at, zone).date()
        hours = hours_of_day(gap.piece.starts_at, gap.piece.ends_at, zone)
        weekday = format_date(day, "EEE", locale=current_locale())
        about = f"{weekday} {hours} · {layer_name(gap.piece.layer)}"
        line = found.setdefault((gap.piece.layer, day.weekday(), hours), GapLine(about))
        line.days.append(day)
        line.missing += gap.missing
        line.why = line.why or _why(gap)
    return [found[key] for key in sorted(found)]


def _why(gap: Gap) -> str:
    if not gap.reasons or all(one.code == "no_offer" for one in gap.reasons):
        return str(_("没有人报名这个时间"))
    return str(_("；")).join(str(_(WHY[one.code], n=one.people)) for one in gap.reasons)


def gap_rows(lines: Iterable[GapLine]) -> list[list[str]]:
    """Each line of gaps: when, how many are missing, why, on which days."""
    return [[line.about, str(line.missing), line.why, days_of(line)] for line in lines]


def period_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """For example 12月1日 周二 – 12月31日 周四."""
    last = wall_of(end, zone).date() - timedelta(days=1)
    return f"{day_in_words(wall_of(start, zone).date())} – {day_in_words(last)}"


def days_of(line: GapLine) -> str:
    """For example 3月3日、3月10日…"""
    return str(_("、")).join(short_day(day) for day in line.days)


def quality_words(coverage: Quality, fairness: Quality) -> list[str]:
    """How good the draft is, without the solver's terms."""
    found = [
        _("能排上的都排上了：按大家报的时间和休息的规矩，不可能再多。")
        if coverage.proven
        else _("时间到了就停下来了：最多还可能多排 %(n)s%%。", n=_percent(coverage))
    ]
    if coverage.proven:
        found.append(
            _("夜班、周末和小时数，按各人报名的多少分，已经分得最匀。")
            if fairness.proven
            else _("夜班、周末和小时数分得比较匀，离最匀最多差 %(n)s%%。", n=_percent(fairness))
        )
    return [str(one) for one in found]


def _percent(quality: Quality) -> str:
    share = 100 * quality.gap
    return f"{share:.0f}" if share >= 1 else f"{share:.1f}"


def share_rows(shares: Iterable[Share], names: Mapping[int, str]) -> list[list[str]]:
    """One line a person, those first who do most of what they offer."""
    ordered = sorted(
        (one for one in shares if one.hours or one.offered),
        key=lambda one: (-one.hours / max(1.0, one.offered), one.person_id),
    )
    return [
        [
            names.get(one.person_id, ""),
            f"{one.hours:g}",
            f"{one.offered:g}",
            f"{100 * one.hours / one.offered:.0f}%" if one.offered else "–",
            str(one.nights),
            f"{one.weekend:g}",
            f"{one.liked} / {one.disliked}",
        ]
        for one in ordered
    ]


def range_words(shares: Sequence[Share]) -> str:
    """The least and the most that anybody with an offer does."""
    some = [one for one in shares if one.offered] or list(shares)
    return str(
        _(
            "报了时间的有 %(n)s 人，每人值 %(least)s–%(most)s 小时，夜班最多 %(nights)s 次，"
            "周末最多 %(weekend)s 小时。",
            n=len(some),
            least=f"{min((one.hours for one in some), default=0):g}",
            most=f"{max((one.hours for one in some), default=0):g}",
            nights=max((one.nights for one in some), default=0),
            weekend=f"{max((one.weekend for one in some), default=0):g}",
        )
    )


def day_rows(built: Built, names: Mapping[int, str], zone: ZoneInfo) -> list[list[str]]:
    """One line for each turn: when, in which layer, by whom."""
    people: dict[tuple[datetime, datetime, int], list[str]] = {}
    for span in built.spans:
        key = span.starts_at, span.ends_at, span.layer
        people.setdefault(key, []).append(names.get(span.person_id, ""))
    for gap in built.gaps:
        people.setdefault(_key(gap.piece), []).extend([_("还缺人")] * gap.missing)
    return [
        [
            f"{day_in_words(wall_of(start, zone).date())} {hours_of_day(start, end, zone)}",
            layer_name(layer),
            str(_("、")).join(people[start, end, layer]),
        ]
        for start, end, layer in sorted(people)
    ]


def _key(piece: Piece) -> tuple[datetime, datetime, int]:
    return piece.starts_at, piece.ends_at, piece.layer
