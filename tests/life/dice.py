"""Chance that can be replayed: each decision has dice of its own.

A common stream of random numbers would change every later decision when one step is left out. Here
a decision depends on the seed and its own key alone, so that a shortened history stays the same.
"""

from random import Random


def dice(seed: int, *key: object) -> Random:
    """Random numbers for the decision `key`; the same no matter what else happens."""
    return Random("|".join(str(part) for part in (seed, *key)))
