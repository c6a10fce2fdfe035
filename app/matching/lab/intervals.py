"""Figures with their uncertainty: the bootstrap over blocks, paired where two runs are compared.

A block (a request by itself, or a day) is drawn with replacement as a whole, which keeps dependent
rows together: Efron and Tibshirani, An Introduction to the Bootstrap, chapters 6 and 13. Percentile
intervals of 95 %; of several at a time together, by Bonferroni's correction (O. J. Dunn, J. Am.
Statist. Assoc. 56, 1961, 52-64).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
# What is left outside of an interval, in percent.
OUTSIDE = 5.0
# Enough for a dozen corrected intervals: each tail of one holds eight draws.
TIMES = 4000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the interval around it."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """-1 or 1 when zero is outside the interval, else 0."""
        return (self.low > 0) - (self.high < 0)


def draws(blocks: Sequence[int], seed: int, times: int = TIMES) -> Numbers:
    """How often each row counts in each draw; the first draw counts each row once."""
    names, block_of = np.unique(np.asarray(blocks, dtype=np.int64), return_inverse=True)
    count = len(names)
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(count, np.full(count, 1 / count), size=times).astype(np.float64)
    table: Numbers = np.vstack([np.ones((1, len(blocks))), drawn[:, block_of]])
    return table


def means(values: Numbers, weights: Numbers) -> Numbers:
    """The mean in each draw."""
    return ratios(values, np.ones_like(values), weights)


def ratios(above: Numbers, below: Numbers, weights: Numbers) -> Numbers:
    """Sum over sum in each draw; nothing over nothing is 0."""
    bottom = weights @ below
    return np.divide(weights @ above, bottom, out=np.zeros(len(bottom)), where=bottom > 0)


def quantiles(values: Numbers, share: float, weights: Numbers) -> Numbers:
    """The smallest value that at least `share` of the rows do not exceed, in each draw."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    wanted = share * reached[:, -1:]
    found: Numbers = values[order][np.argmax(reached >= wanted - 1e-9, axis=1)]
    return found


def gini(values: Numbers, weights: Numbers) -> Numbers:
    """Gini's coefficient in each draw: 0 when all have the same, near 1 when one has everything."""
    order = np.argsort(values, kind="stable")
    share = weights[:, order]
    have = share * values[order]
    people, total = share.sum(axis=1), have.sum(axis=1)
    below = np.cumsum(have, axis=1) - have / 2
    halves: Numbers = np.divide(
        (share * below).sum(axis=1), people * total, out=np.full(len(people), 0.5), where=total > 0
    )
    return 1 - 2 * halves


def interval(drawn: Numbers, together: int = 1) -> Interval:
    """The estimate (the first draw) and the middle 95 % of the others.

    For `together` such intervals, 95 % of the time all hold the truth.
    """
    tail = OUTSIDE / 2 / together
    low, high = np.percentile(drawn[1:], [tail, 100 - tail])
    return Interval(float(drawn[0]), float(low), float(high))
