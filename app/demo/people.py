"""The demo's people: invented names, numbers outside any carrier's range, hours and places."""

import random
from dataclasses import dataclass
from typing import Any

FAMILY = "林陈黄李张吴刘何罗郑梁谢许邓冯曾彭蔡潘袁"
MEN = ("晓明", "建国", "志强", "国华", "文杰", "伟东", "家辉", "俊杰")
WOMEN = ("秀英", "丽华", "美玲", "小燕", "雅琴", "春梅", "玉兰", "淑芬")
GIVEN = tuple(name for pair in zip(MEN, WOMEN, strict=True) for name in pair)
WEEK, WORKDAYS, WEEKEND = (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4), (5, 6)
# Days and hours that people offer, and how many in a hundred do. Few offer nights.
TIMES: tuple[tuple[int, tuple[tuple[tuple[int, ...], int, int], ...]], ...] = (
    (28, ((WORKDAYS, 9, 18),)),
    (24, ((WORKDAYS, 18, 22), (WEEKEND, 9, 12))),
    (18, ((WEEKEND, 9, 21),)),
    (16, ((WEEK, 7, 22),)),
    (7, ((WEEK, 6, 10),)),
    (7, ((WEEK, 19, 24), (WEEK, 0, 7))),
)
Hours = tuple[tuple[tuple[int, ...], int, int], ...]


@dataclass(frozen=True, slots=True)
class Invented:
    """A synthetic person."""

    name: str
    phone: str
    hours: Hours
    languages: tuple[str, ...]
    radius_m: int
    keen: float
    woman: bool

    def hours_json(self) -> list[dict[str, Any]]:
        """The hours in the format of an offer."""
        return [
            {"day": day, "from": f"{start:02d}:00", "to": f"{end:02d}:00"}
            for days, start, end in self.hours
            for day in days
        ]

    def ready(self) -> frozenset[int]:
        """The hours of the week."""
        return frozenset(
            day * 24 + hour
            for days, start, end in self.hours
            for day in days
            for hour in range(start, end)
        )


def phone(number: int) -> str:
    """The demo's number `number`: +86 1740 and seven digits."""
    return f"+861740{number:07d}"


def full_name(chance: random.Random) -> str:
    """A synthetic name made of common parts."""
    return chance.choice(FAMILY) + chance.choice(GIVEN)


def invent(number: int, chance: random.Random) -> Invented:
    """Person `number`, the same each time for the same `chance`."""
    hours = chance.choices([hours for _, hours in TIMES], [share for share, _ in TIMES])[0]
    spoken = [tongue for tongue in ("yue", "hak", "en") if chance.random() < 0.25]
    name = full_name(chance)
    return Invented(
        name=name,
        phone=phone(number),
        hours=hours,
        languages=("zh_Hans", *spoken),
        radius_m=chance.choice((800, 1500, 1500, 2500)),
        keen=chance.uniform(0.6, 1.4),
        woman=name[1:] in WOMEN,
    )
