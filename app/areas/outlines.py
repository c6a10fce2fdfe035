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
| swapped | positions that are on the globe only when read as latitude first |
| ring_not_closed | a ring with fewer than four positions, or whose last is not its first |
"""

import itertools
import json
from dataclasses import dataclass
from typing import Any

MOST_POINTS = 20_000
MOST_BYTES = 2_000_000
Ring = list[Any]
OTHER_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")


class BadOutline(ValueError):
    """The text or value is no outline.

    `code` is too_large, not_json, not_geojson, not_polygon, too_many_points, outside_range,
    swapped (latitude before longitude) or ring_not_closed.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Bounds:
    """Degrees WGS-84 that hold an outline."""

    south: float
    west: float
    north: float
    east: float


def read_outline(value: str | bytes | dict[str, Any]) -> dict[str, Any]:
    """A Polygon or MultiPolygon out of GeoJSON, checked: text, or what a JSON reader made of it.

    Accepts a geometry, a Feature, or a FeatureCollection of one. Raises BadOutline.
    """
    geometry = _geometry(_read(value) if isinstance(value, str | bytes) else value)
    coordinates = geometry.get("coordinates")
    single = geometry["type"] == "Polygon"
    parts = [_lists(part) for part in _lists([coordinates] if single else coordinates)]
    if sum(len(ring) for part in parts for ring in part) > MOST_POINTS:
        raise BadOutline("too_many_points")
    read = [[_ring(ring) for ring in part] for part in parts]
    if any(_ring_area(part[0]) == 0.0 for part in read):
        raise BadOutline("not_polygon")
    return {"type": geometry["type"], "coordinates": read[0] if single else read}


def polygons(geometry: dict[str, Any]) -> list[list[Ring]]:
    """Each polygon as its rings: the outer one, then holes; positions are [lon, lat]."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"])


def bounds(geometry: dict[str, Any]) -> Bounds:
    """The box around an outline."""
    points = [point for polygon in polygons(geometry) for point in polygon[0]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return Bounds(min(lats), min(lons), max(lats), max(lons))


def contains(geometry: dict[str, Any], lat: float, lon: float) -> bool:
    """Whether the position is inside and in no hole, by counting crossings to the east.

    A position on a border that two outlines share belongs to exactly one of them.
    """
    return any(
        sum(_crossings(ring, lat, lon) for ring in polygon) % 2 == 1
        for polygon in polygons(geometry)
    )


def centre(geometry: dict[str, Any]) -> tuple[float, float]:
    """A (lat, lon) inside where a name can stand: the centroid, or else the widest place.

    When the centroid lies outside (a crescent, a ring with a hole), the middle of the widest
    stretch inside along eleven lines from west to east.
    """
    biggest = max(polygons(geometry), key=lambda polygon: abs(_ring_area(polygon[0])))
    lat, lon = _centroid(biggest[0])
    whole = {"type": "Polygon", "coordinates": biggest}
    if contains(whole, lat, lon):
        return lat, lon
    box = bounds(whole)
    stretches = [
        (east - west, (at, (west + east) / 2))
        for step in range(1, 12)
        for at in [box.south + (box.north - box.south) * step / 12]
        for west, east in _stretches(biggest, at)
    ]
    # A hole as large as its polygon leaves no stretch: use any position.
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
    ring = [_position(position) for position in positions]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise BadOutline("ring_not_closed")
    return ring


def _position(value: Any) -> list[float]:
    """[lon, lat]; a height is left out."""
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise BadOutline("not_geojson")
    for number in value[:2]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadOutline("outside_range")
    lon, lat = float(value[0]), float(value[1])
    # Also false for NaN, which Python's JSON reader lets through.
    if -180 <= lon <= 180 and -90 <= lat <= 90:
        return [lon, lat]
    latitude_first = -90 <= lon <= 90 and -180 <= lat <= 180
    raise BadOutline("swapped" if latitude_first else "outside_range")


def _crossings(ring: Ring, lat: float, lon: float) -> int:
    """How many sides of the ring a line from the position to the east crosses."""
    count = 0
    a = ring[0]
    for b in ring[1:]:
        if (a[1] > lat) != (b[1] > lat):
            # A side must cut at the same place in whichever direction its ring runs.
            low, high = (a, b) if a[1] < b[1] else (b, a)
            if lon < low[0] + (high[0] - low[0]) * (lat - low[1]) / (high[1] - low[1]):
                count += 1
        a = b
    return count


def _ring_area(ring: Ring) -> float:
    """Square degrees, positive when it runs against the clock."""
    return sum(_weights(ring)) / 2


def _weights(ring: Ring) -> list[float]:
    """Twice the area of the triangle of each side and the first corner."""
    lon, lat = ring[0][0], ring[0][1]
    return [
        (a[0] - lon) * (b[1] - lat) - (b[0] - lon) * (a[1] - lat)
        for a, b in itertools.pairwise(ring)
    ]


def _centroid(ring: Ring) -> tuple[float, float]:
    lon, lat = ring[0][0], ring[0][1]
    weights = _weights(ring)
    sides = list(zip(weights, itertools.pairwise(ring), strict=True))
    lat_sum = sum(weight * (a[1] + b[1] - 2 * lat) for weight, (a, b) in sides)
    lon_sum = sum(weight * (a[0] + b[0] - 2 * lon) for weight, (a, b) in sides)
    return lat + lat_sum / (3 * sum(weights)), lon + lon_sum / (3 * sum(weights))


def _stretches(polygon: list[Ring], lat: float) -> list[tuple[float, float]]:
    """The parts of a line of latitude that are inside, as (west, east)."""
    cuts = sorted(
        a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1])
        for ring in polygon
        for a, b in itertools.pairwise(ring)
        if (a[1] > lat) != (b[1] > lat)
    )
    return list(zip(cuts[::2], cuts[1::2], strict=False))
