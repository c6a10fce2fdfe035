"""Formats times, distances and numbers in the visitor's language.

What formats a time takes the zone: `zones.py` says which one is right.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, g
from flask_babel import gettext as _
from flask_babel import ngettext

from app.people.namesakes import PersonName
from app.web.common.languages import current_locale

HOME_MOBILE = re.compile(r"\+86(1\d{2})(\d{4})(\d{4})")


def when(at: datetime | None, zone: ZoneInfo) -> str:
    """For example 今天 14:30, 明天 09:00, 周三 10:00, 3月4日 10:00."""
    if at is None:
        return ""
    local, today = at.astimezone(zone), g.now.astimezone(zone).date()
    days = (local.date() - today).days
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}
    if days in near:
        day = near[days]
    elif 1 < days < 7:
        day = format_date(local.date(), "EEE", locale=current_locale())
    else:
        pattern = "MMMd" if local.year == today.year else "yMMMd"
        day = _skeleton(local.date(), pattern)
    return f"{day} {local:%H:%M}"


def during(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """周三 08:00–12:00, or 周三 23:00 – 周四 07:00 if it ends on another day."""
    first, last = (at.astimezone(zone).date() for at in (start, end))
    until = clock(end, zone) if first == last else when(end, zone)
    return f"{when(start, zone)}–{until}" if first == last else f"{when(start, zone)} – {until}"


def during_on(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """As `during`, with the weekday always: 明天 周五 00:00–08:00, 12月11日 周五 23:00 – …"""
    first, last = (at.astimezone(zone).date() for at in (start, end))
    if first == last:
        return f"{_on(first, zone)} {clock(start, zone)}–{clock(end, zone)}"
    return f"{_on(first, zone)} {clock(start, zone)} – {_on(last, zone)} {clock(end, zone)}"


def _on(day: date, zone: ZoneInfo) -> str:
    """For example 今天 周三, 周五, 12月11日 周五."""
    days = (day - g.now.astimezone(zone).date()).days
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}
    weekday = format_date(day, "EEE", locale=current_locale())
    if days in near:
        return f"{near[days]} {weekday}"
    return weekday if 1 < days < 7 else day_in_words(day)


def short_day(day: date) -> str:
    """For example 11月26日, 26 Nov."""
    return _skeleton(day, "MMMd")


def _skeleton(day: date, pattern: str) -> str:
    if current_locale() == "en":
        written = "d MMM" if pattern == "MMMd" else "d MMM y"
    else:
        written = "M月d日" if pattern == "MMMd" else "y年M月d日"
    return format_date(day, written, locale=current_locale())


def day_in_words(day: date) -> str:
    """For example 11月26日 周四, Thu 26 Nov."""
    written = "EEE d MMM" if current_locale() == "en" else "M月d日 EEE"
    return format_date(day, written, locale=current_locale())


def clock(at: datetime | None, zone: ZoneInfo) -> str:
    """For example 14:30."""
    return "" if at is None else f"{at.astimezone(zone):%H:%M}"


def metres(length: float | None) -> str:
    """A length in metres: 350 米, from a kilometre on 1.2 公里. Rounded: it is a straight line."""
    if length is None:
        return ""
    if length < 1000:
        return str(_("%(n)s 米", n=max(10, round(length / 10) * 10)))
    return str(_("%(n)s 公里", n=f"{length / 1000:.1f}"))


def span(minutes: float) -> str:
    """A number of minutes: 25 分钟, 3 小时, 2 天."""
    whole = int(minutes)
    if whole < 60:
        return str(_("%(n)s 分钟", n=whole))
    if whole < 48 * 60:
        return str(_("%(n)s 小时", n=round(whole / 60)))
    days = round(whole / 1440)
    return str(ngettext("%(n)s 天", "%(n)s 天", days, n=days))


def waited(since: datetime | None) -> str:
    """How long ago it was, in words."""
    return "" if since is None else span(max(0.0, (g.now - since) / timedelta(minutes=1)))


def phone(number: str | None) -> str:
    """A number of this country grouped for reading, as 174 0999 0001; others unchanged."""
    found = HOME_MOBILE.fullmatch(number or "")
    return " ".join(found.groups()) if found else number or ""


def masked(phone: str | None) -> str:
    """+86 174****0001: enough to recognise the number, not enough to call it."""
    if not phone:
        return ""
    return f"{phone[:6]}****{phone[-4:]}" if len(phone) > 10 else "****"


def name_words(one: PersonName) -> str:
    """For example 林晓, or 林晓（尾号 0123） if somebody else listed has the same name."""
    if not one.phone_end:
        return one.name
    return str(_("%(name)s（尾号 %(digits)s）", name=one.name, digits=one.phone_end))


def names_in_words(names: Mapping[int, PersonName]) -> dict[int, str]:
    """Names by id."""
    return {key: name_words(one) for key, one in names.items()}


def init_formatting(flask: Flask) -> None:
    """Gives templates these functions as filters."""
    flask.jinja_env.filters.update(
        when=when,
        during=during,
        during_on=during_on,
        clock=clock,
        metres=metres,
        span=span,
        waited=waited,
        masked=masked,
        phone=phone,
        name_words=name_words,
    )
