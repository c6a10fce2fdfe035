"""Schematic outlines (示意) that tile: six hand-drawn subdistricts, cut again and again.

Nothing here is surveyed. Corners are shared, and a cut's ends lie on the side they cut, so that
children cover their parent without gap or overlap. Positions are (lat, lon), WGS-84.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Position = tuple[float, float]
# Corners in order, not closed.
Corners = tuple[Position, ...]

# A hundredth of a millimetre: cuts must not move when they are written down.
DECIMALS = 10
BISECTIONS = 50

# Where outlines of the subdistricts meet; roughly where Longhua lies.
MESH: dict[str, Position] = {
    "south_west": (22.6110, 113.9910),
    "south": (22.6010, 114.0270),
    "south_east": (22.6100, 114.0600),
    "east": (22.6460, 114.0680),
    "east_upper": (22.6880, 114.0850),
    "north_east": (22.7380, 114.1050),
    "north": (22.7560, 114.0600),
    "north_west": (22.7500, 114.0080),
    "west_upper": (22.7050, 113.9790),
    "west": (22.6620, 113.9680),
    "west_lower": (22.6240, 113.9740),
    "in_south": (22.6380, 114.0050),
    "in_east": (22.6500, 114.0400),
    "in_west": (22.6930, 114.0110),
    "in_middle": (22.6970, 114.0400),
    "in_north": (22.7120, 114.0560),
}
# By the last three digits of the subdistrict's code.
SUBDISTRICTS: dict[str, tuple[str, ...]] = {
    "001": ("in_east", "east", "east_upper", "in_north", "in_middle"),
    "002": ("south_west", "south", "south_east", "east", "in_east", "in_south"),
    "003": ("in_south", "in_east", "in_middle", "in_west"),
    "004": ("south_west", "in_south", "in_west", "west_upper", "west", "west_lower"),
    "005": ("in_west", "in_middle", "in_north", "north", "north_west", "west_upper"),
    "006": ("in_north", "east_upper", "north_east", "north"),
}
DISTRICT = (
    *("south_west", "south", "south_east", "east", "east_upper", "north_east"),
    *("north", "north_west", "west_upper", "west", "west_lower"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """Points with lat * north + lon * east equal to `at`."""

    north: float
    east: float
    at: float

    def beyond(self, point: Position) -> float:
        return point[0] * self.north + point[1] * self.east - self.at


def district_corners() -> Corners:
    """The corners of the whole district."""
    return tuple(MESH[name] for name in DISTRICT)


def subdistrict_corners(number: str) -> Corners:
    """The corners of a subdistrict by the last three digits of its code."""
    return tuple(MESH[name] for name in SUBDISTRICTS[number])


def cut(corners: Corners, shares: Sequence[float], random: Random) -> list[Corners]:
    """The polygon in as many pieces as there are shares, with areas in their proportion."""
    if len(shares) == 1:
        return [corners]
    half = len(shares) // 2
    wanted = sum(shares[:half]) / sum(shares)
    first, second = _cut_once(corners, wanted, random)
    return [*cut(first, shares[:half], random), *cut(second, shares[half:], random)]


def area(corners: Corners) -> float:
    """In square degrees; only good for comparing."""
    lat, lon = corners[0]
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum((a[1] - lon) * (b[0] - lat) - (b[1] - lon) * (a[0] - lat) for a, b in sides)) / 2


def outline_of(corners: Corners) -> dict[str, Any]:
    """GeoJSON: longitude first, closed, outer ring against the clock."""
    lat, lon = corners[0]
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    turn = sum((a[1] - lon) * (b[0] - lat) - (b[1] - lon) * (a[0] - lat) for a, b in sides)
    ordered = corners if turn > 0 else corners[::-1]
    ring = [[lon, lat] for lat, lon in (*ordered, ordered[0])]
    return {"type": "Polygon", "coordinates": [ring]}


def point_in(corners: Corners, random: Random) -> Position:
    """A random position well inside a convex piece, a little drawn to its middle."""
    weights = [0.25 + random.random() for _ in corners]
    total = sum(weights)
    lat = sum(w * corner[0] for w, corner in zip(weights, corners, strict=True)) / total
    lon = sum(w * corner[1] for w, corner in zip(weights, corners, strict=True)) / total
    return round(lat, 6), round(lon, 6)


def _cut_once(corners: Corners, wanted: float, random: Random) -> tuple[Corners, Corners]:
    """Across the long axis, a little tilted; straighter tries follow where a piece would break."""
    long_way = _long_axis(corners)
    for tilt in (random.uniform(-0.15, 0.15), 0.0, 0.5, -0.5, 1.0, -1.0, math.pi / 2):
        north, east = math.sin(long_way + tilt), math.cos(long_way + tilt)
        pieces = _in_proportion(corners, north, east, wanted)
        if pieces is not None:
            return pieces
    raise ValueError("the polygon is too bent to be cut")


def _long_axis(corners: Corners) -> float:
    """The direction, in radians from east, of the longer side of the tightest box around.

    A box that lies along a side: pieces become like plots of land, not like splinters.
    """
    squeeze = math.cos(math.radians(corners[0][0]))
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    boxes: list[tuple[float, float]] = []
    for a, b in sides:
        angle = math.atan2(b[0] - a[0], (b[1] - a[1]) * squeeze)
        along, across = _extent(corners, angle), _extent(corners, angle + math.pi / 2)
        boxes.append((along * across, angle if along >= across else angle + math.pi / 2))
    return min(boxes)[1]


def _extent(corners: Corners, angle: float) -> float:
    """How long the polygon is in a direction."""
    squeeze = math.cos(math.radians(corners[0][0]))
    north, east = math.sin(angle), math.cos(angle)
    reached = [lat * north + lon * squeeze * east for lat, lon in corners]
    return max(reached) - min(reached)


def _in_proportion(
    corners: Corners, north: float, east: float, wanted: float
) -> tuple[Corners, Corners] | None:
    """Halving the distance until the first piece has its share; None where it would break."""
    along = [lat * north + lon * east for lat, lon in corners]
    low, high, whole = min(along), max(along), area(corners)
    pieces: tuple[Corners, Corners] | None = None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        pieces = _halves(corners, _Line(north, east, middle))
        if pieces is None:
            return None
        if area(pieces[0]) < wanted * whole:
            low = middle
        else:
            high = middle
    return pieces


def _halves(corners: Corners, line: _Line) -> tuple[Corners, Corners] | None:
    """What is before and beyond the line, which must cross the border exactly twice."""
    before: list[Position] = []
    beyond: list[Position] = []
    crossings = 0
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        side_a, side_b = line.beyond(a), line.beyond(b)
        (before if side_a < 0 else beyond).append(a)
        if (side_a < 0) != (side_b < 0):
            crossings += 1
            share = side_a / (side_a - side_b)
            lat, lon = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
            where = round(lat, DECIMALS), round(lon, DECIMALS)
            before.append(where)
            beyond.append(where)
    return (tuple(before), tuple(beyond)) if crossings == 2 else None
