"""How a help request is dispatched, as plain data: whom, how far, how many at once, how long.

| key | means |
|---|---|
| order | `distance`: the nearest first; `score`: the best of the ranking first |
| replace | a refusal or a silence frees its slot at once; else only the next phase asks more |
| widen_early | a phase that runs out of people below its target goes on to the next wider one |
| idle_share | share of the asks that goes to whoever was not asked for longest, from 0 to 1 |
| most_open | most unanswered asks at one time, however many places are open |
| delay_s | median seconds in which those who say yes do so; an older ask counts less; 0: never |
| fatigue | whoever was asked so often lately is spared, those on duty excepted; absent: nobody is |
| phases | see `Phase`; the first begins at once, the last is the coordinator |
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any

NEAR, DUTY, COORDINATOR = "near", "duty", "coordinator"
AUDIENCES = (NEAR, DUTY, COORDINATOR)
ORDERS = ("distance", "score")
MOST_PHASES = 12

# Each number with the least and the most that makes sense.
LIMITS: dict[str, tuple[float, float]] = {
    "after_s": (0, 1_209_600),
    "radius_m": (50, 100_000),
    "open_asks": (0, 100_000),
    "target": (0, 1),
    "answer_s": (1, 1_209_600),
    "limit": (0.1, 1000),
    "half_life_h": (0.1, 10_000),
    "idle_share": (0, 1),
    "most_open": (1, 100_000),
    "delay_s": (0, 86_400),
}


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
        """Number (from 0) of the last phase that has begun after so many seconds."""
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
    _known(values, {one.name for one in fields(Policy)}, "")
    phases = values.get("phases")
    if not isinstance(phases, list | tuple) or not 1 <= len(phases) <= MOST_PHASES:
        raise ValueError(f"phases: a list of 1 to {MOST_PHASES}")
    fatigue = values.get("fatigue")
    policy = Policy(
        name=_text(values, "name"),
        order=_one_of(values, "order", ORDERS, "", default="score"),
        replace=_flag(values, "replace", True),
        widen_early=_flag(values, "widen_early", False),
        idle_share=float(_number(values, "idle_share", "", default=0.0)),
        most_open=_whole(values, "most_open", "", default=15),
        delay_s=_whole(values, "delay_s", "", default=0),
        fatigue=None if fatigue is None else _fatigue(fatigue),
        phases=tuple(_phase(one, f"phases[{number}].") for number, one in enumerate(phases)),
    )
    _check_order(policy.phases)
    return policy


def _check_order(phases: tuple[Phase, ...]) -> None:
    if phases[0].after_s != 0:
        raise ValueError("phases[0].after_s: the first phase begins at once")
    for number, (before, after) in enumerate(pairwise(phases), start=1):
        if after.after_s < before.after_s:
            raise ValueError(f"phases[{number}].after_s: not before the phase above it")
        if before.audience == COORDINATOR:
            raise ValueError(f"phases[{number - 1}].audience: the coordinator comes last")
    if phases[-1].audience != COORDINATOR:
        raise ValueError(f"phases[{len(phases) - 1}].audience: the last is the coordinator")


def _phase(values: Any, where: str) -> Phase:
    if not isinstance(values, Mapping):
        raise ValueError(f"{where[:-1]}: a table")
    _known(values, {one.name for one in fields(Phase)}, where)
    audience = _one_of(values, "audience", AUDIENCES, where)
    phase = Phase(
        after_s=_whole(values, "after_s", where),
        radius_m=_whole(values, "radius_m", where),
        audience=audience,
        open_asks=_whole(values, "open_asks", where),
        target=float(_number(values, "target", where)),
        answer_s=_whole(values, "answer_s", where),
    )
    if audience != COORDINATOR and (phase.open_asks < 1 or phase.target <= 0):
        raise ValueError(f"{where}open_asks, {where}target: more than 0, or nobody is asked")
    return phase


def _fatigue(values: Any) -> Fatigue:
    if not isinstance(values, Mapping):
        raise ValueError("fatigue: a table")
    _known(values, {one.name for one in fields(Fatigue)}, "fatigue.")
    return Fatigue(
        float(_number(values, "limit", "fatigue.")),
        float(_number(values, "half_life_h", "fatigue.")),
    )


def _known(values: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in values:
        if key not in known:
            raise ValueError(f"{where}{key}: not known")


def _number(
    values: Mapping[str, Any], key: str, where: str, default: float | None = None
) -> int | float:
    value = values.get(key, default)
    low, high = LIMITS[key]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{where}{key}: a number from {low:g} to {high:g}")
    return value  # type: ignore[no-any-return]


def _whole(values: Mapping[str, Any], key: str, where: str, default: int | None = None) -> int:
    value = _number(values, key, where, default)
    if not isinstance(value, int):
        raise ValueError(f"{where}{key}: a whole number")
    return value


def _flag(values: Mapping[str, Any], key: str, default: bool) -> bool:
    value = values.get(key, default)
    if not isinstance(value, bool):
        raise ValueError(f"{key}: true or false")
    return value


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 60:
        raise ValueError(f"{key}: 1 to 60 characters")
    return value


def _one_of(
    values: Mapping[str, Any],
    key: str,
    known: tuple[str, ...],
    where: str,
    default: str | None = None,
) -> str:
    value = values.get(key, default)
    if value not in known:
        raise ValueError(f"{where}{key}: one of {', '.join(known)}")
    return str(value)
