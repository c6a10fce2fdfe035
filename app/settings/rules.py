"""The settings that an administrator may change, each with its default and its check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.i18n import N_

MOST_HOLIDAYS = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """One setting. `accepts` tells whether a value is allowed; `hint` is the error text if not."""

    default: Any
    accepts: Callable[[Any], bool]
    label: str
    hint: str


def _text(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= most


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= len(str(most))
        and least <= int(value) <= most
    )


def _open_asks(default: int, label: str) -> Kind:
    """Unanswered asks of one person at a time; a person has 90 numbers to answer with."""
    return Kind(str(default), _whole(1, 20), label, N_("请填 1 到 20 的整数"))


def _dates(value: object) -> bool:
    """Whether a text is a list of dates, as `repeats.rules.read_holidays` reads them."""
    if not isinstance(value, str) or len(value) > MOST_HOLIDAYS * 11:
        return False
    try:
        return all(date.fromisoformat(one) for one in value.split())
    except ValueError:
        return False


SETTINGS: Mapping[str, Kind] = {
    "service_phone": Kind("", _text(40), N_("服务电话"), N_("最多 40 个字")),
    "service_hours": Kind("", _text(80), N_("电话服务时间"), N_("最多 80 个字")),
    "repeat_holidays": Kind(
        "", _dates, N_("定期服务不上门的日子"), N_("日期写成 2027-01-01，中间用空格隔开")
    ),
    "notice": Kind("", _text(200), N_("首页公告"), N_("最多 200 个字")),
    "open_asks_urgent": _open_asks(3, N_("一个人最多同时等几单紧急的回答")),
    "open_asks_ordinary": _open_asks(2, N_("一个人最多同时等几单普通的回答")),
    "open_asks_planned": _open_asks(3, N_("一个人最多同时等几单预约的回答")),
}
MOST_PER_DAY = 1_000_000


def is_limit(value: object) -> bool:
    """Whether a number is allowed as a daily limit."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PER_DAY
