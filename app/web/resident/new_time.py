"""The form with which a resident chooses another time for an order whose time is over."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _

from app.web.common.order_forms import WhenForm, day_choices, part_choices, wanted_period


def when_form(zone: ZoneInfo, **given: Any) -> WhenForm:
    """The form with the days of today in the order's zone."""
    form = WhenForm(**given)
    form.day.choices = day_choices(g.now, zone)
    form.part.choices = part_choices(form, g.now, zone)
    return form


def chosen_period(form: WhenForm, zone: ZoneInfo) -> tuple[datetime | None, datetime | None] | None:
    """The period that was chosen; None, with the error at its field, when it cannot be."""
    try:
        return wanted_period(form.day.data, form.date.data, form.part.data, now=g.now, zone=zone)
    except ValueError as error:
        passed = str(error) == "passed"
        target = form.part if passed else form.date
        words = _("这个时段已经过了，请另选") if passed else _("请选 60 天以内的一天")
        target.errors = [*target.errors, words]
        return None
