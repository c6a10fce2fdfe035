"""Dispatch policies as plain data: whom to ask, how far, how many at once, how long.

| key | means |
|---|---|
| order | `distance`: the nearest first; `score`: the best of the ranking first |
| replace | a refusal or a silence frees its slot at once; else only the next phase asks more |
| widen_early | a phase that runs out of people below its target goes on to the next wider one |
| idle_share | share of the asks for the volunteers asked least recently, from 0 to 1 |
| most_open | most unanswered asks at one time, however many places are open |
| delay_s | median seconds to a yes; after them an ask counts less and frees its slot; 0: never |
| fatigue | people asked this often lately are spared, except on duty; absent: nobody is |
| phases | see `Phase`; the first begins at once, the last is the coordinator |
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any

from app.matching.plain_data import Table

NEAR, DUTY, COORDINATOR = "near", "duty", "coordinator"
AUDIENCES = (NEAR, DUTY, COORDINATOR)
ORDERS = ("distance", "score")
MOST_PHASES = 12

MOST_ASKS = 100_000
DAY_S = 86_400
LONGEST_S = 14 * DAY_S


@dataclass(frozen=True, slots=True)
class Phase:
    """From `after_s` seconds after matching began: whom to ask, how far, how many at a time.

    `open_asks` unanswered asks at most for one open place. No more are added once the chance that
    the open ones fill every place reaches `target`; 1.0 fills up. After `answer_s` seconds without
    an answer an ask is silent and frees its slot; a late yes is still welcome.
    """

    after_s: int
    radius_m: int
    audience: str
    open_asks: int
    target: float
    answer_s: int


@dataclass(frozen=True, slots=True)
class Fatigue:
    """Asks of a person add up, each counting half after `half_life_h` hours; spared at `limit`."""

    limit: float
    half_life_h: float


@dataclass(frozen=True, slots=True)
class Policy:
    """A way of dispatching. See the table at the top of this module."""

    name: str
    phases: tuple[Phase, ...]
    order: str = "score"
    replace: bool = True
    widen_early: bool = False
    idle_share: float = 0.0
    most_open: int = 15
    delay_s: int = 0
    fatigue: Fatigue | None = None

    def phase_at(self, elapsed_s: float) -> int:
        """Number (from 0) of the last phase that has begun after this many seconds."""
        begun = [number for number, one in enumerate(self.phases) if one.after_s <= elapsed_s]
        return begun[-1] if begun else 0


def as_mapping(policy: Policy) -> dict[str, Any]:
    """Plain data, as TOML files and settings hold it."""
    values = asdict(policy)
    values["phases"] = [dict(phase) for phase in values["phases"]]
    if policy.fatigue is None:
        del values["fatigue"]
    return values


def policy_from(values: Mapping[str, Any]) -> Policy:
    """The policy that plain data describes. Raises ValueError naming the key that is wrong."""
    table = Table(values)
    table.knows(one.name for one in fields(Policy))
    phases = table.tables("phases", MOST_PHASES)
    policy = Policy(
        name=table.text("name", 60),
        order=table.one_of("order", ORDERS, "score"),
        replace=table.flag("replace", True),
        widen_early=table.flag("widen_early", False),
        idle_share=table.number("idle_share", 0, 1, 0),
        most_open=table.whole("most_open", 1, MOST_ASKS, 15),
        delay_s=table.whole("delay_s", 0, DAY_S, 0),
        fatigue=_fatigue(table.table("fatigue")),
        phases=tuple(_phase(one) for one in phases),
    )
    _check_order(phases, policy.phases)
    return policy


def _check_order(tables: tuple[Table, ...], phases: tuple[Phase, ...]) -> None:
    if phases[0].after_s != 0:
        raise tables[0].wrong("after_s", "the first phase begins at once")
    for number, (before, after) in enumerate(pairwise(phases)):
        if after.after_s < before.after_s:
            raise tables[number + 1].wrong("after_s", "not before the phase above it")
        if before.audience == COORDINATOR:
            raise tables[number].wrong("audience", "the coordinator comes last")
    if phases[-1].audience != COORDINATOR:
        raise tables[-1].wrong("audience", "the last is the coordinator")


def _phase(table: Table) -> Phase:
    table.knows(one.name for one in fields(Phase))
    phase = Phase(
        after_s=table.whole("after_s", 0, LONGEST_S),
        radius_m=table.whole("radius_m", 50, 100_000),
        audience=table.one_of("audience", AUDIENCES),
        open_asks=table.whole("open_asks", 0, MOST_ASKS),
        target=table.number("target", 0, 1),
        answer_s=table.whole("answer_s", 1, LONGEST_S),
    )
    if phase.audience != COORDINATOR:
        for key in ("open_asks", "target"):
            if getattr(phase, key) <= 0:
                raise table.wrong(key, "more than 0, or nobody is asked")
    return phase


def _fatigue(table: Table | None) -> Fatigue | None:
    if table is None:
        return None
    table.knows(one.name for one in fields(Fatigue))
    return Fatigue(table.number("limit", 0.1, 1000), table.number("half_life_h", 0.1, 10_000))
