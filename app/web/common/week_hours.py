"""A volunteer's hours as a few boxes to tick, and as words for hours that fit no box."""

from typing import Any

from babel.dates import get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.common.languages import current_locale

TIMES = {
    "weekday_day": ([0, 1, 2, 3, 4], "09:00", "18:00"),
    "weekday_evening": ([0, 1, 2, 3, 4], "18:00", "22:00"),
    "weekend": ([5, 6], "09:00", "21:00"),
    "night": ([0, 1, 2, 3, 4, 5, 6], "00:00", "07:00"),
}
CHOICES = [
    ("weekday_day", _l("周一到周五白天")),
    ("weekday_evening", _l("周一到周五晚上")),
    ("weekend", _l("周末")),
    ("night", _l("夜里也可以")),
]
Hours = list[dict[str, Any]]


def week_of(chosen: list[str]) -> Hours:
    """The hours of the week that the ticked boxes mean."""
    return [
        {"day": day, "from": start, "to": end}
        for name in chosen
        for days, start, end in (TIMES[name],)
        for day in days
    ]


def ticked(hours: Hours) -> list[str]:
    """The boxes that these hours fill completely."""
    kept = {(entry.get("day"), entry.get("from"), entry.get("to")) for entry in hours}
    return [
        name
        for name, (days, start, end) in TIMES.items()
        if all((day, start, end) in kept for day in days)
    ]


def other_hours(hours: Hours) -> Hours:
    """Hours that no box covers; they stay when the boxes are saved."""
    boxed = [tuple(sorted(entry.items())) for entry in week_of(ticked(hours))]
    return [entry for entry in hours if tuple(sorted(entry.items())) not in boxed]


def in_words(hours: Hours) -> list[str]:
    """周一、周二 07:00–22:00, or 每天 07:00–22:00: days with the same times are grouped."""
    names = get_day_names("abbreviated", locale=current_locale())
    together: dict[str, list[str]] = {}
    for entry in hours:
        times = f"{entry['from']}–{entry['to']}" if "from" in entry else "—"
        day = str(entry["date"]) if "date" in entry else names[entry["day"]]
        together.setdefault(times, []).append(day)
    joint = str(_("、"))
    every = str(_("每天"))
    return [
        f"{every if len(days) == len(names) else joint.join(days)} {times}"
        for times, days in together.items()
    ]
