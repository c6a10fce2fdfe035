"""The gazetteer: one key for all spellings, two characters find it, places in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.areas.gazetteer import (
    Kind,
    Place,
    building_in,
    match_score,
    rank,
    rough_name,
    search_key,
)

VILLAGE = Place(1, "民乐老村", ("老村",), Kind.ESTATE, 9, 22.6, 114.0)
HOUSE = Place(2, "民乐老村3栋", (), Kind.BUILDING, 9, 22.6, 114.0, parent_id=1)
HOUSE_13 = Place(3, "民乐老村13栋", (), Kind.BUILDING, 9, 22.6, 114.0, parent_id=1)
GARDEN = Place(4, "和顺花园", ("Heshun Garden",), Kind.ESTATE, 9, 22.6, 114.0)
PARK = Place(5, "民乐公园", (), Kind.LANDMARK, 9, 22.6, 114.0)
ALL = [VILLAGE, HOUSE, HOUSE_13, GARDEN, PARK]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("民乐老村 3栋", "民乐老村3栋"),
        ("民乐老村３号楼", "民乐老村3栋"),
        ("民乐老村3座", "民乐老村3栋"),
        ("民乐老村3#", "民乐老村3栋"),
        ("民乐老村第三栋", "民乐老村3栋"),
        ("民樂老村3棟", "民乐老村3栋"),
        ("民乐老村十二栋", "民乐老村12栋"),
        ("民乐老村二十号楼", "民乐老村20栋"),
        ("民乐老村二十一座", "民乐老村21栋"),
        ("Ａ３ 座", "a3栋"),
        ("三联永恒", "三联永恒"),
        ("HeShun-Garden", "heshungarden"),
        ("🙂  !!", ""),
    ],
)
def test_spellings_of_one_place_share_a_key(written: str, key: str) -> None:
    assert search_key(written) == key


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


def test_two_characters_find_the_estate_before_its_buildings() -> None:
    assert rank("民乐", ALL) == [VILLAGE, PARK, HOUSE, HOUSE_13]
    assert rank("老村", ALL)[0] == VILLAGE
    assert rank("和顺", ALL) == [GARDEN]


def test_one_character_finds_nothing() -> None:
    assert rank("民", ALL) == []
    assert rank(" ", ALL) == []


@pytest.mark.parametrize("typed", ["民乐老村3栋", "民乐 3栋", "老村 三栋", "民樂老村３號樓"])
def test_a_building_is_found_however_it_is_typed(typed: str) -> None:
    assert rank(typed, ALL)[0] == HOUSE


def test_the_very_name_is_one_and_another_is_zero() -> None:
    assert match_score("民乐老村", VILLAGE) == 1.0
    assert 0 < match_score("heshun garden", GARDEN) < 1
    assert match_score("红山", VILLAGE) == 0.0
    assert match_score("民乐老村", HOUSE) > match_score("老村", HOUSE) > 0


def test_the_rough_name_never_tells_the_building() -> None:
    assert rough_name(HOUSE, VILLAGE, "民乐社区") == "民乐老村"
    assert rough_name(HOUSE, None, "民乐社区") == "民乐社区"
    assert rough_name(VILLAGE, None, "民乐社区") == "民乐老村"
    odd = Place(7, "北站公寓 A座1203", (), Kind.ESTATE, 9, 22.6, 114.0)
    assert rough_name(odd, None, "北站社区") == "北站公寓"
    bare = Place(8, "3栋", (), Kind.LANDMARK, 9, 22.6, 114.0)
    assert rough_name(bare, None, "北站社区") == "北站社区"


def test_building_in_a_text() -> None:
    assert building_in("我在第十栋门口") == "10栋"
    assert building_in("没有楼号") is None
