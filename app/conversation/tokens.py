"""Finds all words of time in a text."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from app.conversation import clocks, dates, days, later, loose, parts
from app.conversation.named import Clock, Days, Part, Token, Value

Reader = Callable[[re.Match[str], date], Value | None]
FIGURES = frozenset("0123456789")
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
# A pattern is tried only if one of these characters, without which it finds nothing, is there.
READERS: tuple[tuple[re.Pattern[str], Reader, frozenset[str]], ...] = (
    (loose.EACH, loose.read_each, frozenset("每逢v")),
    (dates.FULL_DATE, dates.read_date, FIGURES),
    (dates.MONTH_DAY, dates.read_date, frozenset("月")),
    (dates.ENGLISH_DATE, dates.read_date, LETTERS),
    (dates.ENGLISH_MONTH_FIRST, dates.read_date, LETTERS),
    (dates.DAY_RANGE, dates.read_ordinal, frozenset("号日")),
    (dates.DAY_OF_MONTH, dates.read_day_of_month, frozenset("号日")),
    (dates.ENGLISH_DAY, dates.read_ordinal, FIGURES),
    (dates.FEAST, dates.read_feast, frozenset("元圣劳国除春中端清重冬七十历正腊初廿yc")),
    (days.DAY_WORDS, days.read_day_word, frozenset("前昨寻琴后明今听tydhmj")),
    (days.WEEKDAY, days.read_weekday, frozenset("周期拜")),
    (days.ENGLISH_WEEKDAY, days.read_english_weekday, LETTERS),
    (days.PINYIN_WEEKDAY, days.read_pinyin_weekday, LETTERS),
    (later.CHINESE_LATER, later.read_chinese_later, frozenset("后前内过")),
    (later.ENGLISH_LATER, later.read_english_later, LETTERS),
    (later.ENGLISH_FROM_NOW, later.read_english_later, LETTERS),
    (parts.PARTS, parts.read_part, frozenset("晨夜早上朝午昼晚黄") | LETTERS),
    (clocks.BORROWED, clocks.read_clock, frozenset("点m")),
    (clocks.CHINESE_CLOCK, clocks.read_chinese_clock, frozenset("点时")),
    (clocks.COLON, clocks.read_clock, frozenset(":")),
    (clocks.HALF_DAY_CLOCK, clocks.read_clock, frozenset("m")),
    (clocks.ROUGH, clocks.read_rough_clock, frozenset("点")),
    (clocks.PINYIN_CLOCK, clocks.read_clock, frozenset("n")),
    (clocks.PAST_OR_TO, clocks.read_past_or_to, frozenset("t")),
    (clocks.BARE, clocks.read_clock, LETTERS),
    (clocks.NAMED, clocks.read_midnight, frozenset("m零夜")),
    (clocks.IMPOSSIBLE, clocks.read_no_hour, frozenset("点:")),
    (dates.YEAR_LAST, dates.read_year_last, FIGURES),
    (dates.ENGLISH_MONTH, dates.read_month, LETTERS),
    (dates.SHORT_DATE, dates.read_short_date, FIGURES),
    (dates.MONTH, dates.read_month, frozenset("月")),
    (days.LONE_WEEK, days.read_lone_week, frozenset("周期拜")),
    (loose.SOON, loose.read_soon, frozenset("马立尽现而依宜即赶") | LETTERS),
    (loose.SOME_DAY, loose.read_some_day, frozenset("改哪过这近月年旬有下") | LETTERS),
    (loose.SOME_HOUR, loose.read_some_hour, frozenset("有得等随时任回前后晚迟待会") | LETTERS),
)
RANGE_AFTER = re.compile(r"\s?(?:-|到|至)\s?")


def find_tokens(folded: str, today: date) -> list[Token]:
    """All that is named, in order, without overlaps: what begins first, then the longest."""
    written = frozenset(folded)
    found = [
        (match.start(), -match.end(), order, value)
        for order, (pattern, read, needed) in enumerate(READERS)
        if not written.isdisjoint(needed)
        for match in pattern.finditer(folded)
        if (value := read(match, today)) is not None and match.end() > match.start()
    ]
    kept: list[Token] = []
    end = 0
    for start, minus_end, _, value in sorted(found, key=lambda one: one[:3]):
        if start >= end:
            end = -minus_end
            kept.append(Token(start, end, value))
    return list(_with_bare_hours(folded, kept, today))


def _with_bare_hours(folded: str, tokens: list[Token], today: date) -> Iterator[Token]:
    """Adds numbers that are hours only because a day or a part of it stands before them."""
    for index, token in enumerate(tokens):
        yield token
        room = tokens[index + 1].start if index + 1 < len(tokens) else len(folded)
        at = token.end
        if isinstance(token.value, Days):
            hour = clocks.FOUR_FIGURES.match(folded, at)
        elif isinstance(token.value, Part):
            hour = clocks.AFTER_PART.match(folded, at) or clocks.FOUR_FIGURES.match(folded, at)
        else:
            continue
        while hour is not None and hour.end() <= room:
            value = clocks.read_clock(hour, today)
            if isinstance(value, Clock):
                yield Token(at, hour.end(), value)
            until = RANGE_AFTER.match(folded, hour.end())
            at = until.end() if until else len(folded)
            hour = clocks.AFTER_PART.match(folded, at) if until else None
