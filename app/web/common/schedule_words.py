"""Words for a repeating schedule: 每周三、周五 10:00，1 小时."""

from datetime import date

from flask_babel import gettext as _

from app.core.i18n import N_
from app.repeats.rules import Schedule
from app.web.common.formatting import day_in_words, span

WEEKDAYS = (
    N_("周一"),
    N_("周二"),
    N_("周三"),
    N_("周四"),
    N_("周五"),
    N_("周六"),
    N_("周日"),
)
EVERY_DAY = 7


def schedule_words(schedule: Schedule) -> str:
    """When it is, and how long it lasts."""
    days = _("、").join(_(WEEKDAYS[day]) for day in schedule.weekdays)
    at = f"{schedule.start // 60:02}:{schedule.start % 60:02}"
    long = span(schedule.minutes)
    if len(schedule.weekdays) == EVERY_DAY:
        return str(_("每天 %(at)s，%(long)s", at=at, long=long))
    return str(_("每%(days)s %(at)s，%(long)s", days=days, at=at, long=long))


def repeat_words(behind: tuple[Schedule, date | None] | None) -> str:
    """Tells the resident that the service repeats, and when the next one is arranged."""
    if behind is None:
        return ""
    schedule, day = behind
    when = schedule_words(schedule)
    if day is None:
        return str(_("定期服务：%(when)s，已经不再继续", when=when))
    return str(_("定期服务：%(when)s，下次安排 %(day)s", when=when, day=day_in_words(day)))
