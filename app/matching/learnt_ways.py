"""How much longer ways take in an area than `travel` expects, learnt from arrivals.

An arrival counts when the volunteer tapped on setting out and on arriving, and the resident's code
or a position near the door confirms it. Its ratio is actual minutes over expected minutes; ways too
short to tell and times that cannot be ways (a tap forgotten until later, a clock that jumped) teach
nothing. Ratios are averaged as logarithms, so that twice as long and half as long cancel out; a
single one counts as CAPPED at most, so that no few of them decide. Counts have the half-life of
answers (`acceptance`). An area begins with the ratio of all areas, and all areas with 1.
"""

from math import exp, log
from typing import NamedTuple

# A straight line shorter than this says little about the pace.
SHORTEST_M = 150
# Longer ways are not ways any more, and shorter ones are taps.
LONGEST_MIN, SHORTEST_MIN = 180.0, 1.0
# A ratio beyond this is no way either: people forget to tap.
ABSURD = 5.0
# What one arrival can say at most.
CAPPED = 2.0
# Strength of the presumptions, in ways: that all areas are as expected, an area as all are.
ALL_STRENGTH, AREA_STRENGTH = 30.0, 15.0
# No area's ways count as shorter or longer than this.
LEAST, MOST = 0.6, 2.0
# A reported position this near is at the door.
AT_THE_DOOR_M = 150


class WayCounts(NamedTuple):
    """How many ways, and the sum of the logarithms of their ratios."""

    ways: float = 0.0
    logs: float = 0.0


def is_confirmed(*, code: bool, off_m: int | None) -> bool:
    """Whether the resident's code or a position says that somebody arrived at the door."""
    return code or (off_m is not None and off_m <= AT_THE_DOOR_M)


def way_taught(metres: float, actual_min: float, expected_min: float) -> WayCounts:
    """What an arrival teaches; nothing where its times cannot be those of a way."""
    if metres < SHORTEST_M or not SHORTEST_MIN <= actual_min <= LONGEST_MIN:
        return WayCounts()
    ratio = actual_min / expected_min
    if not 1 / ABSURD <= ratio <= ABSURD:
        return WayCounts()
    return WayCounts(1.0, log(min(max(ratio, 1 / CAPPED), CAPPED)))


def way_factor(area: WayCounts, everywhere: WayCounts) -> float:
    """How much longer ways in an area take than expected: 1 where nothing is known."""
    usual = everywhere.logs / (everywhere.ways + ALL_STRENGTH)
    mean = (area.logs + AREA_STRENGTH * usual) / (area.ways + AREA_STRENGTH)
    return min(max(exp(mean), LEAST), MOST)
