"""The demo's areas: Longhua's real names and codes, outlines drawn as a grid and marked 示意."""

from dataclasses import dataclass, field
from typing import Any

# Degrees WGS-84: about where the district lies. The cells inside are drawn, not surveyed.
SOUTH, WEST, NORTH, EAST = 22.590, 113.970, 22.770, 114.090
DISTRICT = ("440309", "龙华区", "Longhua District")
# Code, name, English, column and row (from the south-west) in a grid of 2 x 3.
SUBDISTRICTS = (
    ("440309001", "观湖街道", "Guanhu", 1, 1),
    ("440309002", "民治街道", "Minzhi", 1, 0),
    ("440309003", "龙华街道", "Longhua", 0, 0),
    ("440309004", "大浪街道", "Dalang", 0, 1),
    ("440309005", "福城街道", "Fucheng", 0, 2),
    ("440309006", "观澜街道", "Guanlan", 1, 2),
)
# Published: km2, people, of them registered there (2017 notice; 民治社区 without the last).
FIGURES: dict[str, dict[str, Any]] = {
    "民乐社区": {"km2": 3.3, "people": 64904, "registered": 14717},
    "民泰社区": {"km2": 3.9, "people": 30198, "registered": 8243},
    "白石龙社区": {"km2": 1.46, "people": 42879, "registered": 3026},
    "民治社区": {"km2": 2.095, "people": 51500, "buildings": 1258},
}
MINZHI = (
    "民乐社区",
    "民治社区",
    "白石龙社区",
    "民泰社区",
    "民强社区",
    "民新社区",
    "北站社区",
    "上芬社区",
    "樟坑社区",
    "大岭社区",
    "龙塘社区",
    "新牛社区",
)
ESTATES = ("老村", "花园", "新村", "雅苑")


@dataclass
class Cell:
    """An area to be made, with the box that is its outline."""

    level: str
    code: str
    name_zh: str
    name_en: str
    south: float
    west: float
    north: float
    east: float
    figures: dict[str, Any] = field(default_factory=dict)
    inside: list["Cell"] = field(default_factory=list)

    def outline(self) -> dict[str, Any]:
        """The box as a polygon."""
        s, w, n, e = self.south, self.west, self.north, self.east
        return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}

    def centre(self) -> tuple[float, float]:
        """(lat, lon) of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def part(self, column: int, columns: int, row: int, rows: int) -> dict[str, Any]:
        """The box of one field of a grid laid over this cell; neighbours share their edge."""
        height, width = self.north - self.south, self.east - self.west
        return {
            "south": self.south + height * row / rows,
            "north": self.south + height * (row + 1) / rows,
            "west": self.west + width * column / columns,
            "east": self.west + width * (column + 1) / columns,
        }


def district(*, everywhere: bool) -> Cell:
    """The whole tree. `everywhere` divides all six subdistricts, else only 民治 in full depth."""
    top = Cell("district", *DISTRICT, SOUTH, WEST, NORTH, EAST)
    for code, name_zh, name_en, column, row in SUBDISTRICTS:
        box = top.part(column, 2, row, 3)
        sub = Cell("subdistrict", code, name_zh, name_en, **box)
        names = MINZHI if code == "440309002" else _made_up(name_zh, 20 if everywhere else 4)
        _divide(sub, names, "community", deep=code == "440309002")
        top.inside.append(sub)
    return top


def _made_up(subdistrict: str, count: int) -> tuple[str, ...]:
    stem = subdistrict.removesuffix("街道")
    return tuple(f"{stem}示范{number}社区" for number in range(1, count + 1))


def _divide(parent: Cell, names: tuple[str, ...], level: str, *, deep: bool) -> None:
    columns = 4 if len(names) >= 8 else 2
    rows = -(-len(names) // columns)
    for number, name in enumerate(names):
        row = number // columns
        in_row = min(columns, len(names) - row * columns)
        box = parent.part(number % columns, in_row, row, rows)
        code = f"{parent.code}{number + 1:03d}"
        made = Cell(level, code, name, "", **box, figures=FIGURES.get(name, {}))
        if level == "community":
            made.name_en = f"Community {code[-6:]}"
            if deep:
                _divide(made, ("东片区", "西片区"), "block", deep=True)
        elif level == "block":
            _divide(made, ("一网格", "二网格"), "grid", deep=False)
        parent.inside.append(made)
