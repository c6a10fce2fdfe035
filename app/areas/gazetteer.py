"""Names of places as people write them: one key for all spellings, ranking, finding in texts."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ONES = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
ONES |= {"六": 6, "七": 7, "八": 8, "九": 9}
# 3 号楼, 3#, 3 座, 第 3 栋 and 三栋 are all 3 栋; 十二栋 is 12 栋.
CHINESE_NUMBER = re.compile(r"([零〇一二两三四五六七八九十]{1,3})(?=号楼|栋|座|幢)")
BUILDING = re.compile(r"第?(\d{1,4}|[a-z]\d{0,3})(?:号楼|栋|座|幢|#)")
TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
AT_THE_END = re.compile(r"(?:\d{1,4}|[a-z]\d{0,3})栋.*$")
TRADITIONAL = str.maketrans(
    "樂灣區園華龍廣場號樓棟東門寧觀瀾強豐漢陽聖馬頭嶺長濱橋鎮鄉廠醫學銀國際麗",
    "乐湾区园华龙广场号楼栋东门宁观澜强丰汉阳圣马头岭长滨桥镇乡厂医学银国际丽",
)
SIMPLIFIED = {simple: chr(other) for other, simple in TRADITIONAL.items()}
KEYED_BUILDING = re.compile(r"(\d{1,4}|[a-z]\d{0,3})栋")
GAP = r"[\W_]{0,3}"
TEENS = ["十", *(f"十{one}" for one in "一二三四五六七八九")]
NUMERALS = [*"零一二三四五六七八九", *TEENS, "二十"]
LEVEL = re.compile(r"(?:社区|街道|区)$")
KEPT_TEXT = 400
SHORTEST_QUERY = 2


class Kind(StrEnum):
    """What an entry of the gazetteer is."""

    ESTATE = "estate"
    BUILDING = "building"
    LANDMARK = "landmark"
    SERVICE_POINT = "service_point"


# Among equally good answers: a whole estate before its buildings.
KIND_RANK = {Kind.ESTATE: 0, Kind.LANDMARK: 1, Kind.SERVICE_POINT: 2, Kind.BUILDING: 3}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the gazetteer. A building's name holds its estate's: 民乐老村3栋."""

    id: int
    name: str
    aliases: tuple[str, ...]
    kind: Kind
    area_id: int
    lat: float
    lon: float
    parent_id: int | None = None


def search_key(name: str) -> str:
    """The normalised spelling under which a name is stored and searched.

    Ignores full width, case, spaces, punctuation, common traditional characters and the word for
    a building. Reads the first 400 characters only.
    """
    plain = unicodedata.normalize("NFKC", name[:KEPT_TEXT]).lower().translate(TRADITIONAL)
    plain = "".join(c for c in plain if c.isalnum() or c == "#")
    plain = CHINESE_NUMBER.sub(lambda found: _arabic(found.group(1)), plain)
    return BUILDING.sub(lambda found: f"{found.group(1)}栋", plain)


def area_key(name: str) -> str:
    """An area's name as people say it, without the word for its level: 民乐社区 is 民乐."""
    return search_key(LEVEL.sub("", name))


def written_as(key: str) -> str:
    """A pattern that finds a name in a text as people write it, from its `search_key`.

    Between its characters there may be a gap; a building may be written in any of its ways.
    """
    parts: list[str] = []
    rest = key
    while rest:
        building = KEYED_BUILDING.match(rest)
        if building:
            parts.append(_building_as_written(building.group(1)))
            rest = rest[building.end() :]
        else:
            parts.append(_letter_as_written(rest[0]))
            rest = rest[1:]
    return GAP.join(parts)


def _letter_as_written(letter: str) -> str:
    other = letter.translate(SIMPLIFIED)
    return re.escape(letter) if other == letter else f"[{letter}{other}]"


def _building_as_written(number: str) -> str:
    """3 as 3, 三 or 第3, with any word for a building."""
    ways = [re.escape(number)]
    if number.isdigit() and int(number) < len(NUMERALS):
        ways.append(NUMERALS[int(number)])
    return rf"第?(?:{'|'.join(ways)}){GAP}(?:号楼|號樓|栋|棟|座|幢|#)"


def match_score(query: str, place: Place) -> float:
    """How well an entry answers what was typed, from 0 (not at all) to 1 (its very name).

    A match at the beginning scores more than one in the middle, and a longer match scores more. An
    alias scores a little less. Separate words ("民乐 3栋") must all be in the name.
    """
    words = [word for word in map(search_key, query.split()) if word]
    if sum(map(len, words)) < SHORTEST_QUERY:
        return 0.0
    best = _score(words, search_key(place.name))
    return max([best, *(0.95 * _score(words, search_key(alias)) for alias in place.aliases)])


def rank(query: str, places: Iterable[Place], *, limit: int = 8) -> list[Place]:
    """The entries that answer what was typed, the best first."""
    scored = [(match_score(query, place), place) for place in places]
    found = [(score, place) for score, place in scored if score > 0]
    found.sort(key=lambda one: (-one[0], KIND_RANK[one[1].kind], len(one[1].name), one[1].id))
    return [place for _, place in found[:limit]]


def building_in(text: str) -> str | None:
    """The first building that a text names, as "3栋" or "a3栋"; None without one."""
    found = re.search(r"(?:\d{1,4}|[a-z]\d{0,3})栋", search_key(text))
    return found.group() if found else None


def rough_name(place: Place, parent: Place | None, area_name: str) -> str:
    """What a volunteer may see before acceptance: never a building or a door.

    A building shows as its estate, or as the area when no estate is known.
    """
    if place.kind is Kind.BUILDING:
        return rough_name(parent, None, area_name) if parent and parent is not place else area_name
    if building_in(place.name) is None:
        return place.name
    return AT_THE_END.sub("", search_key(place.name)) or area_name


def _arabic(number: str) -> str:
    """三 is 3, 十二 is 12, 二十 is 20; numerals without 十 are digits: 一二 is 12."""
    tens = TENS.fullmatch(number)
    if tens:
        return str(10 * ONES.get(tens.group(1), 1) + ONES.get(tens.group(2), 0))
    return "".join(str(ONES[one]) if one in ONES else one for one in number)


def _score(words: list[str], key: str) -> float:
    joined = "".join(words)
    if key == joined:
        return 1.0
    if not key or any(word not in key for word in words):
        return 0.0
    share = min(1.0, len(joined) / len(key))
    if key.startswith(joined):
        return 0.7 + 0.25 * share
    if key.startswith(words[0]):
        return 0.5 + 0.2 * share
    return 0.2 + 0.25 * share
