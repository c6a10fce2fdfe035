"""Times by their distance from now: 两小时后, 三天后, within an hour, in half an hour."""

import re
from datetime import date, timedelta

from app.conversation.named import Days, Later, Loose
from app.conversation.numerals import CHINESE_NUMBER, ENGLISH_NUMBER, NO_NUMBER_BEFORE, number

# How long something takes that is said to begin at a time.
USUAL_LENGTH = 120
MINUTES = {"刻钟": 15, "分钟": 1, "分": 1, "小时": 60, "钟头": 60, "钟": 60}
DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
CHINESE_LATER = re.compile(
    rf"(?<![了每])(?:(?P<over>(?<![经超通不])再?过)|{NO_NUMBER_BEFORE}|大概|约)"
    rf"(?P<number>\d{{1,3}}(?:\.5)?|{CHINESE_NUMBER}|半|几|(?=个半(?:小时|钟)))"
    r"(?P<half>个半|个)?(?P<unit>刻钟|分钟|小时|钟头|钟|天|日|周|星期|礼拜|(?<=个)月|分(?=[后内之以]))"
    rf"(?P<more>半)?(?:(?<=[时头钟])[零又]?(?P<extra>\d{{1,2}}|{CHINESE_NUMBER})分钟?)?(?:左右)?"
    r"(?P<way>(?:之|以)?内(?!有效)|(?:之|以|过)?后(?![天日])|(?:之|以)?前(?![天日]))?"
)
ENGLISH_UNIT = r"(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)\b"
ENGLISH_COUNT = (
    rf"(?P<number>\d{{1,3}}(?:\.5)?|{ENGLISH_NUMBER}|an?(?: couple of)?|half an?|one and a half)"
)
AND_A_HALF = r"(?P<more>\sand a half)?(?:\s(?:and\s)?(?P<extra>\d{1,2})\s?min(?:ute)?s?\b)?"
ENGLISH_LATER = re.compile(
    r"\b(?P<way>in(?: the next| about| around)?|after|within)\s"
    rf"{ENGLISH_COUNT}\s?{ENGLISH_UNIT}{AND_A_HALF}"
)
ENGLISH_FROM_NOW = re.compile(
    rf"\b{ENGLISH_COUNT}\s?{ENGLISH_UNIT}{AND_A_HALF}\s(?P<way>later|from now|ago|earlier)\b"
)
ENGLISH_UNITS = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}


def read_chinese_later(found: re.Match[str], today: date) -> Days | Later | Loose | None:
    way, over, unit = found.group("way") or "", found.group("over"), found.group("unit")
    if not way and not over:
        return None
    written = found.group("number")
    if written == "几" or (over and not way and written == "两" and unit in DAYS):
        return Loose.NOT_MEANT if way.endswith("前") else Loose.SOME_DAY
    if way.endswith("前"):
        return Loose.NOT_MEANT
    count = _count(written) + (0.5 if found.group("more") or found.group("half") == "个半" else 0)
    if unit in MINUTES:
        return _later(count * MINUTES[unit] + _extra(found), within=way.endswith("内"))
    if unit == "天" and written == "半":
        return Loose.SOME_DAY
    return _days(today, round(count * DAYS[unit]), within=way.endswith("内"))


def _extra(found: re.Match[str]) -> int:
    """The minutes of 1小时30分钟后."""
    return number(found.group("extra")) if found.group("extra") else 0


def _count(written: str) -> float:
    if written == "半":
        return 0.5
    if not written:
        # 个半小时 is one and a half.
        return 1
    return float(written) if written[0].isdecimal() else number(written)


def read_english_later(found: re.Match[str], today: date) -> Days | Later | Loose:
    way, written = found.group("way"), found.group("number")
    if way in ("ago", "earlier"):
        return Loose.NOT_MEANT
    if written.startswith("half"):
        count = 0.5
    elif written == "one and a half":
        count = 1.5
    else:
        count = 2 if written.endswith("of") else _count(written)
    count += 0.5 if found.group("more") else 0
    within = way in ("within", "in the next")
    unit = found.group("unit")
    if unit.startswith("mo"):
        return _days(today, round(count * 30), within=within)
    minutes = count * ENGLISH_UNITS[unit[0]]
    if unit[0] in "dw":
        return _days(today, round(minutes / (24 * 60)), within=within)
    return _later(minutes + _extra(found), within=within)


def _later(minutes: float, *, within: bool) -> Later | Loose:
    if minutes < 1:
        return Loose.SOON
    start = round(minutes)
    return Later(0, start) if within else Later(start, start + USUAL_LENGTH)


def _days(today: date, count: int, *, within: bool) -> Days | Loose:
    day = today + timedelta(days=count)
    return Days(today if within else day, day)
