"""Reads of areas: which area, which place, which zone."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.models import Area, Place
from app.areas.queries import (
    area_by_path,
    area_names,
    area_of_point,
    find_places,
    outlines,
    place_by_code,
    place_by_id,
    place_in,
    root_area,
    tree,
    zone_of,
)
from tests.factories import HOME, Community, area, community


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def add_places(session: Session, place: Community, *names: str) -> None:
    for number, name in enumerate(names):
        session.add(
            Place(
                public_code=f"p{number}",
                area_id=place.other.id,
                area_path=place.other.path,
                kind="estate",
                name=name,
                search_key=name,
                rough_name=name,
                lat=HOME[0] + 0.06,
                lon=HOME[1],
            )
        )
    session.commit()


def names(session: Session, text: str, area_path: str | None = None) -> list[str]:
    return [found.name for found in find_places(session, text, area_path)]


def test_point_lies_in_the_smallest_area(session: Session, place: Community) -> None:
    points = [(0.0, place.here), (0.06, place.other), (0.03, place.subdistrict)]
    for north, expected in points:
        found = area_of_point(session, HOME[0] + north, HOME[1])
        assert found is not None and found.id == expected.id
    assert area_of_point(session, 39.9, 116.4) is None


def test_hole_and_retired_area_hold_no_point(session: Session, place: Community) -> None:
    assert place.here.outline
    ring = place.here.outline["coordinates"][0]
    lat, lon = HOME
    hole = [
        [lon + x, lat + y] for x, y in ((-0.01, -0.01), (0.01, -0.01), (0, 0.01), (-0.01, -0.01))
    ]
    place.here.outline = {"type": "Polygon", "coordinates": [ring, hole]}
    session.commit()
    found = area_of_point(session, lat, lon)
    assert found is not None and found.id == place.subdistrict.id
    session.execute(update(Area).values(active=False))
    assert area_of_point(session, lat, lon) is None


def test_area_without_an_outline_holds_no_point(session: Session, place: Community) -> None:
    block = area(session, "block", "b1", "一片区", place.here, 0.02)
    block.outline = None
    session.commit()
    found = area_of_point(session, *HOME)
    assert found is not None and found.id == place.here.id


def test_two_characters_find_a_place(session: Session, place: Community) -> None:
    assert names(session, "民乐") == ["民乐老村", "民乐老村3栋"]
    assert names(session, "民") == [] and names(session, "  ") == []
    assert names(session, "老村") == ["民乐老村", "民乐老村3栋"]
    assert names(session, "没有这里") == []


@pytest.mark.parametrize("typed", ["民乐老村3栋", "民乐 3号楼", "民乐老村 3#", "民樂老村3棟"])
def test_every_spelling_finds_the_building(session: Session, place: Community, typed: str) -> None:
    assert names(session, typed) == ["民乐老村3栋"]


def test_names_that_begin_so_come_first_and_short_ones_before(
    session: Session, place: Community
) -> None:
    add_places(session, place, "新民乐", "民乐花园北区", "民乐苑")
    assert names(session, "民乐") == ["民乐苑", "民乐老村", "民乐老村3栋", "民乐花园北区", "新民乐"]
    assert names(session, "民乐", place.other.path) == ["民乐苑", "民乐花园北区", "新民乐"]
    assert len(find_places(session, "民乐", limit=2)) == 2


@pytest.mark.parametrize("typed", ["%%", "__", "%乐%", "\\\\", "' OR 1=1", "a" * 10_000, "😀😀"])
def test_odd_input_finds_nothing_and_breaks_nothing(
    session: Session, place: Community, typed: str
) -> None:
    assert "民乐老村3栋" not in names(session, typed)


def test_place_in_a_text_is_the_longest_name(session: Session, place: Community) -> None:
    found = place_in(session, "请到民乐老村3栋楼下")
    assert found is not None and found.id == place.building.id
    assert place_in(session, "买药") is None and place_in(session, "") is None
    add_places(session, place, "买药")
    assert place_in(session, "买药") is None


def test_place_by_id_and_by_the_code_of_its_poster(session: Session, place: Community) -> None:
    found = place_by_code(session, place.estate.public_code)
    assert found is not None and found == place_by_id(session, place.estate.id)
    assert (found.area_name, found.rough_name) == ("民乐社区", "民乐老村")
    assert place_by_code(session, "nothing") is None and place_by_id(session, 10**9) is None


def test_root_path_names_and_zone(session: Session, place: Community) -> None:
    root, here = root_area(session), area_by_path(session, place.here.path)
    assert root is not None and root.id == place.district.id
    assert here is not None and here.id == place.here.id
    assert area_by_path(session, "/0/") is None
    assert area_names(session, [place.here.id]) == {place.here.id: "民乐社区"}
    place.here.timezone = "Asia/Urumqi"
    session.commit()
    assert zone_of(session, place.here.path) == ZoneInfo("Asia/Urumqi")
    assert zone_of(session, "/0/") == ZoneInfo("Asia/Shanghai")


def test_tree_has_parents_before_children(session: Session, place: Community) -> None:
    rows = tree(session)
    seen: set[int | None] = {None}
    for row in rows:
        assert row.parent_id in seen
        seen.add(row.id)
    assert len(rows) == 4 and all(row.drawn for row in rows)
    assert [row.id for row in tree(session, place.other.path)] == [place.other.id]


def test_outlines_of_a_level_as_geojson(session: Session, place: Community) -> None:
    drawn = outlines(session, levels=("community",), paths=[place.here.path])
    assert drawn["type"] == "FeatureCollection"
    assert [one["properties"]["name"] for one in drawn["features"]] == ["民乐社区"]
    assert drawn["features"][0]["geometry"]["type"] == "Polygon"
    assert len(outlines(session, levels=("community",))["features"]) == 2
