"""Writes a scenario from a seed: a small community and what its people mean to do."""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.life.dice import dice
from tests.life.product import Death
from tests.life.scenario import Act, Persona, Scenario

DAY, HOUR, MINUTE = 86_400.0, 3600.0, 60.0
# A scenario begins at ten in the morning.
BEGINS_AT_H = 10
HABITS = (
    *("usual",) * 5,
    *("willing",) * 3,
    *("silent_by_day", "silent", "late", "undoing", "giving_up", "never_comes", "forgetful"),
    "grabber",
)
# Hours of the week as an offer has them: always, evenings, office hours.
ALWAYS = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]
EVENINGS = [{"day": day, "from": "17:00", "to": "22:00"} for day in range(7)]
WORKDAYS = [{"day": day, "from": "08:00", "to": "18:00"} for day in range(5)]
TEXTS = (
    "代买药 民乐老村3栋 明天上午",
    "搬重物 民乐老村 后天下午",
    "紧急上门 民乐老村3栋 快来",
    "救命 我妈摔倒了",
    "家里水管漏水怎么办",
    "紧急上门 幸福花园9栋",
)
ORDERS_A_DAY = 5.0


def write_scenario(seed: int, days: float, *, orders_a_day: float = ORDERS_A_DAY) -> Scenario:
    """The scenario of this seed. The same seed and days give the same scenario."""
    luck = dice(seed, "people")
    volunteers = [_volunteer(luck, number) for number in range(1, luck.randint(9, 15))]
    residents = [
        Persona(f"resident-{number}", "resident", traits={"confirms": luck.random() < 0.8})
        for number in range(1, 9)
    ]
    coordinators = [
        Persona("coordinator-1", "coordinator", traits={"attends": luck.choice((0.1, 0.5, 0.8))}),
        Persona("coordinator-2", "coordinator", traits={"area": "subdistrict", "attends": 0.4}),
        Persona("coordinator-3", "coordinator", traits={"area": "district", "attends": 0.2}),
    ]
    writer = _Writer(seed, days, volunteers, residents, coordinators)
    writer.orders_a_day = orders_a_day
    acts = sorted(writer.acts(), key=lambda one: (one.at_s, one.key))
    personas = (*coordinators, *volunteers, *residents)
    return Scenario(seed, days, personas, tuple(acts), tuple(_rotas(luck, volunteers)))


def _volunteer(luck: Random, number: int) -> Persona:
    traits = {
        "north_m": luck.randint(-1500, 1500),
        "east_m": luck.randint(-1000, 1000),
        "hours": luck.choice((ALWAYS, ALWAYS, ALWAYS, EVENINGS, WORKDAYS)),
        "max_load": luck.choice((1, 2, 2)),
        "first_aid": luck.random() < 0.5,
        "agrees": luck.choice((0.3, 0.7, 0.9)),
        "checks_in": luck.choice((0.2, 0.9, 0.9)),
        "texts": luck.choice((0.0, 0.3, 1.0)),
    }
    return Persona(f"volunteer-{number}", "volunteer", luck.choice(HABITS), traits)


def _rotas(luck: Random, volunteers: list[Persona]) -> Iterator[dict[str, Any]]:
    """Turns round the clock with a backup, and a second rota that shares one person."""
    names = [one.name for one in volunteers]
    first, backup, night = names[:3], names[3:5], names[4:7]
    yield {
        "name": "轮值",
        "layers": [first, backup],
        "hours": 8,
        "starts": "2026-03-04T08:00",
        "standing": [name for name in (*first, *backup) if luck.random() < 0.6],
        "approve_swaps": luck.random() < 0.5,
    }
    yield {
        "name": "街道轮值",
        "area": "subdistrict",
        "layers": [night],
        "hours": 12,
        "starts": "2026-03-04T20:00",
        "standing": [name for name in night if luck.random() < 0.5],
    }


class _Writer:
    """Writes the acts of everybody."""

    def __init__(
        self,
        seed: int,
        days: float,
        volunteers: list[Persona],
        residents: list[Persona],
        coordinators: list[Persona],
    ) -> None:
        self.seed, self.days, self.orders_a_day = seed, days, ORDERS_A_DAY
        self.volunteers, self.residents, self.coordinators = volunteers, residents, coordinators

    def acts(self) -> Iterator[Act]:
        """Every act, in no order."""
        yield from self._orders()
        yield from self._of_volunteers()
        yield from self._of_coordinators()
        yield from self._of_the_world()

    def _times(self, what: str, a_day: float) -> Iterator[tuple[str, float, Random]]:
        """About so many times a day: a key, seconds since the beginning, and dice."""
        for number in range(1, round(self.days * a_day) + 1):
            key = f"{what}-{number}"
            luck = dice(self.seed, key)
            yield key, luck.uniform(0, self.days * DAY), luck

    def _orders(self) -> Iterator[Act]:
        for key, at, luck in self._times("order", self.orders_a_day):
            who = luck.choice(self.residents).name
            if luck.random() < 0.1:
                yield Act(key, at, who, "orders by text", {"words": luck.choice(TEXTS)})
            else:
                yield Act(key, at, who, "orders", _wish(luck))
            later = at + luck.choice((2 * MINUTE, 20 * MINUTE, 3 * HOUR))
            fate = luck.random()
            if fate < 0.06:
                by = luck.choice(("text", "page"))
                yield Act(f"cancel {key}", later, who, "cancels", {"order": key, "by": by})
            elif fate < 0.14:
                boss = luck.choice(self.coordinators[:2]).name
                change = {"order": key, **_change(luck)}
                yield Act(f"change {key}", later, boss, "changes", change)
            elif fate < 0.17:
                yield Act(f"back {key}", later, "coordinator-2", "takes back", {"order": key})

    def _of_volunteers(self) -> Iterator[Act]:
        for key, at, luck in self._times("duty", 1.2):
            who, other = luck.sample(self.volunteers[:7], 2)
            what = luck.choice(
                (
                    "gives away duty",
                    "gives away duty",
                    "cannot do duty",
                    "comes on duty",
                    "goes off duty",
                )
            )
            to = {"to": other.name} if luck.random() < 0.3 else {}
            yield Act(key, at, who.name, what, to)
        for key, at, luck in self._times("break", 0.15):
            who = luck.choice(self.volunteers)
            yield Act(key, at, who.name, "takes a break", {"days": luck.choice((1, 7))})
        for who in self.volunteers:
            if who.habit == "grabber":
                for key, at, _ in self._times(f"list {who.name}", 2):
                    yield Act(key, at, who.name, "looks at the list")
        for key, at, luck in self._times("stop", 0.05):
            who = luck.choice(self.volunteers)
            yield Act(key, at, who.name, "stops texts")
            yield Act(f"{key} start", at + 2 * DAY, who.name, "wants texts")

    def _of_coordinators(self) -> Iterator[Act]:
        for boss in self.coordinators:
            away = dice(self.seed, boss.name, "away").randint(2, 20)
            for day in range(int(self.days)):
                for hour in (9, 14, 20):
                    luck = dice(self.seed, boss.name, day, hour)
                    at = day * DAY + (hour - BEGINS_AT_H) * HOUR + luck.uniform(0, 40) * MINUTE
                    if at > 0 and not away <= day < away + 3:
                        key = f"{boss.name} looks {day} {hour}"
                        yield Act(key, at, boss.name, "looks at the board")
        for key, at, luck in self._times("suspension", 0.04):
            whom = {"volunteer": luck.choice(self.volunteers).name}
            yield Act(key, at, "coordinator-1", "suspends", whom)
            yield Act(f"{key} back", at + DAY, "coordinator-1", "suspends", {**whom, "back": True})
        for key, at, luck in self._times("move", 0.3):
            who, other = luck.sample(self.volunteers[:7], 2)
            how = {"to": other.name} if luck.random() < 0.6 else {"hours": luck.choice((3, 24))}
            yield Act(key, at, "coordinator-1", "moves a shift", {"volunteer": who.name, **how})

    def _of_the_world(self) -> Iterator[Act]:
        for key, at, luck in self._times("kill", 1):
            yield Act(key, at, "world", "kill", {"when": str(luck.choice(list(Death)))})
        for key, at, luck in self._times("provider", 0.2):
            yield Act(key, at, "world", "provider fails", {"minutes": luck.randint(5, 90)})
        for key, at, luck in self._times("outage", 0.1):
            yield Act(key, at, "world", "no jobs", {"minutes": luck.randint(2, 60)})
        for key, at, luck in self._times("clock", 0.05):
            yield Act(key, at, "world", "clock", {"minutes": luck.choice((-10, -2, 15, 90))})


def _wish(luck: Random) -> dict[str, Any]:
    """What is ordered: mostly something simple at once, sometimes for many or for later."""
    category = luck.choices(
        ("medicine", "lifting", "emergency", "alarm", "visit", "escort"), (40, 12, 16, 5, 8, 10)
    )[0]
    wish: dict[str, Any] = {"category": category}
    if category == "escort" or (category in ("medicine", "lifting") and luck.random() < 0.35):
        wish |= {"from_h": luck.choice((2, 6, 26, 50, 200, 800)), "hours": luck.choice((1, 2, 4))}
    if category in ("medicine", "lifting") and luck.random() < 0.15:
        wish["places"] = luck.choice((2, 3, 4))
    if luck.random() < 0.05:
        wish["placed"] = False
    if luck.random() < 0.02:
        wish["wrong"] = True
    return wish


def _change(luck: Random) -> dict[str, Any]:
    return luck.choice(
        (
            {"urgency": "urgent"},
            {"volunteers_needed": luck.choice((1, 2, 3))},
            {"category": "visit"},
            {"from_h": luck.choice((3, 30)), "hours": 2},
        )
    )
