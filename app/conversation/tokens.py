"""Finds all words of time in a text."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from app.conversation import clocks, dates, days, later, loose, parts
from app.conversation.named import Clock, Days, Part, Token, Value

Reader = Callable[[re.Match[str], date], Value | None]
READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (loose.EACH, loose.read_each),
    (dates.FULL_DATE, dates.read_date),
    (dates.MONTH_DAY, dates.read_date),
    (dates.ENGLISH_DATE, dates.read_date),
    (dates.ENGLISH_MONTH_FIRST, dates.read_date),
    (dates.DAY_RANGE, dates.read_ordinal),
    (dates.DAY_OF_MONTH, dates.read_day_of_month),
    (dates.ENGLISH_DAY, dates.read_ordinal),
    (dates.FEAST, dates.read_feast),
    (days.DAY_WORDS, days.read_day_word),
    (days.WEEKDAY, days.read_weekday),
    (days.ENGLISH_WEEKDAY, days.read_english_weekday),
    (days.PINYIN_WEEKDAY, days.read_pinyin_weekday),
    (later.CHINESE_LATER, later.read_chinese_later),
    (later.ENGLISH_LATER, later.read_english_later),
    (later.ENGLISH_FROM_NOW, later.read_english_later),
    (parts.PARTS, parts.read_part),
    (clocks.BORROWED, clocks.read_clock),
    (clocks.CHINESE_CLOCK, clocks.read_chinese_clock),
    (clocks.COLON, clocks.read_clock),
    (clocks.HALF_DAY_CLOCK, clocks.read_clock),
    (clocks.PINYIN_CLOCK, clocks.read_clock),
    (clocks.PAST_OR_TO, clocks.read_past_or_to),
    (clocks.BARE, clocks.read_clock),
    (clocks.NAMED, clocks.read_midnight),
    (clocks.IMPOSSIBLE, clocks.read_no_hour),
    (dates.SHORT_DATE, dates.read_short_date),
    (dates.MONTH, dates.read_month),
    (days.LONE_WEEK, days.read_lone_week),
    (loose.SOON, loose.read_soon),
    (loose.SOME_DAY, loose.read_some_day),
    (loose.SOME_HOUR, loose.read_some_hour),
)
RANGE_AFTER = re.compile(r"\s?(?:-|到|至)\s?")


def find_tokens(folded: str, today: date) -> list[Token]:
    """All that is named, in order, without overlaps: what begins first, then the longest."""
    found = [
        (match.start(), -match.end(), order, value)
        for order, (pattern, read) in enumerate(READERS)
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
