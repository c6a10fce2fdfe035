"""Outlines as GeoJSON: reading what was uploaded, boxes, and whether a point lies inside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_POINTS = 20_000
LARGEST_BYTES = 2_000_000


class BadOutline(ValueError):
    """`code` is not_json, not_geojson, not_polygon, too_large, too_many_points, bad_ring."""

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


def read_outline(text: str) -> dict[str, Any]:
    """A Polygon or MultiPolygon out of GeoJSON: itself, a Feature, or a collection of one.

    Raises BadOutline.
    """
    if len(text.encode()) > LARGEST_BYTES:
        raise BadOutline("too_large")
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadOutline("not_json") from error
    geometry = _geometry(value)
    points = 0
    for ring in rings(geometry):
        _check_ring(ring)
        points += len(ring)
    if points > MOST_POINTS:
        raise BadOutline("too_many_points")
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def _geometry(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadOutline("not_geojson")
    if value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise BadOutline("not_polygon")
        value = features[0]
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, dict):
        raise BadOutline("not_geojson")
    if value.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadOutline("not_polygon")
    coordinates = value.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise BadOutline("bad_ring")
    return value


def _check_ring(ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BadOutline("bad_ring")
    for point in ring:
        if not isinstance(point, list) or len(point) < 2:
            raise BadOutline("bad_ring")
        lon, lat = point[0], point[1]
        numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (lon, lat))
        if not numbers or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise BadOutline("bad_ring")
    if ring[0][:2] != ring[-1][:2]:
        raise BadOutline("bad_ring")


def polygons(geometry: dict[str, Any]) -> Iterator[list[Any]]:
    """Each polygon as its rings: the outer one, then holes."""
    if geometry["type"] == "Polygon":
        yield geometry["coordinates"]
        return
    for polygon in geometry["coordinates"]:
        if not isinstance(polygon, list) or not polygon:
            raise BadOutline("bad_ring")
        yield polygon


def rings(geometry: dict[str, Any]) -> Iterator[Any]:
    """Every ring."""
    for polygon in polygons(geometry):
        yield from polygon


def bounds(geometry: dict[str, Any]) -> Bounds:
    """The box around an outline."""
    points = [point for ring in rings(geometry) for point in ring]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return Bounds(min(lats), min(lons), max(lats), max(lons))


def contains(geometry: dict[str, Any], lat: float, lon: float) -> bool:
    """Whether the point lies inside: inside an outer ring and in none of its holes."""
    for polygon in polygons(geometry):
        if _crosses(polygon[0], lat, lon):
            return not any(_crosses(hole, lat, lon) for hole in polygon[1:])
    return False


def _crosses(ring: list[Any], lat: float, lon: float) -> bool:
    """Ray casting: an odd number of crossings to the east. Edges belong to one side only."""
    inside = False
    previous_lon, previous_lat = ring[-1][0], ring[-1][1]
    for point in ring:
        here_lon, here_lat = point[0], point[1]
        if (here_lat > lat) != (previous_lat > lat):
            share = (lat - here_lat) / (previous_lat - here_lat)
            if lon < here_lon + share * (previous_lon - here_lon):
                inside = not inside
        previous_lon, previous_lat = here_lon, here_lat
    return inside


def centre(geometry: dict[str, Any]) -> tuple[float, float]:
    """(lat, lon) of the mean of the outer ring's corners; good enough to put a name there."""
    ring = next(polygons(geometry))[0][:-1]
    return sum(p[1] for p in ring) / len(ring), sum(p[0] for p in ring) / len(ring)
