"""Random numbers that are the same for every policy: each draw is keyed by a name.

The same ask has the same outcome under every policy (common random numbers), so two policies
differ only by what they do.
"""

from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from struct import Struct

_KEY = Struct("<4q")
_UNITS = Struct("<4I")
_TOP = 2.0**32
NORMAL = NormalDist()


def uniforms(seed: int, kind: int, first: int, second: int) -> tuple[float, float, float, float]:
    """Four independent numbers in (0, 1), determined by this name."""
    digest = blake2b(_KEY.pack(seed, kind, first, second), digest_size=16).digest()
    a, b, c, d = _UNITS.unpack(digest)
    return (a + 0.5) / _TOP, (b + 0.5) / _TOP, (c + 0.5) / _TOP, (d + 0.5) / _TOP


def logit(p: float) -> float:
    """Log of the odds; `p` is kept away from 0 and 1."""
    inside = min(max(p, 1e-6), 1 - 1e-6)
    return log(inside / (1 - inside))


def from_logit(odds: float) -> float:
    """The probability with these log odds."""
    return 1 / (1 + exp(-odds))


def log_normal(median: float, spread: float, u: float) -> float:
    """The quantile `u` of a log-normal with this median; `spread` is the deviation of its log."""
    return median * exp(spread * NORMAL.inv_cdf(u))
