"""Calibration: of the asks predicted at 30 %, did three in ten say yes?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.matching.acceptance import Learnt, Outcome

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Asks predicted in [low, high): how many, the mean prediction, and the share of yeses."""

    low: float
    high: float
    count: int
    said: float
    was: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well predicted chances were calibrated.

    `brier` is the mean of (predicted - outcome)²: 0 is perfect. `brier_of_rate` is the score of
    always predicting the overall rate; `reliability` the part of `brier` that is due to predicting
    too much or too little (Murphy 1973), 0 when every bin is exact.
    """

    count: int
    rate: float
    brier: float
    brier_of_rate: float
    reliability: float
    bins: tuple[Bin, ...]


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> Calibration:
    """A report on pairs of (predicted chance, whether it was a yes)."""
    count = len(pairs)
    if count == 0:
        return Calibration(0, 0.0, 0.0, 0.0, 0.0, ())
    rate = sum(yes for _, yes in pairs) / count
    filled = [one for one in (_bin(pairs, n, bins) for n in range(bins)) if one.count]
    return Calibration(
        count=count,
        rate=rate,
        brier=sum((p - yes) ** 2 for p, yes in pairs) / count,
        brier_of_rate=rate * (1 - rate),
        reliability=sum(one.count * (one.said - one.was) ** 2 for one in filled) / count,
        bins=tuple(filled),
    )


def _bin(pairs: Sequence[tuple[float, bool]], number: int, bins: int) -> Bin:
    inside = [(p, yes) for p, yes in pairs if min(bins - 1, int(p * bins)) == number]
    size = max(1, len(inside))
    return Bin(
        low=number / bins,
        high=(number + 1) / bins,
        count=len(inside),
        said=sum(p for p, _ in inside) / size,
        was=sum(yes for _, yes in inside) / size,
    )


def walk_forward(outcomes: Iterable[Outcome]) -> list[tuple[float, bool]]:
    """Predicts each ask from the earlier ones alone; pairs of (predicted chance, outcome)."""
    learnt = Learnt()
    pairs = []
    for one in sorted(outcomes, key=lambda each: each.at):
        said = learnt.chance(one.person_id, one.area_id, one.setting, one.at)
        pairs.append((said.p, one.yes))
        learnt.add(one)
    return pairs
