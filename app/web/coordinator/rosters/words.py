"""Words for the draft of a roster: its days, its gaps and why, who does how much."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from app.core.i18n import N_
from app.core.wall_time import wall_of
from app.rotation.roster.asked import Piece
from app.rotation.roster.built import Built, Gap, Idle, Quality, Share, Together, WhatIf
from app.usecases.duty.views.see_calendar import layer_words
from app.usecases.rosters.gather_roster import join_spans
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
    "too_short": N_("%(n)s 人能来的一段不够一班"),
    "too_long": N_("%(n)s 人连着值会太久"),
    "no_rest": N_("%(n)s 人前后休息不够"),
    "week_full": N_("%(n)s 人那个星期已经排满"),
    "nights_full": N_("%(n)s 人那个星期的夜班已经排满"),
    "month_full": N_("%(n)s 人这个月已经排满"),
    "couple": N_("%(n)s 人要和同伴一起，同伴来不了"),
}
IDLE = {
    "all_taken": N_("报的时间都有别人值了"),
    "not_wanted": N_("报的时间不用排班"),
    "booked": N_("缺人的时候已经有班"),
    "too_short": N_("缺人的时候能来的一段不够一班"),
    "too_long": N_("缺人的时候连着值会太久"),
    "no_rest": N_("缺人的时候前后休息不够"),
    "week_full": N_("缺人的时候超过一周最多的小时数"),
    "nights_full": N_("缺人的时候超过一周最多的夜班数"),
    "month_full": N_("缺人的时候超过一个月最多的小时数"),
    "couple": N_("缺人的时候同伴来不了"),
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
    """Gaps in the same hours of the same weekday, in one layer, for the same reason."""

    about: str
    days: list[date] = field(default_factory=list)
    missing: int = 0
    why: str = ""


def gap_lines(gaps: Sequence[Gap], zone: ZoneInfo) -> list[GapLine]:
    """Gaps by weekday, hour and reason, first call first."""
    found: dict[tuple[int, int, str, str], GapLine] = {}
    for gap in gaps:
        day = wall_of(gap.piece.starts_at, zone).date()
        hours = hours_of_day(gap.piece.starts_at, gap.piece.ends_at, zone)
        weekday = format_date(day, "EEE", locale=current_locale())
        about, why = f"{weekday} {hours} · {layer_name(gap.piece.layer)}", _why(gap)
        line = found.setdefault(
            (gap.piece.layer, day.weekday(), hours, why), GapLine(about, why=why)
        )
        line.days.append(day)
        line.missing += gap.missing
    return [found[key] for key in sorted(found)]


def _why(gap: Gap) -> str:
    """Those who offer some of it first: the coordinator can do something about them."""
    if all(one.code == "no_offer" for one in gap.reasons):
        return str(_("没有人报名这个时间"))
    ordered = sorted(gap.reasons, key=lambda one: one.code == "no_offer")
    return str(_("；")).join(str(_(WHY[one.code], n=one.people)) for one in ordered)


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


def lengths_words(built: Built, hours: int, layers: int) -> str:
    """How long a turn is; drafts of earlier versions know only how long the pieces were."""
    if not built.shortest_h:
        return str(_("一班 %(n)s 小时", n=hours))
    least = built.shortest_h
    if layers > 1:
        return str(
            _(
                "一班最长 %(most)s 小时、最短 %(least)s 小时（首叫和后备连着的算一班）",
                most=hours,
                least=least,
            )
        )
    return str(_("一班最长 %(most)s 小时、最短 %(least)s 小时", most=hours, least=least))


def quality_words(built: Built, hours: int, layers: int) -> list[str]:
    """How good the draft is, and what would change it, without the solver's terms."""
    lengths = lengths_words(built, hours, layers)
    weighed = _("首叫的一小时抵后备的两小时，") if layers > 1 else ""
    found = [
        _(
            "能排上的都排上了：%(weighed)s按大家报的时间、休息的规矩和%(lengths)s，不可能再多。",
            weighed=weighed,
            lengths=lengths,
        )
        if built.coverage.proven
        else _more_possible(built.coverage, layers)
    ]
    found += [_what_if(one) for one in built.what_if]
    found.append(
        _("这样分班，夜班、周末和小时数按各人报名的多少分，已经分得最匀。")
        if built.fairness.proven
        else _(
            "夜班、周末和小时数分得比较匀，不匀的程度最多还能降 %(n)s%%。",
            n=_percent(built.fairness),
        )
    )
    return [str(one) for one in found]


def _more_possible(coverage: Quality, layers: int) -> str:
    more = f"{ceil(10 * (coverage.bound - coverage.value)) / 10:g}"
    if layers > 1:
        return str(_("时间到了就停下来了：最多还可能多排相当于最后一层 %(n)s 小时的班。", n=more))
    return str(_("时间到了就停下来了：最多还可能多排 %(n)s 小时。", n=more))


def _what_if(one: WhatIf) -> str:
    more = f"{one.more:g}"
    if one.longest_h:
        return str(_("如果一班可以 %(h)s 小时，至少能多排 %(n)s 小时。", h=one.longest_h, n=more))
    return str(_("如果一班可以短到 %(h)s 小时，至少能多排 %(n)s 小时。", h=one.shortest_h, n=more))


def _percent(quality: Quality) -> str:
    """Rounded up, because nothing is farther from the best."""
    share = 100 * quality.gap
    return f"{ceil(share)}" if share >= 1 else f"{ceil(10 * share) / 10:.1f}"


def idle_rows(people: Iterable[Idle], names: Mapping[int, str]) -> list[list[str]]:
    """People who offered and got nothing: who, how many hours they offered, why."""
    return [
        [names.get(one.person_id, ""), f"{one.offered:g}", str(_(IDLE[one.code]))] for one in people
    ]


def pair_words(pairs: Iterable[Together], names: Mapping[int, str]) -> list[str]:
    """A sentence for each pair of companions."""
    return [
        str(
            _(
                "%(one)s和%(other)s想搭档：新排的班一起值 %(n)s 小时，分开值 %(m)s 小时。",
                one=names.get(pair.person_id, ""),
                other=names.get(pair.other_id, ""),
                n=f"{pair.together:g}",
                m=f"{pair.apart:g}",
            )
        )
        for pair in pairs
    ]


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


def range_words(built: Built) -> str:
    """The least and the most that anybody with an offer does."""
    idle = {one.person_id for one in built.idle}
    some = [one for one in built.shares if one.offered or one.person_id in idle]
    return str(
        _(
            "报了时间的有 %(n)s 人，连已经同意的在内，每人值 %(least)s–%(most)s 小时，"
            "夜班最多 %(nights)s 次，周末最多 %(weekend)s 小时。",
            n=len(some),
            least=f"{min((one.hours for one in some), default=0):g}",
            most=f"{max((one.hours for one in some), default=0):g}",
            nights=max((one.nights for one in some), default=0),
            weekend=f"{max((one.weekend for one in some), default=0):g}",
        )
    )


def day_rows(built: Built, names: Mapping[int, str], zone: ZoneInfo) -> list[list[str]]:
    """One line for each turn, as its person will be asked: when, in which layer, by whom."""
    people: dict[tuple[datetime, datetime, int], list[str]] = {}
    for span in join_spans(built.spans):
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
