"""Names of places as people write them: one key for all spellings, and places inside a text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# 3 号楼, 3#, 3 座 and 三栋 are all 3 栋.
DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
BUILDING = re.compile(r"(\d{1,4}|[a-z]\d{0,3})(?:号楼|號樓|栋|棟|座|幢|#)")
TRADITIONAL = str.maketrans(
    "樂灣區園華龍廣場號樓棟東門寧觀瀾強豐漢陽聖馬頭嶺長新",
    "乐湾区园华龙广场号楼栋东门宁观澜强丰汉阳圣马头岭长新",
)
KEPT_TEXT = 400


def search_key(name: str) -> str:
    """The spelling by which a name is stored and sought."""
    plain = unicodedata.normalize("NFKC", name[:KEPT_TEXT]).lower().translate(TRADITIONAL)
    plain = "".join(c for c in plain if c.isalnum() or c == "#")
    plain = _chinese_building(plain)
    return BUILDING.sub(lambda found: f"{found.group(1)}栋", plain)


def _chinese_building(text: str) -> str:
    """三栋 becomes 3栋; numerals that are part of a name stay."""
    return re.sub(
        r"([零〇一二三四五六七八九])(?=(?:号楼|栋|座|幢))",
        lambda found: found.group(1).translate(DIGITS),
        text,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """An entry to be found in a text."""

    place_id: int
    key: str


def find_in_text(text: str, entries: Iterable[Named]) -> Named | None:
    """The entry with the longest name that the text contains, or None."""
    key = search_key(text)
    found = [entry for entry in entries if len(entry.key) >= 2 and entry.key in key]
    return max(found, key=lambda entry: (len(entry.key), -entry.place_id), default=None)
