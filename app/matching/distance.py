"""Distances on the WGS-84 ellipsoid, exact enough to put people in order.

A place becomes a point in space; the chord between two points is converted to a distance on the
surface by the mean radius. Against the geodesic the error stays below 0.1 mm up to 20 km and below
2 cm up to 100 km, where a haversine on the mean sphere is off by up to 0.56 % (112 m). Beyond 1,000
km it grows to several percent; nobody is sent so far. Poles and the 180th meridian need no special
case.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, degrees, radians, sin, sqrt

Point = tuple[float, float, float]

# WGS-84 (NGA.STND.0036): the equator's radius in metres, and the square of the eccentricity.
EQUATOR_M = 6_378_137.0
ECCENTRICITY_2 = 6.694_379_990_141_33e-3
# Mean radius R1 of the International Union of Geodesy and Geophysics, in metres.
EARTH_RADIUS_M = 6_371_008.8
# Margin of a box around its circle: the ellipsoid curves up to 0.56 % more than that sphere.
MARGIN = 1.006


@lru_cache(maxsize=4096)
def earth_point(lat: float, lon: float) -> Point:
    """Metres from the earth's centre (ECEF: to 0° on the equator, to 90° east, to the north)."""
    north, east = radians(lat), radians(lon)
    across = EQUATOR_M / sqrt(1 - ECCENTRICITY_2 * sin(north) ** 2)
    flat = across * cos(north)
    return flat * cos(east), flat * sin(east), across * (1 - ECCENTRICITY_2) * sin(north)


def chord_of(metres: float) -> float:
    """The length of the chord, for a distance on the surface (metres)."""
    return 2 * EARTH_RADIUS_M * sin(min(metres / (2 * EARTH_RADIUS_M), radians(90)))


def metres_of(chord: float) -> float:
    """The distance on the surface, for the length of a chord (metres)."""
    return 2 * EARTH_RADIUS_M * asin(min(1.0, chord / (2 * EARTH_RADIUS_M)))


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Metres on the surface between two WGS-84 positions in degrees."""
    return metres_apart(earth_point(lat_a, lon_a), earth_point(lat_b, lon_b))


# Cached: a ranking measures each person for the chance, the limits and the points.
@lru_cache(maxsize=4096)
def metres_apart(one: Point, other: Point) -> float:
    """Metres on the surface between two points of `earth_point`."""
    across, along, up = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return metres_of(sqrt(across * across + along * along + up * up))


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees that contains a circle."""

    south: float
    west: float
    north: float
    east: float


def box_around(lat: float, lon: float, radius_m: float) -> Box:
    """The box around a circle; a little too large, never too small.

    A circle that holds a pole or touches the 180th meridian gets all longitudes.
    """
    angle = radius_m * MARGIN / EARTH_RADIUS_M
    high = degrees(angle)
    south, north = max(-90.0, lat - high), min(90.0, lat + high)
    if south > -90 and north < 90:
        # Where meridians touch the circle; that is nearer to the pole than its centre.
        wide = degrees(asin(min(1.0, sin(angle) / cos(radians(lat)))))
        if lon - wide > -180 and lon + wide < 180:
            return Box(south, lon - wide, north, lon + wide)
    return Box(south, -180.0, north, 180.0)
