"""The demo's areas: Longhua's real names and codes, with schematic outlines marked 示意.

The tree is cut into uneven boxes on a flat sheet, then the whole sheet is bent. Boxes that share
an edge on the sheet share it afterwards, and nothing looks like a spreadsheet.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sin
from typing import Any

from app.areas.levels import AreaLevel
from app.demo.longhua import (
    DISTRICT,
    EAST,
    FIGURES,
    MINZHI,
    NORTH,
    SOUTH,
    SUBDISTRICTS,
    WEST,
)

ESTATES = ("老村", "花园", "新村", "雅苑")
SEED = 440_309
# How far a cut may lie from an even one, as a share of a piece.
UNEVEN = 0.22
# Degrees: the distance of an edge's corners before bending, and how far they are bent.
STEP = 0.003
BEND = 0.0035
Point = tuple[float, float]


def bent(lat: float, lon: float) -> Point:
    """Where a point of the flat sheet lies on the map, (lat, lon)."""
    up = sin(lon * 131 + 0.4) + 0.6 * sin(lon * 307 + lat * 173) + 0.3 * sin(lat * 411 + 1.1)
    right = sin(lat * 127 + 2.1) + 0.6 * sin(lat * 289 - lon * 151) + 0.3 * sin(lon * 397)
    return round(lat + BEND * up / 2, 6), round(lon + BEND * right / 2, 6)


@dataclass
class Cell:
    """An area to be created: a box on the flat sheet."""

    level: str
    code: str
    name_zh: str
    name_en: str
    south: float
    west: float
    north: float
    east: float
    figures: dict[str, Any] = field(default_factory=dict)
    inside: list["Cell"] = field(default_factory=list)
    # Its outline on the map as (lat, lon), counter-clockwise and not closed.
    ring: list[Point] = field(default_factory=list)

    def outline(self) -> dict[str, Any]:
        """The outline as a GeoJSON polygon."""
        ring = [[lon, lat] for lat, lon in (*self.ring, self.ring[0])]
        return {"type": "Polygon", "coordinates": [ring]}

    def at(self, up: float, right: float) -> Point:
        """(lat, lon) of a point inside, given as shares from the south and from the west."""
        lat = self.south + (self.north - self.south) * up
        return bent(lat, self.west + (self.east - self.west) * right)

    def corners(self) -> tuple[Point, Point, Point, Point]:
        """The box's corners on the sheet, counter-clockwise from the south-west."""
        s, w, n, e = self.south, self.west, self.north, self.east
        return (s, w), (s, e), (n, e), (n, w)

    def everything(self) -> list["Cell"]:
        """This cell and all below it."""
        return [self, *(one for child in self.inside for one in child.everything())]


def district(*, everywhere: bool) -> Cell:
    """The whole tree. `everywhere` divides all six subdistricts; else only 民治 in full depth."""
    chance = random.Random(SEED)
    top = Cell("district", *DISTRICT, SOUTH, WEST, NORTH, EAST)
    rows, columns = _cuts(SOUTH, NORTH, 3, chance), _cuts(WEST, EAST, 2, chance)
    for place, (code, name_zh, name_en, column, row) in enumerate(SUBDISTRICTS):
        box = (rows[row], columns[column], rows[row + 1], columns[column + 1])
        sub = Cell("subdistrict", code, name_zh, name_en, *box)
        made_up = (20 if place < 4 else 19) if everywhere else 4
        names = MINZHI if code == "440309002" else _made_up(name_zh, made_up)
        _divide(sub, names, "community", chance, deep=code == "440309002")
        top.inside.append(sub)
    _draw(top.everything())
    return top


def _cuts(start: float, end: float, pieces: int, chance: random.Random) -> list[float]:
    """Uneven cuts of [start, end], both ends included; rounded, so that neighbours agree."""
    step = (end - start) / pieces
    inner = [
        start + step * (number + chance.uniform(-UNEVEN, UNEVEN)) for number in range(1, pieces)
    ]
    return [round(cut, 6) for cut in (start, *inner, end)]


def _made_up(subdistrict: str, count: int) -> tuple[str, ...]:
    stem = subdistrict.removesuffix("街道")
    return tuple(f"{stem}示范{number}社区" for number in range(1, count + 1))


def _divide(
    parent: Cell, names: Sequence[str], level: str, chance: random.Random, *, deep: bool
) -> None:
    # Grids are stacked, so that no strip becomes too narrow.
    columns = 4 if len(names) >= 8 else 1 if level == AreaLevel.GRID else 2
    rows = -(-len(names) // columns)
    heights = _cuts(parent.south, parent.north, rows, chance)
    for row in range(rows):
        in_row = names[row * columns : (row + 1) * columns]
        widths = _cuts(parent.west, parent.east, len(in_row), chance)
        for column, name in enumerate(in_row):
            box = (heights[row], widths[column], heights[row + 1], widths[column + 1])
            code = f"{parent.code}{row * columns + column + 1:03d}"
            made = Cell(level, code, name, "", *box, figures=FIGURES.get(name, {}))
            _go_deeper(made, chance, deep=deep)
            parent.inside.append(made)


def _go_deeper(made: Cell, chance: random.Random, *, deep: bool) -> None:
    if made.level == AreaLevel.COMMUNITY:
        made.name_en = f"Community {made.code[-6:]}"
        if deep:
            _divide(made, ("东片区", "西片区"), "block", chance, deep=True)
    elif made.level == AreaLevel.BLOCK:
        _divide(made, ("一网格", "二网格"), "grid", chance, deep=False)


def _draw(cells: Sequence[Cell]) -> None:
    """Gives every cell its ring. An edge bends at every neighbour's corner that lies on it."""
    corners = {corner for cell in cells for corner in cell.corners()}
    for cell in cells:
        around = cell.corners()
        for start, end in zip(around, (*around[1:], around[0]), strict=True):
            cell.ring += [bent(*point) for point in _edge(start, end, corners)]


def _edge(start: Point, end: Point, corners: set[Point]) -> list[Point]:
    """The points of an edge from `start` to before `end`, the same for both neighbours."""
    fixed = 0 if start[0] == end[0] else 1
    moving = 1 - fixed
    low, high = sorted((start[moving], end[moving]))
    own = {corner[moving] for corner in corners if corner[fixed] == start[fixed]}
    steps = {round(number * STEP, 6) for number in range(int(low / STEP), int(high / STEP) + 1)}
    along = sorted(one for one in own | steps if low < one < high)
    if start[moving] > end[moving]:
        along.reverse()
    between = [(start[0], one) if moving == 1 else (one, start[1]) for one in along]
    return [start, *between]
