"""Outlines of areas: read from GeoJSON, checked, and asked whether a place is inside.

GeoJSON is RFC 7946: longitude first, WGS-84 degrees, rings closed, first ring outside and the
others holes. Reason codes of `BadOutline`:

| code | what is wrong |
|---|---|
| too_large | more than 2,000,000 bytes of text |
| not_json | the text is no JSON |
| not_geojson | no object with a GeoJSON type, or its parts are not what the type says |
| not_polygon | a good GeoJSON, but not exactly one polygon or multipolygon with an area |
| too_many_points | more than 20,000 points |
| outside_range | a position that is no number, or off the globe |
| ring_not_closed | a ring with fewer than four positions, or whose last is not its first |
"""

import itertools
import json
import math
from dataclasses import dataclass
from typing import Any

MOST_POINTS = 20_000
MOST_BYTES = 2_000_000
METRES_A_DEGREE = 111_195.0

# (lat, lon), closed: the last is the first.
Ring = tuple[tuple[float, float], ...]
REASON_CODES = (
    "too_large",
    "not_json",
    "not_geojson",
    "not_polygon",
    "too_many_points",
    "outside_range",
    "ring_not_closed",
)
OTHER_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")


class BadOutline(ValueError):
    """The text or value is no outline. `code` is one of REASON_CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees; both sides belong to the box."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the position is in the box."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


@dataclass(frozen=True, slots=True)
class Outline:
    """Polygons, each an outer ring and its holes, with the box around them all."""

    polygons: tuple[tuple[Ring, ...], ...]
    box: Box


def parse_outline(value: str | bytes | dict[str, Any]) -> Outline:
    """An outline from GeoJSON: text, or what a JSON reader made of it. Raises BadOutline."""
    geometry = _geometry(_read(value) if isinstance(value, str | bytes) else value)
    coordinates = geometry.get("coordinates")
    whole = [coordinates] if geometry["type"] == "Polygon" else coordinates
    parts = [_lists(part) for part in _lists(whole)]
    if sum(len(ring) for part in parts for ring in part) > MOST_POINTS:
        raise BadOutline("too_many_points")
    polygons = tuple(tuple(_ring(ring) for ring in part) for part in parts)
    if any(abs(_ring_area(polygon[0])) == 0.0 for polygon in polygons):
        raise BadOutline("not_polygon")
    return Outline(polygons, _box(polygons))


def outline_json(outline: Outline) -> dict[str, Any]:
    """The GeoJSON geometry that `parse_outline` reads, for the database."""
    parts = [
        [[[lon, lat] for lat, lon in ring] for ring in polygon] for polygon in outline.polygons
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def contains(outline: Outline, lat: float, lon: float) -> bool:
    """Whether the position is inside and in no hole, by counting crossings to the east.

    A position on a border that two outlines share belongs to exactly one of them, so that
    neighbours tile.
    """
    if not outline.box.holds(lat, lon):
        return False
    return any(
        sum(_crossings(ring, lat, lon) for ring in polygon) % 2 == 1 for polygon in outline.polygons
    )


def square_metres(outline: Outline) -> float:
    """The area, on a sphere flattened at the middle latitude: good to a percent for a district."""
    degrees = sum(
        abs(_ring_area(polygon[0])) - sum(abs(_ring_area(hole)) for hole in polygon[1:])
        for polygon in outline.polygons
    )
    middle = math.radians((outline.box.south + outline.box.north) / 2)
    return degrees * METRES_A_DEGREE**2 * math.cos(middle)


def label_point(outline: Outline) -> tuple[float, float]:
    """A (lat, lon) inside where a name can stand: the centroid, or else the widest place.

    The centroid of a crescent or of a ring with a hole lies outside; then it is the middle of
    the widest stretch inside, along eleven lines from west to east.
    """
    biggest = max(outline.polygons, key=lambda polygon: abs(_ring_area(polygon[0])))
    lat, lon = _centroid(biggest[0])
    if contains(outline, lat, lon):
        return lat, lon
    box = _box((biggest,))
    stretches = [
        (east - west, (at, (west + east) / 2))
        for step in range(1, 12)
        for at in [box.south + (box.north - box.south) * step / 12]
        for west, east in _stretches(biggest, at)
    ]
    # A hole as large as its polygon leaves no stretch; then anywhere will do.
    return max(stretches, default=(0.0, (lat, lon)))[1]


def _read(text: str | bytes) -> Any:
    if len(text) > MOST_BYTES:
        raise BadOutline("too_large")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadOutline("not_json") from error


def _geometry(value: Any) -> dict[str, Any]:
    """The one polygon or multipolygon in a geometry, a feature or a collection of features."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise BadOutline("not_geojson")
    kind = value["type"]
    if kind in ("Polygon", "MultiPolygon"):
        return value
    if kind in OTHER_TYPES:
        raise BadOutline("not_polygon")
    if kind == "Feature":
        return _geometry_of_feature(value)
    if kind != "FeatureCollection" or not isinstance(value.get("features"), list):
        raise BadOutline("not_geojson")
    if len(value["features"]) != 1:
        raise BadOutline("not_polygon")
    feature = value["features"][0]
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadOutline("not_geojson")
    return _geometry_of_feature(feature)


def _geometry_of_feature(feature: dict[str, Any]) -> dict[str, Any]:
    geometry = feature.get("geometry")
    if geometry is None and "geometry" in feature:
        raise BadOutline("not_polygon")
    if not isinstance(geometry, dict) or geometry.get("type") in ("Feature", "FeatureCollection"):
        raise BadOutline("not_geojson")
    return _geometry(geometry)


def _lists(value: Any) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(part, list) for part in value):
        raise BadOutline("not_geojson")
    if not value:
        raise BadOutline("not_polygon")
    return value


def _ring(positions: list[Any]) -> Ring:
    ring = tuple(_position(position) for position in positions)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise BadOutline("ring_not_closed")
    return ring


def _position(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise BadOutline("not_geojson")
    lon, lat = value[0], value[1]
    for number, limit in ((lon, 180), (lat, 90)):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadOutline("outside_range")
        # Also false for NaN, which Python's JSON reader lets through.
        if not -limit <= number <= limit:
            raise BadOutline("outside_range")
    return float(lat), float(lon)


def _box(polygons: tuple[tuple[Ring, ...], ...]) -> Box:
    points = [point for polygon in polygons for point in polygon[0]]
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    return Box(min(lats), min(lons), max(lats), max(lons))


def _crossings(ring: Ring, lat: float, lon: float) -> int:
    """How many sides of the ring a line from the position to the east crosses."""
    count = 0
    lat_a, lon_a = ring[0]
    for lat_b, lon_b in ring[1:]:
        if (lat_a > lat) != (lat_b > lat):
            # The same side must cut at the same place whichever way its ring runs round.
            low, high = (
                ((lat_a, lon_a), (lat_b, lon_b))
                if lat_a < lat_b
                else ((lat_b, lon_b), (lat_a, lon_a))
            )
            if lon < low[1] + (high[1] - low[1]) * (lat - low[0]) / (high[0] - low[0]):
                count += 1
        lat_a, lon_a = lat_b, lon_b
    return count


def _ring_area(ring: Ring) -> float:
    """Square degrees, positive when it runs against the clock. Taken from its first point."""
    lat0, lon0 = ring[0]
    return (
        sum(
            (lon_a - lon0) * (lat_b - lat0) - (lon_b - lon0) * (lat_a - lat0)
            for (lat_a, lon_a), (lat_b, lon_b) in itertools.pairwise(ring)
        )
        / 2
    )


def _centroid(ring: Ring) -> tuple[float, float]:
    lat0, lon0 = ring[0]
    lat_sum = lon_sum = 0.0
    for (lat_a, lon_a), (lat_b, lon_b) in itertools.pairwise(ring):
        weight = (lon_a - lon0) * (lat_b - lat0) - (lon_b - lon0) * (lat_a - lat0)
        lat_sum += (lat_a + lat_b - 2 * lat0) * weight
        lon_sum += (lon_a + lon_b - 2 * lon0) * weight
    six = 6 * _ring_area(ring)
    return lat0 + lat_sum / six, lon0 + lon_sum / six


def _stretches(polygon: tuple[Ring, ...], lat: float) -> list[tuple[float, float]]:
    """The parts of a line of latitude that are inside, as (west, east)."""
    cuts = sorted(
        lon_a + (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a)
        for ring in polygon
        for (lat_a, lon_a), (lat_b, lon_b) in itertools.pairwise(ring)
        if (lat_a > lat) != (lat_b > lat)
    )
    return list(zip(cuts[::2], cuts[1::2], strict=False))
