"""The demo's tree of areas: real names down to the communities of Minzhi, the rest made up."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.cli.demo.geometry import (
    Corners,
    cut,
    district_corners,
    outline_of,
    subdistrict_corners,
)
from app.cli.demo.sizes import MINZHI, Size

SEED = "diandan demo"
# 统计用区划代码 of 2023; below the subdistricts codes are the demo's own.
OFFICIAL, OWN = "stats", "demo"
DISTRICT_CODE = "440309"


@dataclass(frozen=True, slots=True)
class DemoArea:
    """A node of the tree. Parents come before children. `corners` is not for the database.

    `figures` holds published numbers only; `synthetic` says that the name is made up.
    """

    scheme: str
    code: str
    level: str
    name_zh: str
    name_en: str
    parent_code: str | None
    corners: Corners
    synthetic: bool
    figures: dict[str, Any] = field(default_factory=dict)
    schematic: bool = True

    @property
    def outline(self) -> dict[str, Any]:
        """The GeoJSON Polygon."""
        return outline_of(self.corners)


SUBDISTRICTS = (
    ("440309001", "观湖街道", "Guanhu Subdistrict", 16),
    (MINZHI, "民治街道", "Minzhi Subdistrict", 12),
    ("440309003", "龙华街道", "Longhua Subdistrict", 26),
    ("440309004", "大浪街道", "Dalang Subdistrict", 20),
    ("440309005", "福城街道", "Fucheng Subdistrict", 16),
    ("440309006", "观澜街道", "Guanlan Subdistrict", 20),
)
DISTRICT_FIGURES = {
    "area_km2": 175.58,
    "residents": 2_528_872,
    "residents_year": 2020,
    "subdistricts": 6,
    "community_stations": 56,
    "residents_committees": 110,
    "committees_year": 2021,
}
MINZHI_FIGURES = {
    "area_km2": 29.26,
    "residents": 683_600,
    "community_stations": 12,
    "year": 2017,
}
# Square kilometres where published; the rest share what remains of the subdistrict.
MINZHI_COMMUNITIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "民乐社区",
        "Minle Community",
        {"area_km2": 3.3, "residents": 64_904, "registered": 14_717, "year": 2017},
    ),
    (
        "白石龙社区",
        "Baishilong Community",
        {"area_km2": 1.46, "residents": 42_879, "registered": 3_026, "year": 2017},
    ),
    (
        "民泰社区",
        "Mintai Community",
        {"area_km2": 3.9, "residents": 30_198, "registered": 8_243, "year": 2017},
    ),
    (
        "民治社区",
        "Minzhi Community",
        {"area_km2": 2.095, "residents": 51_500, "buildings": 1_258},
    ),
    ("龙塘社区", "Longtang Community", {}),
    ("新牛社区", "Xinniu Community", {}),
    ("北站社区", "Beizhan Community", {}),
    ("民新社区", "Minxin Community", {}),
    ("上芬社区", "Shangfen Community", {}),
    ("民强社区", "Minqiang Community", {}),
    ("大岭社区", "Daling Community", {}),
    ("樟坑社区", "Zhangkeng Community", {}),
)


def demo_areas(size: Size) -> list[DemoArea]:
    """The district, its six subdistricts, and all below those that the size details."""
    areas = [
        DemoArea(
            OFFICIAL,
            DISTRICT_CODE,
            "district",
            "龙华区",
            "Longhua District",
            None,
            district_corners(),
            synthetic=False,
            figures=DISTRICT_FIGURES,
        )
    ]
    for code, name_zh, name_en, communities in SUBDISTRICTS:
        subdistrict = DemoArea(
            OFFICIAL,
            code,
            "subdistrict",
            name_zh,
            name_en,
            DISTRICT_CODE,
            subdistrict_corners(code[-3:]),
            synthetic=False,
            figures=MINZHI_FIGURES if code == MINZHI else {},
        )
        areas.append(subdistrict)
        if code in size.detailed:
            areas += _communities(subdistrict, communities)
    return areas


def _communities(subdistrict: DemoArea, count: int) -> list[DemoArea]:
    random = Random(f"{SEED}:{subdistrict.code}")
    named = _named(subdistrict, count)
    known = [figures["area_km2"] for _, _, figures in named if "area_km2" in figures]
    whole = subdistrict.figures.get("area_km2", float(count))
    left = (whole - sum(known)) / (count - len(known))
    shares = [float(figures.get("area_km2", left)) for _, _, figures in named]
    areas: list[DemoArea] = []
    for number, (name, corners) in enumerate(
        zip(named, cut(subdistrict.corners, shares, random), strict=True), start=1
    ):
        community = DemoArea(
            OWN,
            f"{subdistrict.code}-C{number:02}",
            "community",
            name[0],
            name[1],
            subdistrict.code,
            corners,
            synthetic=subdistrict.code != MINZHI,
            figures=name[2],
        )
        areas += [community, *_blocks(community)]
    return areas


def _named(subdistrict: DemoArea, count: int) -> list[tuple[str, str, dict[str, Any]]]:
    if subdistrict.code == MINZHI:
        return list(MINZHI_COMMUNITIES)
    zh, en = subdistrict.name_zh.removesuffix("街道"), subdistrict.name_en.split()[0]
    return [
        (f"{zh}示例{number:02}社区", f"{en} Sample Community {number:02}", {})
        for number in range(1, count + 1)
    ]


def _blocks(community: DemoArea) -> list[DemoArea]:
    """About seven blocks a community and six grids a block, as Longgang's published ratio."""
    random = Random(f"{SEED}:{community.code}")
    zh, en = community.name_zh.removesuffix("社区"), community.name_en.replace(" Community", "")
    areas: list[DemoArea] = []
    for number, corners in enumerate(_pieces(community, random.randint(6, 8), random), start=1):
        block = DemoArea(
            OWN,
            f"{community.code}-B{number:02}",
            "block",
            f"{zh}第{number}片区",
            f"{en} Block {number}",
            community.code,
            corners,
            synthetic=True,
        )
        areas += [block, *_grids(block, random)]
    return areas


def _grids(block: DemoArea, random: Random) -> list[DemoArea]:
    return [
        DemoArea(
            OWN,
            f"{block.code}-G{number:02}",
            "grid",
            f"{block.name_zh}{number:02}网格",
            f"{block.name_en} Grid {number:02}",
            block.code,
            corners,
            synthetic=True,
        )
        for number, corners in enumerate(_pieces(block, random.randint(5, 7), random), start=1)
    ]


def _pieces(parent: DemoArea, count: int, random: Random) -> list[Corners]:
    return cut(parent.corners, [random.uniform(0.7, 1.4) for _ in range(count)], random)
