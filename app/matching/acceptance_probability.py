"""The probability that enough open asks are answered yes."""

from collections.abc import Iterable
from math import exp2


def chance_left(p: float, *, waited_s: float, delay_s: float) -> float:
    """The chance of a yes after waiting in vain, if yeses take `delay_s` seconds at the median.

    Bayes' rule with exponential delays; with `delay_s` 0 waiting changes nothing.
    """
    if delay_s <= 0:
        return p
    to_come = exp2(-max(0.0, waited_s) / delay_s)
    return p * to_come / (1 - p * (1 - to_come)) if p < 1 else 1.0


def chance_of(chances: Iterable[float], places: int) -> float:
    """The chance that at least `places` say yes, each with a chance of its own.

    For one place that is 1 - prod(1 - p).
    """
    # few[k] is the chance of exactly k yeses, for k below `places`.
    few = [1.0] + [0.0] * (places - 1)
    for p in chances:
        for k in range(places - 1, 0, -1):
            few[k] = few[k] * (1 - p) + few[k - 1] * p
        few[0] *= 1 - p
    return 1 - sum(few)
