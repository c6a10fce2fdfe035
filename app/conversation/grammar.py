"""What a text message means. Never raises: a text it cannot read is `NotUnderstood`."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.conversation.commands import (
    Answer,
    Cancel,
    Command,
    Confirm,
    Help,
    NotUnderstood,
    Order,
    Rate,
    Start,
    Status,
    Stop,
)
from app.conversation.ratings import RATE_WORDS, read_rating
from app.conversation.spelling import begins, code_in
from app.conversation.times import find_time

__all__ = [
    "URGENT",
    "Answer",
    "Cancel",
    "CategoryWords",
    "Command",
    "Confirm",
    "Help",
    "NotUnderstood",
    "Order",
    "Rate",
    "Start",
    "Status",
    "Stop",
    "is_urgent",
    "parse",
]

# Only this many characters are read; all are stored.
READ_CHARS = 1600
STOP = frozenset(
    {"stop", "stopall", "quit", "td", "t", "退订", "退訂", "unsubscribe", "取消订阅", "取消訂閱"}
)
START = frozenset({"start", "恢复", "恢復", "订阅", "訂閱"})
HELP = frozenset({"help", "?", "帮助", "幫助", "info"})
STATUS_WORDS = ("status", "查询", "查詢", "状态", "狀態", "进度", "進度", "查进度", "查進度", "查")
CANCEL_WORDS = ("cancel", "取消", "不用了", "不需要了")
CONFIRM_WORDS = ("confirm", "确认", "確認", "ok")
# "取消了吗" asks and cancels nothing.
ASKING = re.compile(r"[?吗嗎]|没有|沒有|怎么|怎麼|多久")
POLITE = re.compile(
    r"(?:(?:请问|請問|请|請|麻烦|麻煩|帮我|幫我|我要|我想|你好|您好|please\b|"
    r"hello\b)[\s,，]*){1,3}",
    re.IGNORECASE,
)
# 1 or 0, then two digits and no more, with or without a gap.
YES_OR_NO = re.compile(r"(?:回复?\s?)?([01])(?:[\s,，.。、:：;/#+\-]+|$|(?=\d\d(?!\d)))")
NUMBER = re.compile(r"(\d\d)(?!\d)")
LONE_NUMBER = re.compile(r"(?<!\w)\d+(?!\w)")
# What may stand after a bare 1 or 0; anything else may be an order ("1 袋米").
KIND_WORDS = frozenset(
    {"", "谢谢", "謝謝", "好", "好的", "可以", "去", "能去", "我去", "thanks", "thank you", "ok"}
)
UNWILLING = re.compile(r"不去|不能|不来|不來|不了|不行|不方便|没空|沒空|没时间|can'?t|cannot|not ")
EDGES = " \t\r\n,，.。!！~;；:："
# These words make an order urgent, unless negated (不急).
URGENT = ("急", "救命", "马上", "馬上", "立刻", "立即", "urgent", "asap", "emergency")
URGENT_WORD = re.compile("|".join(URGENT))
DENIED = re.compile(r"(?:不是?[太很着著]*|别太?|not\s+)(?:急|urgent)")


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """A category and the words by which it is meant."""

    code: str
    words: tuple[str, ...]


def parse(text: str, *, now_local: datetime, categories: Sequence[CategoryWords]) -> Command:
    """The command in a text. `now_local` is aware, in the community's zone."""
    plain = _readable(text)
    if not plain:
        return NotUnderstood("no_words" if text[:READ_CHARS].strip() else "empty")
    if not any(c.isalnum() for c in plain) and plain not in HELP:
        return NotUnderstood("no_words")
    lower = plain.lower()
    return (
        _single_word(lower)
        or _answer(lower)
        or _about_code(plain)
        or _order(plain, now_local, categories)
        or NotUnderstood("unknown")
    )


def is_urgent(text: str) -> bool:
    """Whether the words say that it is urgent: 急, 马上, asap; 不急 does not."""
    return URGENT_WORD.search(DENIED.sub(" ", text[:READ_CHARS].lower())) is not None


def _readable(text: str) -> str:
    """One form for full and half width, without invisible marks (also those of 1️⃣)."""
    plain = unicodedata.normalize("NFKC", text[:READ_CHARS])[:READ_CHARS]
    kept = (
        " " if c.isspace() else c
        for c in plain
        if c.isspace()
        or (unicodedata.category(c) not in ("Cf", "Cc") and c not in "\ufe0e\ufe0f\u20e3")
    )
    return "".join(kept).strip()


def _single_word(lower: str) -> Command | None:
    word = lower.strip(" .。!！")
    if word in STOP:
        return Stop()
    if word in START:
        return Start()
    return Help() if word in HELP else None


def _answer(lower: str) -> Answer | None:
    """ "1 42 谢谢" is a yes; "1 42 来不了", "1 42 43" and "1 袋米" are left to a person."""
    said = YES_OR_NO.match(lower)
    if said is None:
        return None
    yes = said.group(1) == "1"
    number = NUMBER.match(lower, said.end())
    if number is None:
        return Answer(yes, None) if lower[said.end() :].strip(EDGES) in KIND_WORDS else None
    more = lower[number.end() :]
    if LONE_NUMBER.search(more) or (yes and UNWILLING.search(more)):
        return None
    return Answer(yes, int(number.group(1)))


def _about_code(plain: str) -> Command | None:
    """Status, cancel, confirm or rate, with or without a code, in either order."""
    code, rest = code_in(plain)
    rest = rest.strip(EDGES)
    if kind := POLITE.match(rest):
        rest = rest[kind.end() :]
    lower = rest.lower()
    if begins(lower, CANCEL_WORDS) is not None:
        return Status(code) if ASKING.search(plain) else Cancel(code)
    if (cut := begins(lower, RATE_WORDS)) is not None:
        return read_rating(rest[cut:], code, was_asked=True)
    if begins(lower, STATUS_WORDS) is not None and (code or _is_question(lower)):
        return Status(code)
    return read_rating(rest, None, was_asked=False) if code is None else _with_code(code, rest)


def _with_code(code: str, rest: str) -> Command | None:
    if begins(rest.lower(), CONFIRM_WORDS) is not None:
        return Confirm(code)
    # Eight digits alone are a telephone number, eight letters in a question a word.
    alone = not rest and not code.isdigit()
    if alone or (not code.isalpha() and rest and ASKING.search(rest)):
        return Status(code)
    return read_rating(rest, code, was_asked=False)


def _is_question(lower: str) -> bool:
    """Whether it asks for the state: a word alone or with little more. 查血糖 is an order."""
    cut = begins(lower, STATUS_WORDS[:-1])
    return cut is not None or lower == STATUS_WORDS[-1]


def _order(plain: str, now_local: datetime, categories: Sequence[CategoryWords]) -> Order | None:
    named = [
        (len(word), category.code, found.span())
        for category in categories
        for word in category.words
        if word.strip() and (found := _word(word).search(plain))
    ]
    if not named:
        return None
    _, code, (start, end) = max(named)
    when, rest = find_time(f"{plain[:start]} {plain[end:]}", now_local)
    return Order(
        category=code, place_text=" ".join(rest.split()), when=when, urgent=is_urgent(plain)
    )


def _word(word: str) -> re.Pattern[str]:
    """Finds the word anywhere in the text; in Latin letters only as a whole word."""
    escaped = re.escape(unicodedata.normalize("NFKC", word.strip()))
    whole = rf"(?<![a-z]){escaped}(?![a-z])" if word.isascii() else escaped
    return re.compile(whole, re.IGNORECASE)
