"""Datums: published values, round trips, and the size of a mistake in Longhua."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.areas.datum import Datum, Position, from_wgs84, to_wgs84

# Well inside the box, so that no shift crosses its border.
LATITUDES = st.floats(3.0, 54.0)
LONGITUDES = st.floats(73.5, 135.0)
DATUMS = st.sampled_from(list(Datum))


def metres(a: Position, b: Position) -> float:
    """Distance on a sphere; good enough for differences of a kilometre."""
    lat = math.radians(b[0] - a[0])
    lon = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6371008.8 * math.hypot(lat, lon)


def between(lat: float, lon: float, source: Datum, target: Datum) -> Position:
    """A position from one datum to another, by way of WGS-84."""
    return from_wgs84(*to_wgs84(lat, lon, source), target)


# Values that EvilTransform and coordtransform publish with their tests.
@pytest.mark.parametrize(
    ("source", "target", "given_at", "expected"),
    [
        (
            Datum.WGS84,
            Datum.GCJ02,
            (31.1774276, 121.5272106),
            (31.17530398364597, 121.531541859215),
        ),
        (
            Datum.WGS84,
            Datum.GCJ02,
            (22.543847, 113.912316),
            (22.540796131694766, 113.9171764808363),
        ),
        (
            Datum.WGS84,
            Datum.GCJ02,
            (39.911954, 116.377817),
            (39.91334545536069, 116.38404722455657),
        ),
        (Datum.GCJ02, Datum.BD09, (39.915, 116.404), (39.92133699351021, 116.41036949371029)),
    ],
)
def test_published_values_come_out(
    source: Datum, target: Datum, given_at: Position, expected: Position
) -> None:
    assert metres(between(*given_at, source, target), expected) < 0.02


def test_published_way_back_from_baidu_is_within_its_own_error() -> None:
    # coordtransform's inverse is one step without iteration, good to about two metres.
    found = between(39.915, 116.404, Datum.BD09, Datum.GCJ02)
    assert metres(found, (39.90865673957631, 116.39762729119315)) < 2


@given(LATITUDES, LONGITUDES, DATUMS)
def test_there_and_back_is_the_same_place(lat: float, lon: float, datum: Datum) -> None:
    assert metres(to_wgs84(*from_wgs84(lat, lon, datum), datum), (lat, lon)) < 0.01
    assert metres(from_wgs84(*to_wgs84(lat, lon, datum), datum), (lat, lon)) < 0.01


@given(LATITUDES, LONGITUDES, DATUMS, DATUMS)
def test_two_datums_agree_on_the_place(
    lat: float, lon: float, source: Datum, target: Datum
) -> None:
    direct = to_wgs84(lat, lon, source)
    assert metres(to_wgs84(*between(lat, lon, source, target), target), direct) < 0.02


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize("place", [(48.8566, 2.3522), (0.0, 0.0), (-33.87, 151.21), (60.0, 100.0)])
def test_outside_china_nothing_moves(place: Position, datum: Datum) -> None:
    assert from_wgs84(*place, datum) == place
    assert to_wgs84(*place, datum) == place


def test_in_longhua_a_mixed_datum_misses_the_neighbourhood() -> None:
    amap, baidu = [], []
    for row in range(21):
        for column in range(21):
            here = (22.58 + row * 0.008, 113.95 + column * 0.008)
            amap.append(metres(here, from_wgs84(*here, Datum.GCJ02)))
            baidu.append(metres(here, from_wgs84(*here, Datum.BD09)))
    assert min(amap) > 595 and max(amap) < 610
    assert min(baidu) > 1200 and max(baidu) < 1265
