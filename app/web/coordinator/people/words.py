"""Words for a person's page: states, roles, hours of a week, and what happened to the account."""

from typing import Any

from flask_babel import gettext as _

from app.core.i18n import N_
from app.usecases.volunteers.see_person import PersonFile
from app.web.common.actor_words import who
from app.web.common.event_labels import event_label
from app.web.common.wording import say

STATE_NAMES = {
    "pending": N_("等待审批"),
    "active": N_("在册"),
    "suspended": N_("停用"),
    "rejected": N_("未通过"),
    "left": N_("已离开"),
}
ROLE_NAMES = {
    "volunteer": N_("志愿者"),
    "coordinator": N_("调度员"),
    "administrator": N_("管理员"),
}
LANGUAGES = {
    "zh_Hans": N_("普通话"),
    "zh_Hant": N_("普通话"),
    "yue": N_("粤语"),
    "hak": N_("客家话"),
    "en": N_("英语"),
}
DAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
# Log-ins and log-outs say nothing about the account.
LEFT_OUT = frozenset({"account.logged_in", "account.logged_out"})


def week_words(hours: list[dict[str, Any]]) -> list[str]:
    """For example 周一至周五 09:00–18:00: days with the same hours are grouped."""
    days: dict[tuple[str, str], list[int]] = {}
    for one in hours:
        if "day" in one:
            days.setdefault((one["from"], one["to"]), []).append(one["day"])
    week = [
        say(N_("%(days)s %(start)s–%(end)s"), days=_days(sorted(set(found))), start=start, end=end)
        for (start, end), found in sorted(days.items(), key=lambda item: (item[1], item[0]))
    ]
    return week + [_date_words(one) for one in hours if "date" in one]


def _date_words(one: dict[str, Any]) -> str:
    """One date with other hours."""
    if "from" not in one:
        return say(N_("%(date)s 没有空"), date=one["date"])
    return say(
        N_("%(date)s 只有 %(start)s–%(end)s"), date=one["date"], start=one["from"], end=one["to"]
    )


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return str(_("每天"))
    whole = days == list(range(days[0], days[-1] + 1))
    if whole and len(days) > 2:
        return say(N_("%(first)s至%(last)s"), first=_(DAYS[days[0]]), last=_(DAYS[days[-1]]))
    return say(N_("、")).join(str(_(DAYS[day])) for day in days)


def account_story(file: PersonFile) -> list[dict[str, Any]]:
    """What happened to the account, newest first, for the timeline."""
    return [
        {
            "title": event_label(line.kind),
            "at": line.at,
            "by": who(line, file.names),
            "note": line.note,
        }
        for line in file.story
        if line.kind not in LEFT_OUT
    ]
