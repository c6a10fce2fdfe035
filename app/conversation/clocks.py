"""Hours of the day as people write them: 15:30, 3点半, 下午三点, 9-11点, 3pm."""

import re
from dataclasses import dataclass

NUMERALS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
NUMERALS |= {"八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}

DIGITS = re.compile(
    r"(?<![\d:])(?P<hour>2[0-4]|[01]?\d)"
    r"(?:[:：](?P<colon>[0-5]\d)(?!\d)"
    r"|[点點时時](?!心)(?:(?P<part>半|一刻|三刻)|(?P<minute>[0-5]?\d)(?!\d)分?|[钟鐘整])?"
    r"|(?=\s?[ap]m\b))"
    r"(?:\s?(?P<half>[ap])m\b)?",
    re.IGNORECASE,
)
# 一点 is more often "a little" (早一点) than an hour: only right after a day or its part.
WORDS = re.compile(
    r"(?P<hour>(?<=[午上天日晨\s])一|十[一二]|(?<!十)[二两兩三四五六七八九十])[点點]"
    r"(?P<part>半|一刻|三刻|[钟鐘整])?"
)
UNTIL = re.compile(r"\s*(?:-|~|—|–|到|至|to\b)\s*", re.IGNORECASE)
# In "9-11点" the 点 counts for both numbers.
BORROWED = re.compile(r"(?<![\d:])(\d{1,2})(?=\s?(?:-|~|到|至)\s?\d{1,2}[点點])")


@dataclass(frozen=True, slots=True)
class Hour:
    """`minutes` after midnight as written; `exact` when am or pm or 24 hours leave no doubt."""

    minutes: int
    exact: bool


def find_hours(text: str, *, words_too: bool) -> tuple[list[Hour], str]:
    """Up to two hours (from, until) and the text without them.

    `words_too` (a day was named): hours in Chinese numerals count even without 半 or 钟.
    """
    text = BORROWED.sub(r"\1点", text)
    first = _first(text, words_too)
    if first is None:
        return [], text
    hours, end = [_hour(first)], first.end()
    until = UNTIL.match(text, end)
    second = (DIGITS.match(text, until.end()) or WORDS.match(text, until.end())) if until else None
    if second is not None:
        hours.append(_hour(second))
        end = second.end()
    return hours, f"{text[: first.start()]} {text[end:]}"


def _first(text: str, words_too: bool) -> re.Match[str] | None:
    found = DIGITS.search(text)
    if found is not None:
        return found
    for word in WORDS.finditer(text):
        if words_too or word.group("part"):
            return word
    return None


def _hour(found: re.Match[str]) -> Hour:
    given = found.groupdict()
    written = given["hour"]
    hour = NUMERALS[written] if written in NUMERALS else int(written)
    minute = QUARTERS.get(given["part"] or "", 0) or int(
        given.get("colon") or given.get("minute") or 0
    )
    half = (given.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    exact = bool(half) or hour >= 13 or written.startswith("0")
    return Hour(hour * 60 + minute, exact)
