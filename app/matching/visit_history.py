"""What earlier visits say about sending the same volunteer to the same resident again."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Met:
    """Visits not rated badly, and whether the last rated one was."""

    times: int = 0
    unsatisfied: bool = False


def visits_between(visits: Iterable[bool | None]) -> Met:
    """The history from visits in order, each True (went well), False, or None (not rated).

    A later good rating cancels a bad one; an unrated visit does not.
    """
    times, unsatisfied = 0, False
    for well in visits:
        if well is not None:
            unsatisfied = not well
        times += well is not False
    return Met(times, unsatisfied)
