"""What earlier visits tell about sending the same volunteer to the same resident again."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Met:
    """How often it went well, and whether the last rated visit did not."""

    times: int = 0
    unsatisfied: bool = False


def visits_between(visits: Iterable[bool | None]) -> Met:
    """From visits in the order in which they were made: went well, did not, None for not rated.

    A good rating afterwards forgives; a visit that nobody rated forgives nothing.
    """
    times, unsatisfied = 0, False
    for well in visits:
        if well is not None:
            unsatisfied = not well
        times += well is not False
    return Met(times, unsatisfied)
