"""Words for an emergency procedure: its trigger, its hours, the parts of a day."""

from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.i18n import N_

PARTS = {
    "night": N_("凌晨 0 点到 6 点"),
    "morning": N_("上午 6 点到 12 点"),
    "afternoon": N_("下午 12 点到 6 点"),
    "evening": N_("晚上 6 点到 12 点"),
}


class Procedure(Protocol):
    """The parts of an emergency procedure that words are made of, wherever it comes from."""

    @property
    def trigger(self) -> str: ...
    @property
    def trigger_value(self) -> float | None: ...
    @property
    def trigger_unit(self) -> str: ...
    @property
    def trigger_days(self) -> int | None: ...
    @property
    def people(self) -> int: ...


def trigger_words(plan: Procedure) -> str:
    """For example 连续三天最高气温（38 °C，3 天）."""
    if plan.trigger_value is None:
        return plan.trigger
    number = f"{plan.trigger_value:g} {plan.trigger_unit}".strip()
    if plan.trigger_days:
        number = _days(number, plan.trigger_days)
    return str(_("%(words)s（%(number)s）", words=plan.trigger, number=number))


def _days(number: str, days: int) -> str:
    return str(
        ngettext("%(number)s，%(n)s 天", "%(number)s，%(n)s 天", days, number=number, n=days)
    )


def hours_words(wanted: list[dict[str, Any]]) -> str:
    """For example 全天, or 每天 08:00–20:00."""
    if not wanted:
        return str(_("全天"))
    spans = dict.fromkeys((one["from"], one["to"]) for one in wanted)
    times = _("、").join(f"{start}–{end}" for start, end in spans)
    return str(_("每天 %(times)s", times=times))


def people_words(plan: Procedure) -> str:
    """For example 每个时段 3 人."""
    return str(_("每个时段 %(n)s 人", n=plan.people))


def hours(minutes: float) -> str:
    """Minutes as hours, for example 12.5."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def gaps_of(report: dict[str, Any]) -> list[tuple[datetime, datetime, int]]:
    """The gaps in a stored report: start, end (UTC) and how many people are missing."""
    return [
        (datetime.fromisoformat(start), datetime.fromisoformat(end), missing)
        for start, end, missing in report.get("gaps", ())
    ]
