"""Straight lines on the mean sphere: within 0.56 % of the geodesic, good enough to rank by."""

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

# Mean radius R1 of the International Union of Geodesy and Geophysics, in metres.
EARTH_RADIUS_M = 6_371_008.8
# So much larger is a box than its circle, for the rounding of degrees.
MARGIN = 1.001


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Metres along the great circle, by the haversine formula; WGS-84 degrees in."""
    half_lat = radians(lat_b - lat_a) / 2
    half_lon = radians(lon_b - lon_a) / 2
    part = sin(half_lat) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(part)))


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees that hold a circle entirely."""

    south: float
    west: float
    north: float
    east: float


def box_around(lat: float, lon: float, radius_m: float) -> Box:
    """The box around a circle; a little too large, never too small.

    A circle that holds a pole or touches the 180th meridian gets all longitudes.
    """
    angle = radius_m / EARTH_RADIUS_M
    high = degrees(angle) * MARGIN
    south, north = max(-90.0, lat - high), min(90.0, lat + high)
    if south > -90 and north < 90:
        # Where meridians touch the circle; that is nearer to the pole than its centre.
        wide = degrees(asin(sin(angle) / cos(radians(lat)))) * MARGIN
        if lon - wide > -180 and lon + wide < 180:
            return Box(south, lon - wide, north, lon + wide)
    return Box(south, -180.0, north, 180.0)
