"""Words for layers, patterns, escalation steps, and reasons against somebody's duty."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import gettext as _

from app.core.i18n import N_
from app.dispatch.escalation_policy import EscalationStep
from app.rotation.plan.uncovered import ASKED, BACKUP_ONLY, NO_BACKUP, NOBODY
from app.rotation.rest import Against
from app.rotation.states import LayerKind
from app.usecases.duty.views.rota_info import LayerInfo
from app.web.common.escalation_words import CHANNEL_LABELS, TARGET_LABELS
from app.web.common.formatting import span
from app.web.common.languages import current_locale
from app.web.common.week_hours import in_words

PURPOSES = {
    "general": N_("日常"),
    "medical_escort": N_("陪诊"),
    "night": N_("夜间"),
}
KINDS = {
    "rotation": N_("轮流"),
    "fixed": N_("一班一班排"),
    "flex": N_("谁报了时间就叫谁"),
}
ORDERS = {1: N_("首叫"), 2: N_("后备")}
LACKS = {
    NOBODY: N_("没有人值班"),
    ASKED: N_("问了，还没同意"),
    BACKUP_ONLY: N_("只有后备"),
    NO_BACKUP: N_("缺后备"),
}
TURNS = {
    "window": N_("每一班换一人"),
    "day": N_("每天换一人"),
    "week": N_("每周换一人"),
}
AGAINST = {
    "booked": N_("这段时间已有班"),
    "asked": N_("已经问过，还在等回复"),
    "task": N_("这段时间已经接了单"),
    "inactive": N_("现在停用"),
    "rota_paused": N_("轮值表暂停"),
    "paused": N_("暂停接单"),
    "away": N_("说过来不了"),
    "own_day": N_("说了这天没有空"),
    "not_offered": N_("没有报这段时间"),
    "too_long": N_("连起来超过 %(limit)g 小时"),
    "no_rest": N_("两班之间不够休息 %(limit)g 小时"),
    "week_full": N_("这周已满 %(limit)g 小时"),
    "month_full": N_("这个月已满 %(limit)g 小时"),
    "nights_full": N_("这周已有 %(limit)g 个夜班"),
}
CHANGES = {"add": N_("加人"), "remove": N_("减人"), "replace": N_("换人")}
SWAPS = {
    "open": N_("正在找人"),
    "taken": N_("有人愿意，等您同意"),
    "settled": N_("已经换好"),
}


def layer_name(number: int, name: str = "") -> str:
    """For example 首叫, 后备, 第 3 层; followed by its own name if it has one."""
    usual = _(ORDERS[number]) if number in ORDERS else _("第 %(n)s 层", n=number)
    return f"{usual} · {name}" if name and name != usual else str(usual)


def layer_words(layer: LayerInfo) -> str:
    """How a layer is planned, in a sentence."""
    if layer.kind != LayerKind.ROTATION:
        return str(_(KINDS[layer.kind]))
    pattern = layer.pattern
    starts = datetime.fromisoformat(pattern["starts"])
    if pattern["kind"] == "every":
        return _every(pattern["hours"], starts)
    turn = TURNS[pattern["turn"]]
    times = str(_("；")).join(in_words(pattern["windows"]))
    return str(_("%(times)s，%(turn)s", times=times, turn=_(turn)))


def _every(hours: int, starts: datetime) -> str:
    at = f"{starts:%H:%M}"
    if hours == 24:
        return str(_("每天 %(at)s 换一人", at=at))
    if hours == 168:
        day = get_day_names("wide", locale=current_locale())[starts.weekday()]
        return str(_("每%(day)s %(at)s 换一人", day=day, at=at))
    since = f"{starts:%m-%d %H:%M}"
    return str(_("每 %(n)s 小时换一人，从 %(since)s 算起", n=hours, since=since))


def against_words(found: Sequence[Against]) -> str:
    """Every reason against a duty, with its numbers."""
    return "；".join(_(AGAINST[one.code], limit=one.limit) for one in found)


def step_words(step: EscalationStep) -> str:
    """For example 3 分钟后，打电话找后备的值班人."""
    by = format_list([_(CHANNEL_LABELS[one]) for one in step.by], locale=current_locale())
    who = _(TARGET_LABELS[step.who])
    if step.after_s == 0:
        return str(_("马上用%(by)s找%(who)s", by=by, who=who))
    return str(
        _("%(time)s后还没人接，用%(by)s找%(who)s", time=_after(step.after_s), by=by, who=who)
    )


def _after(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if not rest:
        return span(minutes)
    if not minutes:
        return str(_("%(n)s 秒", n=rest))
    return str(_("%(m)s 分 %(s)s 秒", m=minutes, s=rest))


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """Short hours for a calendar: 7–15, 22:30–6."""
    return f"{_short(starts_at)}–{_short(ends_at, end=True)}"


def _short(at: datetime, *, end: bool = False) -> str:
    if at.minute:
        return f"{at.hour}:{at.minute:02}"
    return "24" if end and at.hour == 0 else str(at.hour)
