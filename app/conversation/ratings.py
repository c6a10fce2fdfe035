"""Stars in a text: 评价 5 谢谢, 五星, RATE 4, but not 三星期."""

import re

from app.conversation.commands import Rate

RATE_WORDS = ("rate", "评价", "評價", "评分", "評分", "打分", "好评", "好評")
NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
STARS = {**{str(number): number for number in range(1, 6)}, **NUMERALS}
# With its unit a number is surely stars.
WITH_UNIT = re.compile(
    r"(?<![\d.])([1-5一二两三四五])\s?(?:颗?星(?![期级級])|分(?!钟|鐘)|stars?\b)", re.IGNORECASE
)
FIRST = re.compile(r"[\s,，:：给打]*([1-5])(?![\d.])")
LONE = re.compile(r"(?<![\w.])([1-5])(?![\w.])")
EDGES = " ,，.。:：!！"


def read_rating(text: str, code: str | None, *, was_asked: bool) -> Rate | None:
    """The rating in a text whose code was removed.

    `was_asked`: the text began with a word like 评价, so a number alone is enough. Otherwise it
    must begin with a number and its unit.
    """
    found = _asked(text) if was_asked else WITH_UNIT.match(text)
    if found is None or (not was_asked and "分" in found.group()):
        return None
    comment = f"{text[: found.start()].strip(EDGES)} {text[found.end() :].strip(EDGES)}"
    return Rate(code, STARS[found.group(1)], comment.strip())


def _asked(text: str) -> re.Match[str] | None:
    first = FIRST.match(text)
    if first is not None:
        return WITH_UNIT.match(text, first.start(1)) or first
    lone = list(LONE.finditer(text))
    return WITH_UNIT.search(text) or (lone[0] if len(lone) == 1 else None)
