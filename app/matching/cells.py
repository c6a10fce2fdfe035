"""From near to far over cells of a fixed size, without ever looking at the whole city.

The ground is cut into cells of 0.0025 degrees (278 m from south to north, 257 m from west to east
in Shenzhen). An index that is sorted by cell finds whoever is in a block of cells by one short
range for each row. `nearest` looks at the block that holds a small circle, gives whoever is in that
circle, nearest first, and goes on to a wider circle only when more are wanted. A block holds its
circle entirely, so no unseen cell can hold somebody nearer than the circle's edge: the order is
exact. At a pole or the 180th meridian a block takes all longitudes of its few rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Protocol

from app.matching.distance import box_around, chord_of

CELL_DEGREES = 0.0025
# Measured as best from 500 to 50,000 volunteers per km² and category (bench/matching.py).
FIRST_CIRCLE_M = 500.0
# So many are looked up at once and ranked, the nearest; most of them may be asked.
AT_ONCE = 32
# Wider by what the density so far promises, within these bounds.
WIDER = (1.5, 4.0)

# How far, as the square of the straight line in metres, and who. Sorts by nearness, then by id.
Found = tuple[float, int]
NOBODY_YET: Found = (-1.0, 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole cells: their rows (south to north), and the columns from `west` to `east`, both in."""

    rows: range
    west: int
    east: int


class Reads(Protocol):
    """Reads who stands in a block: the first `limit` after `after` and at most `square` away."""

    def __call__(
        self, block: Block, *, square: float, after: Found, limit: int
    ) -> Sequence[Found]: ...


def cell_of(lat: float, lon: float) -> tuple[int, int]:
    """Row and column of the cell in which a place is."""
    return floor(lat / CELL_DEGREES), floor(lon / CELL_DEGREES)


def block_around(lat: float, lon: float, radius_m: float) -> Block:
    """The smallest block that surely holds a circle."""
    box = box_around(lat, lon, radius_m)
    south, west = cell_of(box.south, box.west)
    north, east = cell_of(box.north, box.east)
    return Block(range(south, north + 1), west, east)


def nearest(
    read: Reads, lat: float, lon: float, *, reach_m: float, at_once: int
) -> Iterator[Found]:
    """Everybody within `reach_m`, the nearest first; reads no farther than it is asked for.

    `at_once` is how many one reading brings at most. Nobody is given twice, and nobody is left out
    when many stand at the same point.
    """
    circle, last, given = min(FIRST_CIRCLE_M, reach_m), NOBODY_YET, 0
    while True:
        found = read(
            block_around(lat, lon, circle),
            square=chord_of(circle) ** 2,
            after=last,
            limit=at_once,
        )
        yield from found
        last = found[-1] if found else last
        given += len(found)
        if len(found) < at_once:
            # The circle holds nobody else.
            if circle >= reach_m:
                return
            wider = sqrt(1 + at_once / given) if given else WIDER[1]
            circle = min(circle * min(WIDER[1], max(WIDER[0], wider)), reach_m)
