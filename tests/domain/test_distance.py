"""Distances against geopy's geodesic, and the box around a circle."""

from math import pi

import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.distance import (
    EARTH_RADIUS_M,
    box_around,
    chord_of,
    earth_point,
    metres_apart,
    metres_between,
    metres_of,
)

PROPERTY = settings(max_examples=150, deadline=None)
LATS = st.floats(-90, 90)
LONS = st.floats(-180, 180)
BEARINGS = st.floats(0, 360)


def reached(lat: float, lon: float, metres: float, bearing: float) -> tuple[float, float]:
    """The position this many metres from a place at a bearing in degrees."""
    there = geodesic(meters=metres).destination((lat, lon), bearing)
    return there.latitude, there.longitude


def test_a_degree_in_shenzhen_is_as_long_as_surveyors_say() -> None:
    assert metres_between(22, 114, 23, 114) == pytest.approx(110_737.1, abs=0.1)
    assert metres_between(22.6, 114, 22.6, 115) == pytest.approx(102_821.9, abs=0.1)


def test_the_same_place_is_no_distance_and_the_other_side_half_the_circle() -> None:
    assert metres_between(22.6, 114.03, 22.6, 114.03) == 0
    assert metres_between(0, 0, 0, 180) == pytest.approx(EARTH_RADIUS_M * pi)


def test_the_shortest_way_goes_over_the_date_line_and_the_pole() -> None:
    assert metres_between(0, 179.99, 0, -179.99) == pytest.approx(2_226.4, abs=0.1)
    assert metres_between(89.99, 0, 89.99, 180) == pytest.approx(2_233.9, abs=0.1)


@PROPERTY
@given(LATS, LONS, st.floats(0, 20_000), BEARINGS)
def test_within_a_city_it_is_the_geodesic_to_a_tenth_of_a_millimetre(
    lat: float, lon: float, metres: float, bearing: float
) -> None:
    assert metres_between(lat, lon, *reached(lat, lon, metres, bearing)) == pytest.approx(
        metres, abs=0.000_1
    )


@PROPERTY
@given(LATS, LONS, st.floats(0, 100_000), BEARINGS)
def test_within_a_province_it_is_the_geodesic_to_two_centimetres(
    lat: float, lon: float, metres: float, bearing: float
) -> None:
    assert metres_between(lat, lon, *reached(lat, lon, metres, bearing)) == pytest.approx(
        metres, abs=0.02
    )


@PROPERTY
@given(LATS, LONS, LATS, LONS)
def test_between_any_two_places_it_is_roughly_right(
    lat_a: float, lon_a: float, lat_b: float, lon_b: float
) -> None:
    told = geodesic((lat_a, lon_a), (lat_b, lon_b)).meters
    assert metres_between(lat_a, lon_a, lat_b, lon_b) == pytest.approx(told, rel=0.05, abs=0.001)


@PROPERTY
@given(st.floats(0, 1_000_000, allow_subnormal=False))
def test_a_chord_is_never_longer_than_its_way(metres: float) -> None:
    assert chord_of(metres) <= metres * (1 + 1e-8)
    assert metres_of(chord_of(metres)) == pytest.approx(metres, abs=1e-6)


def test_points_stand_where_the_ellipsoid_is() -> None:
    assert earth_point(0, 0) == pytest.approx((6_378_137.0, 0, 0))
    assert earth_point(90, 0) == pytest.approx((0, 0, 6_356_752.314), abs=0.001)
    assert metres_apart(earth_point(22.6, 114), earth_point(22.6, 114)) == 0


@PROPERTY
@given(LATS, LONS, LATS, LONS)
def test_there_is_as_far_as_back(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    there = metres_between(lat_a, lon_a, lat_b, lon_b)
    assert there == pytest.approx(metres_between(lat_b, lon_b, lat_a, lon_a))
    assert 0 <= there <= EARTH_RADIUS_M * pi


@PROPERTY
@given(LATS, LONS, st.floats(0, 200_000), st.floats(0, 1), st.floats(0, 360))
def test_the_box_holds_the_whole_circle(
    lat: float, lon: float, radius: float, share: float, bearing: float
) -> None:
    box = box_around(lat, lon, radius)
    to_lat, to_lon = reached(lat, lon, radius * share, bearing)
    # Allows for the rounding of `reached` itself, which is coarse near the poles.
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
    assert metres_between(22.6, 114.03, box.north, 114.03) == pytest.approx(1500, rel=0.015)
    assert metres_between(22.6, 114.03, 22.6, box.east) == pytest.approx(1500, rel=0.015)
