"""Straight lines on the sphere, and the box around a circle."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.distance import EARTH_RADIUS_M, box_around, metres_between

PROPERTY = settings(max_examples=200, deadline=None)
LATS = st.floats(-90, 90)
LONS = st.floats(-180, 180)


def reached(lat: float, lon: float, metres: float, bearing: float) -> tuple[float, float]:
    """Where one arrives from a place, going so many metres by a bearing in degrees."""
    angle, course, north = metres / EARTH_RADIUS_M, radians(bearing), radians(lat)
    to = asin(sin(north) * cos(angle) + cos(north) * sin(angle) * cos(course))
    turn = atan2(sin(course) * sin(angle) * cos(north), cos(angle) - sin(north) * sin(to))
    east = lon + degrees(turn)
    return degrees(to), east - 360 if east > 180 else east + 360 if east < -180 else east


def test_a_degree_of_the_meridian_is_a_360th_of_the_circle() -> None:
    assert metres_between(22, 114, 23, 114) == pytest.approx(111_195.08, abs=0.01)


def test_a_degree_of_longitude_is_shorter_in_shenzhen_than_at_the_equator() -> None:
    assert metres_between(22.6, 114, 22.6, 115) == pytest.approx(102_656, abs=5)


def test_the_same_place_is_no_distance_and_the_other_side_half_the_circle() -> None:
    assert metres_between(22.6, 114.03, 22.6, 114.03) == 0
    assert metres_between(0, 0, 0, 180) == pytest.approx(EARTH_RADIUS_M * 3.14159265359)
    assert metres_between(90, 0, -90, 77) == pytest.approx(EARTH_RADIUS_M * 3.14159265359)


def test_the_shortest_way_goes_over_the_date_line() -> None:
    assert metres_between(0, 179.99, 0, -179.99) == pytest.approx(2_223.9, abs=0.1)


@PROPERTY
@given(LATS, LONS, LATS, LONS)
def test_there_is_as_far_as_back(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    there = metres_between(lat_a, lon_a, lat_b, lon_b)
    assert there == pytest.approx(metres_between(lat_b, lon_b, lat_a, lon_a))
    assert 0 <= there <= EARTH_RADIUS_M * 3.1415926536


@PROPERTY
@given(st.floats(-80, 80), LONS, st.floats(1, 50_000), st.floats(0, 360))
def test_distance_is_what_was_walked(lat: float, lon: float, metres: float, bearing: float) -> None:
    assert metres_between(lat, lon, *reached(lat, lon, metres, bearing)) == pytest.approx(
        metres, abs=0.01
    )


@PROPERTY
@given(LATS, LONS, st.floats(0, 200_000), st.floats(0, 1), st.floats(0, 360))
def test_the_box_holds_the_whole_circle(
    lat: float, lon: float, radius: float, share: float, bearing: float
) -> None:
    box = box_around(lat, lon, radius)
    to_lat, to_lon = reached(lat, lon, radius * share, bearing)
    # For the rounding of `reached` itself, which is coarse beside the poles.
    slack = 1e-9 if abs(lat) < 89 else 1e-3
    assert box.south - slack <= to_lat <= box.north + slack
    assert box.west - slack <= to_lon <= box.east + slack


@pytest.mark.parametrize(("lat", "lon"), [(89.999, 10), (-89.999, 10), (0, 179.999), (0, -180)])
def test_the_box_takes_all_longitudes_at_a_pole_or_the_date_line(lat: float, lon: float) -> None:
    box = box_around(lat, lon, 1500)
    assert (box.west, box.east) == (-180, 180)
    assert -90 <= box.south < box.north <= 90


def test_the_box_around_a_district_is_not_much_larger_than_the_circle() -> None:
    box = box_around(22.6, 114.03, 1500)
    assert metres_between(22.6, 114.03, box.north, 114.03) == pytest.approx(1500, rel=0.01)
    assert metres_between(22.6, 114.03, 22.6, box.east) == pytest.approx(1500, rel=0.01)
