"""The demo's areas: real names and codes, and children that tile their parent."""

from collections import Counter
from random import Random

import pytest

from app.areas.outlines import bounds, contains, read_outline, square_metres
from app.cli.demo.areas import DemoArea, demo_areas
from app.cli.demo.sizes import LARGE, MINZHI, SMALL, Size

AREAS = {SMALL.name: demo_areas(SMALL), LARGE.name: demo_areas(LARGE)}


def children(areas: list[DemoArea]) -> dict[str, list[DemoArea]]:
    found: dict[str, list[DemoArea]] = {}
    for area in areas:
        if area.parent_code:
            found.setdefault(area.parent_code, []).append(area)
    return found


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: size.name)
def test_areas_of_children_sum_to_their_parent(size: Size) -> None:
    by_code = {area.code: area for area in AREAS[size.name]}
    for code, parts in children(AREAS[size.name]).items():
        whole = square_metres_at(by_code[code], by_code[code])
        assert sum(square_metres_at(part, by_code[code]) for part in parts) == pytest.approx(
            whole, rel=1e-6
        )


def square_metres_at(area: DemoArea, parent: DemoArea) -> float:
    """The area with the scale of its parent, whose middle latitude is another."""
    own, above = bounds(area.outline), bounds(parent.outline)
    shift = (above.south + above.north - own.south - own.north) / 2
    ring = [[lon, lat + shift] for lon, lat in area.outline["coordinates"][0]]
    return square_metres({"type": "Polygon", "coordinates": [ring]})


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: size.name)
def test_a_place_lies_in_exactly_one_child(size: Size) -> None:
    areas = AREAS[size.name]
    outlines = {area.code: area.outline for area in areas}
    below = children(areas)
    random = Random(5)
    tried = 0
    while tried < 300:
        lat, lon = random.uniform(22.59, 22.75), random.uniform(113.96, 114.10)
        if not contains(outlines["440309"], lat, lon):
            continue
        tried += 1
        code = "440309"
        while code in below:
            inside = [a.code for a in below[code] if contains(outlines[a.code], lat, lon)]
            assert len(inside) == 1
            code = inside[0]


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: size.name)
def test_outlines_are_good_geojson_and_codes_are_unique(size: Size) -> None:
    areas = AREAS[size.name]
    for area in areas:
        assert read_outline(area.outline) == area.outline
        assert area.schematic
    assert len({area.code for area in areas}) == len(areas)
    assert len({area.name_zh for area in areas}) == len(areas)
    known: set[str] = set()
    for area in areas:
        assert area.parent_code is None or area.parent_code in known
        known.add(area.code)


def test_the_district_is_as_large_as_published_and_lies_where_it_should() -> None:
    district = AREAS["small"][0]
    assert 150e6 < square_metres(district.outline) < 200e6
    assert contains(district.outline, 22.6574, 114.0162)
    minzhi = next(area for area in AREAS["small"] if area.code == MINZHI)
    assert 25e6 < square_metres(minzhi.outline) < 34e6


def test_subdistricts_have_their_names_and_codes() -> None:
    found = {a.code: a.name_zh[:2] for a in AREAS["small"] if a.level == "subdistrict"}
    names = ["观湖", "民治", "龙华", "大浪", "福城", "观澜"]
    assert found == {f"44030900{n}": name for n, name in enumerate(names, start=1)}


def test_published_figures_stand_at_their_communities() -> None:
    figures = {area.name_zh: area.figures for area in AREAS["small"]}
    assert figures["民乐社区"]["residents"] == 64_904
    assert figures["民泰社区"]["registered"] == 8_243
    assert figures["白石龙社区"]["area_km2"] == 1.46
    assert figures["民治社区"]["buildings"] == 1_258
    assert figures["龙华区"]["residents"] == 2_528_872


def test_counts_of_both_sizes() -> None:
    small = Counter(area.level for area in AREAS["small"])
    large = Counter(area.level for area in AREAS["large"])
    assert (small["district"], small["subdistrict"], small["community"]) == (1, 6, 12)
    assert (large["district"], large["subdistrict"], large["community"]) == (1, 6, 110)
    assert 6 <= large["block"] / 110 <= 8 and 5 <= large["grid"] / large["block"] <= 7


def test_made_up_names_say_so() -> None:
    for area in AREAS["large"]:
        if area.level == "community" and not (area.parent_code or "").endswith("002"):
            assert area.synthetic and "示例" in area.name_zh


def test_the_same_again_every_time() -> None:
    assert demo_areas(SMALL) == AREAS["small"]
    minzhi = [area for area in AREAS["large"] if area.code.startswith(MINZHI)]
    assert minzhi == [area for area in AREAS["small"] if area.code.startswith(MINZHI)]
