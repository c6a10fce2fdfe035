"""Outlines: what is refused and why, what is inside, where the name stands."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.areas.outlines import (
    BadOutline,
    Bounds,
    bounds,
    centre,
    contains,
    read_outline,
)
from app.usecases.community.draw_areas import BAD_OUTLINES

SQUARE = [[114.0, 22.6], [114.1, 22.6], [114.1, 22.7], [114.0, 22.7], [114.0, 22.6]]
HOLE = [[114.04, 22.64], [114.06, 22.64], [114.06, 22.66], [114.04, 22.66], [114.04, 22.64]]
FAR = [[115.0, 22.6], [115.1, 22.6], [115.1, 22.7], [115.0, 22.6]]


def polygon(*rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def around(count: int) -> list[list[float]]:
    ring = [
        [math.cos(2 * math.pi * n / count), math.sin(2 * math.pi * n / count)] for n in range(count)
    ]
    return [*ring, ring[0]]


BAD = [
    ("not_json", "{"),
    ("not_json", ""),
    ("not_json", b"\xff\xfe\x00"),
    ("not_json", "[" * 200_000),
    ("too_large", " " * 2_000_001),
    ("not_geojson", "[]"),
    ("not_geojson", "{}"),
    ("not_geojson", {"type": "Circle"}),
    ("not_geojson", {"type": "Polygon"}),
    ("not_geojson", polygon([1, 2, 3, 1])),
    ("not_geojson", {"type": "Polygon", "coordinates": "x"}),
    ("not_geojson", {"type": "Feature"}),
    ("not_geojson", feature(feature(polygon(SQUARE)))),
    ("not_geojson", collection(polygon(SQUARE))),
    ("not_polygon", {"type": "Point", "coordinates": [114, 22]}),
    ("not_polygon", feature(None)),
    ("not_polygon", collection()),
    ("not_polygon", collection(feature(polygon(SQUARE)), feature(polygon(FAR)))),
    ("not_polygon", polygon()),
    ("not_polygon", polygon([[114, 22], [115, 22], [116, 22], [114, 22]])),
    ("too_many_points", polygon(around(20_000))),
    ("outside_range", polygon([[114, 95], [115, 22], [116, 22], [114, 95]])),
    ("outside_range", polygon([[1.2e7, 2.5e6], [1.3e7, 2.5e6], [1.3e7, 3e6], [1.2e7, 2.5e6]])),
    ("swapped", polygon([[22, 114], [23, 114], [23, 115], [22, 114]])),
    ("outside_range", polygon([["114", 22], [115, 22], [116, 23], ["114", 22]])),
    (
        "outside_range",
        '{"type":"Polygon","coordinates":[[[NaN,22],[115,22],[115,23],[NaN,22]]]}',
    ),
    ("ring_not_closed", polygon(SQUARE[:-1])),
    ("ring_not_closed", polygon(SQUARE[:2])),
]


@pytest.mark.parametrize(("code", "value"), BAD)
def test_bad_outlines_say_why(code: str, value: Any) -> None:
    with pytest.raises(BadOutline) as refused:
        read_outline(value)
    assert refused.value.code == code


def test_every_reason_is_tried_and_has_words() -> None:
    assert {code for code, _ in BAD} == set(BAD_OUTLINES)


@pytest.mark.parametrize(
    "value",
    [
        polygon(SQUARE),
        feature(polygon(SQUARE)),
        collection(feature(polygon(SQUARE))),
        json.dumps(polygon(SQUARE)),
        json.dumps(collection(feature(polygon(SQUARE)))).encode(),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        polygon([[*point, 12.0] for point in SQUARE]),
    ],
)
def test_one_polygon_is_read_from_every_wrapping(value: Any) -> None:
    outline = read_outline(value)
    read = (
        outline["coordinates"][0] if outline["type"] == "MultiPolygon" else outline["coordinates"]
    )
    assert read == [SQUARE]
    assert bounds(outline) == Bounds(south=22.6, west=114.0, north=22.7, east=114.1)


def test_read_again_is_the_same() -> None:
    several = read_outline({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [FAR]]})
    assert read_outline(json.dumps(several)) == several


def test_inside_outside_and_in_the_hole() -> None:
    outline = read_outline({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [FAR]]})
    assert contains(outline, 22.61, 114.01)
    assert not contains(outline, 22.65, 114.05)
    assert contains(outline, 22.62, 115.08)
    assert not contains(outline, 22.69, 115.01)
    assert not contains(outline, 22.65, 114.5)


@given(st.floats(22.6, 22.7, exclude_max=True), st.floats(114.0, 114.1, exclude_max=True))
def test_two_halves_share_no_place_and_miss_none(lat: float, lon: float) -> None:
    low = read_outline(polygon([SQUARE[0], SQUARE[1], SQUARE[2], SQUARE[0]]))
    high = read_outline(polygon([SQUARE[2], SQUARE[3], SQUARE[0], SQUARE[2]]))
    assert contains(low, lat, lon) + contains(high, lat, lon) == 1


def test_the_name_stands_in_the_middle_or_else_inside() -> None:
    assert centre(read_outline(polygon(SQUARE))) == pytest.approx((22.65, 114.05))
    ring = read_outline(polygon(SQUARE, HOLE))
    assert contains(ring, *centre(ring))
    bent = [[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [1, 1], [1, 10], [0, 10], [0, 0]]
    crescent = read_outline(polygon(bent))
    assert contains(crescent, *centre(crescent))
