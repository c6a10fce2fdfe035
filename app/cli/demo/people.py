"""The demo's people: invented names, numbers that no carrier hands out, hours and places."""

import random
from dataclasses import dataclass
from typing import Any

FAMILY = "林陈黄李张吴刘何罗郑梁谢许邓冯曾彭蔡潘袁"
GIVEN = (
    "晓明",
    "秀英",
    "建国",
    "丽华",
    "志强",
    "美玲",
    "国华",
    "小燕",
    "文杰",
    "雅琴",
    "伟东",
    "春梅",
    "家辉",
    "玉兰",
    "俊杰",
    "淑芬",
)
TIMES: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((0, 1, 2, 3, 4), "09:00", "18:00"),
    ((0, 1, 2, 3, 4), "18:00", "22:00"),
    ((5, 6), "09:00", "21:00"),
    ((0, 1, 2, 3, 4, 5, 6), "07:00", "22:00"),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist."""

    name: str
    phone: str
    hours: list[dict[str, Any]]
    languages: list[str]
    radius_m: int


def phone(number: int) -> str:
    """The demo's number `number`: +86 1740 and seven digits."""
    return f"+861740{number:07d}"


def invent(number: int, chance: random.Random) -> Invented:
    """Person `number`, the same each time for the same chance."""
    name = chance.choice(FAMILY) + chance.choice(GIVEN)
    days, start, end = chance.choice(TIMES)
    spoken = ["zh_Hans", *(tongue for tongue in ("yue", "hak", "en") if chance.random() < 0.25)]
    return Invented(
        name=name,
        phone=phone(number),
        hours=[{"day": day, "from": start, "to": end} for day in days],
        languages=spoken,
        radius_m=chance.choice((800, 1500, 1500, 2500)),
    )
