"""Searches from near to far over cells of a fixed size, without reading the whole city.

The surface is cut into cells of 0.0025 degrees (278 m from south to north, 257 m from west to east
in Shenzhen). An index sorted by cell reads a block of cells with one short range per
row. `nearest` reads the block around a small circle, yields the people in that circle, nearest
first, and goes on to a wider circle only when more are wanted. A block contains its circle
entirely, so no unread cell can hold anybody nearer than the circle's edge: the order is exact. At a
pole or the 180th meridian a block takes all longitudes of its few rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Protocol

from app.matching.distance import box_around, chord_of

CELL_DEGREES = 0.0025
# Cells form square patches with this many cells a side (2.2 km from south to north). An index of
# patches finds the people who were asked longest ago.
PATCH_CELLS = 8
# A search over more patches reads only this many of them, different ones for each request.
MOST_PATCHES = 36
# Cells from the south pole to the equator, and from the 180th meridian to Greenwich.
SOUTH_CELLS, WEST_CELLS, PATCH_ROW = 36_000, 72_000, 20_000
# Measured as best from 500 to 50,000 volunteers per km² and category (bench/matching.py).
FIRST_CIRCLE_M = 500.0
# How many of the nearest are read and ranked at once; most of them may be asked.
AT_ONCE = 32
# Growth of the radius: by the density so far, within these bounds.
WIDER = (1.5, 4.0)

# (square of the straight-line distance in metres, person id). Sorts by distance, then by id.
Found = tuple[float, int]
NOBODY_YET: Found = (-1.0, 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole cells: rows (south to north), and columns from `west` to `east`, both inclusive."""

    rows: range
    west: int
    east: int


class Reads(Protocol):
    """Reads the people in a block: the first `limit` after `after` and at most `square` away."""

    def __call__(
        self, block: Block, *, square: float, after: Found, limit: int
    ) -> Sequence[Found]: ...


def cell_of(lat: float, lon: float) -> tuple[int, int]:
    """Row and column of the cell in which a place is."""
    return floor(lat / CELL_DEGREES), floor(lon / CELL_DEGREES)


def patch_of(row: int, column: int) -> int:
    """The number of the patch in which a cell is; the same as migration 0025 computes."""
    up, along = (row + SOUTH_CELLS) // PATCH_CELLS, (column + WEST_CELLS) // PATCH_CELLS
    return up * PATCH_ROW + along


def patches_around(lat: float, lon: float, radius_m: float) -> list[int]:
    """Every patch with a cell that may hold somebody within a circle, south-west first."""
    block = block_around(lat, lon, radius_m)
    rows = [*block.rows[::PATCH_CELLS], block.rows[-1]]
    columns = [*range(block.west, block.east, PATCH_CELLS), block.east]
    return sorted({patch_of(row, column) for row in rows for column in columns})


def block_around(lat: float, lon: float, radius_m: float) -> Block:
    """The smallest block that certainly contains a circle."""
    box = box_around(lat, lon, radius_m)
    south, west = cell_of(box.south, box.west)
    north, east = cell_of(box.north, box.east)
    return Block(range(south, north + 1), west, east)


def nearest(
    read: Reads, lat: float, lon: float, *, reach_m: float, at_once: int
) -> Iterator[Found]:
    """Yields everybody within `reach_m`, the nearest first; reads only as far as it is consumed.

    `at_once` is the most that one read returns. Yields nobody twice and skips nobody, even when
    many are at the same point.
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
            # Nobody else is in the circle.
            if circle >= reach_m:
                return
            wider = sqrt(1 + at_once / given) if given else WIDER[1]
            circle = min(circle * min(WIDER[1], max(WIDER[0], wider)), reach_m)
