"""Where: names of places, and addresses that no gazetteer knows, taken out of a text."""

import re
from dataclasses import dataclass

from app.conversation.context import FindPlaces
from app.conversation.plain import Plain

NUMBER = r"(?:\d{1,4}|[a-z]\d{0,3}|[零〇一二两三四五六七八九十百]{1,4})"
# A building: 3栋, A座, 12号楼, 3 dong, block 3.
BUILDING = (
    rf"(?:第?{NUMBER} ?(?:号楼|号院|栋|幢|座|巷|弄)|第?\d{{1,3}} ?#楼?|\d{{1,4}} ?(?:dong|"
    rf"haolou|zuo)\b"
    r"|\b(?:block|building|bldg|blk|tower|house) ?(?:no\.? ?)?[a-z]?\d{1,4}[a-z]?\b)"
)
# What may follow a building: unit, floor and door, in any number and order.
DOOR = (
    # 20号 may be a day, 502号 is a door.
    rf"(?:[ ,，-]?(?:{NUMBER} ?(?:单元|楼|层|号房|室|房|户|门)|(?:\d{{3,4}}|[4-9]\d|3[2-9]) ?号"
    r"|\b(?:room|rm|flat|unit|floor|apt|no)\.? ?\d{1,4}[a-z]?\b"
    r"|\d{3,4}(?![\d点:：月年号斤块元米分])[a-z]?))"
)
# The name of an estate ends with one of these.
ESTATE = (
    "花园|家园|公寓|新村|老村|小区|大厦|山庄|名苑|雅苑|豪庭|华庭|公馆|佳园|嘉园|家苑|豪苑|"
    "[苑邸轩]|[城居园府庭湾村][一二三四五六七八九十\\d]{1,2} ?[期区]"
)
# A name before a building belongs to it: 手机城公寓2栋. The name begins after a gap or a verb.
BEFORE = re.compile(
    r"(?:[\u4e00-\u9fff0-9]{1,12}|(?<![a-z0-9])(?:[a-z]{2,14}(?: |$)){1,2})$",
)
WITH_BUILDING = re.compile(rf"{BUILDING}{DOOR}{{0,4}}")
ONLY_ESTATE = re.compile(
    rf"(?:[住在到去往是:：] ?|^|[ ,，。])(?P<name>[\u4e00-\u9fff]{{1,8}}(?:{ESTATE})"
    rf"(?:[一二三四五六七八九十\d]{{1,2}} ?[期区])?)(?=[ ,，。!！]|$|想|要|需|请|帮|能)"
)
LIVES = re.compile(
    r"(?:^|(?<=[ ,，。我家]))(?:家?住在?|地址[是:： ]{0,2}|家在|在)"
    r"(?P<name>(?!.{0,2}(?:哪|什么|多少|几|边))[\u4e00-\u9fff0-9a-z]{1,10}"
    r"[村苑园城区里路街巷居府楼栋号湾期庭厦寓](?![\u4e00-\u9fff])\d{0,4})(?=[ ,，。!！]|$)"
)
# Only right after a name are bare numbers a building and a door: 民乐老村 3-502.
AFTER_NAME = re.compile(
    rf"(?:[ ,，]?\d{{1,3}}-\d{{1,4}}(?:-\d{{1,4}})?(?!\d)|(?:[ ,，]?{BUILDING})?{DOOR}{{0,4}})"
)
# Words that end in front of a name: what stands before them is no part of it.
VERBS_BEFORE = re.compile(
    r".*(?:(?:[去到]|陪.{0,3})(?:医院|社康)|[取拿寄收]快递|轮椅|我家|到|来|去|在|是|住|给|"
    r"[买取送拿]药|[买送]菜|送餐|送饭|陪诊|修|买|[我你他她帮个]"
    r"|\b(?:buy|medicines?|groceries|food|meals?|lunch|dinner|please|help|at|in|to|my|for|need|fix"
    r"|carry|hospital|shopping|rice|bulb|tap|deliver|delivery|can|is|change|from|the|it's|address"
    r"|tomorrow|today|tonight|morning|afternoon|evening|now|yao|cai|fan|maiyao|maicai|songcan|"
    r"songfan|am|pm|mi|deng|me|wo)\b ?)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place in a text: text[start:end] with building and door.

    `place_ids` are entries of the gazetteer, empty for an address that it does not know.
    `sure`: the gazetteer knows it, or it has a building.
    """

    start: int
    end: int
    place_ids: tuple[int, ...]
    sure: bool


def find_named(plain: Plain, body: str, find_places: FindPlaces) -> tuple[Named | None, str]:
    """The place that a text names, and the text with spaces where places stood."""
    found = sorted(find_places(body), key=lambda one: one.start - one.end)
    blank, first = body, None
    for one in found:
        if blank[one.start : one.end].strip():
            end = _end_after(body, one.end)
            blank = _blank(blank, one.start, end)
            named = Named(one.start, end, one.place_ids, sure=True)
            first = first or named
    for start, end, sure in _unknown(blank):
        blank = _blank(blank, start, end)
        if first is None:
            first = Named(start, end, (), sure=sure)
        elif sure and not any(c.isdigit() for c in body[first.start : first.end]):
            first = Named(min(start, first.start), max(end, first.end), first.place_ids, sure=True)
    return first, blank


def address_of(plain: Plain, named: Named | None) -> str:
    """The place in the sender's own words."""
    return plain.written[named.start : named.end].strip(" ,，。") if named else ""


def _end_after(body: str, end: int) -> int:
    found = AFTER_NAME.match(body, end)
    return found.end() if found else end


def _unknown(body: str) -> list[tuple[int, int, bool]]:
    """Addresses that only their form tells, as (start, end, has a building)."""
    spans: list[tuple[int, int, bool]] = []
    for found in WITH_BUILDING.finditer(body):
        spans.append((_start_of_name(body, found.start()), found.end(), True))
    if not spans:
        for pattern in (LIVES, ONLY_ESTATE):
            name = pattern.search(body)
            if name is not None:
                end = _end_after(body, name.end("name"))
                return [(name.start("name"), end, False)]
    return spans


def _start_of_name(body: str, start: int) -> int:
    """Where the estate's name begins that stands right before a building."""
    head = body[max(0, start - 24) : start].rstrip(" ")
    name = BEFORE.search(head)
    if name is None:
        return start
    verb = VERBS_BEFORE.match(name.group())
    kept = name.group()[verb.end() :] if verb else name.group()
    return start - (len(body[max(0, start - 24) : start]) - len(head)) - len(kept)


def _blank(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"
