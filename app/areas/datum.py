"""Positions in the three datums that maps of mainland China use.

Inside the application every position is WGS-84, as satellites give it. AMap and Tencent give
GCJ-02, which is WGS-84 shifted by a fixed pattern; Baidu gives BD-09, which is GCJ-02 shifted once
more. In Longhua the shifts are about 600 and 1,250 metres: mixing datums misses a whole
neighbourhood.

Formulas: the public approximation of the shift (polynomial plus sines on the Krasovsky 1940
ellipsoid), known from EvilTransform and coordtransform. The inverse has no formula and is found by
iteration.
"""

import math
from collections.abc import Callable
from enum import StrEnum

Position = tuple[float, float]

# The Krasovsky 1940 ellipsoid: half of the long axis in metres, and the eccentricity squared.
SEMI_MAJOR = 6378245.0
ECCENTRICITY = 0.00669342162296594323
# The shift holds in this box of latitudes and longitudes, and nothing is shifted outside.
SHIFTED_LATITUDES = (0.8293, 55.8271)
SHIFTED_LONGITUDES = (72.004, 137.8347)
BAIDU_TURN = math.pi * 3000.0 / 180.0
# A hundred-millionth of a degree is a millimetre; each round shrinks the error a thousandfold.
CLOSE_ENOUGH = 1e-9
MOST_ROUNDS = 20


class Datum(StrEnum):
    """Which datum a latitude and longitude were measured in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lat: float, lon: float, datum: Datum) -> Position:
    """A position given in `datum`, in WGS-84 degrees, exact to less than a centimetre."""
    if datum is Datum.WGS84 or not _shifted(lat, lon):
        return lat, lon
    if datum is Datum.BD09:
        lat, lon = _undo(_gcj02_to_bd09, lat, lon)
    return _undo(_wgs84_to_gcj02, lat, lon)


def from_wgs84(lat: float, lon: float, datum: Datum) -> Position:
    """A WGS-84 position, in degrees of `datum`. Outside the shifted box nothing changes."""
    if datum is Datum.WGS84 or not _shifted(lat, lon):
        return lat, lon
    lat, lon = _wgs84_to_gcj02(lat, lon)
    return _gcj02_to_bd09(lat, lon) if datum is Datum.BD09 else (lat, lon)


def _shifted(lat: float, lon: float) -> bool:
    south, north = SHIFTED_LATITUDES
    west, east = SHIFTED_LONGITUDES
    return south <= lat <= north and west <= lon <= east


def _waves(x: float, *parts: tuple[float, float]) -> float:
    """Two thirds of a sum of sines, given as (amplitude, half-turns per unit of x)."""
    return sum(size * math.sin(turns * math.pi * x) for size, turns in parts) * 2.0 / 3.0


def _wgs84_to_gcj02(lat: float, lon: float) -> Position:
    x, y = lon - 105.0, lat - 35.0
    both = 0.1 * x * y + _waves(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.2 * math.sqrt(abs(x)) + both
    north += _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * math.sqrt(abs(x)) + both
    east += _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    # Metres to degrees, by the two radii of curvature of the ellipsoid at this latitude.
    flat = 1.0 - ECCENTRICITY * math.sin(math.radians(lat)) ** 2
    along = SEMI_MAJOR * (1.0 - ECCENTRICITY) / flat**1.5
    across = SEMI_MAJOR / math.sqrt(flat) * math.cos(math.radians(lat))
    return lat + math.degrees(north / along), lon + math.degrees(east / across)


def _gcj02_to_bd09(lat: float, lon: float) -> Position:
    far = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BAIDU_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU_TURN)
    return far * math.sin(angle) + 0.006, far * math.cos(angle) + 0.0065


def _undo(shift: Callable[[float, float], Position], lat: float, lon: float) -> Position:
    """The position that `shift` moves to (lat, lon), by fixed-point iteration."""
    back_lat, back_lon = lat, lon
    for _ in range(MOST_ROUNDS):
        there_lat, there_lon = shift(back_lat, back_lon)
        off_lat, off_lon = there_lat - lat, there_lon - lon
        back_lat, back_lon = back_lat - off_lat, back_lon - off_lon
        if abs(off_lat) < CLOSE_ENOUGH and abs(off_lon) < CLOSE_ENOUGH:
            break
    return back_lat, back_lon
