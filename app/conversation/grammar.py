"""What a text message means. Never raises, whatever comes; what it cannot read it says so."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.conversation.times import find_time
from app.core.codes import normalise_code

# Only this much of a text is read; all of it is kept.
READ_CHARS = 1600
STOP = frozenset({"stop", "td", "t", "退订", "退訂", "unsubscribe", "取消订阅"})
START = frozenset({"start", "恢复", "恢復", "订阅"})
HELP = frozenset({"help", "?", "帮助", "幫助", "info"})
STATUS_WORDS = ("status", "查询", "查詢", "状态", "狀態", "进度", "進度")
CANCEL_WORDS = ("cancel", "取消", "不用了", "不需要了")
CONFIRM_WORDS = ("confirm", "确认", "確認", "ok")
RATE_WORDS = ("rate", "评价", "評價", "评分", "打分")
ANSWER = re.compile(r"([01])(?:[\s,，.。、:：-]+|$)(\d{2})?(?!\d)\D*")
STARS = re.compile(r"([1-5])\s*(?:星|分|stars?)?")
URGENT = ("急", "urgent")


@dataclass(frozen=True, slots=True)
class Answer:
    """ "1 42" or "0 42": yes or no to a match; `number` None when only 1 or 0 was sent."""

    yes: bool
    number: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """How does it stand?"""

    code: str | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """No longer needed."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Confirm:
    """This is my phone."""

    code: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Stars from 1 to 5."""

    code: str | None
    stars: int
    comment: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more texts."""


@dataclass(frozen=True, slots=True)
class Start:
    """Texts again."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can I say?"""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: the category that was named, when, and the words that may name a place."""

    category: str
    place_text: str
    when: tuple[datetime, datetime] | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`reason` is empty, no_words or unknown."""

    reason: str


Command = Answer | Status | Cancel | Confirm | Rate | Stop | Start | Help | Order | NotUnderstood


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """A category and the words by which it is meant."""

    code: str
    words: tuple[str, ...]


def parse(text: str, *, now_local: datetime, categories: Sequence[CategoryWords]) -> Command:
    """The command in a text. `now_local` is aware, in the community's zone."""
    plain = unicodedata.normalize("NFKC", text[:READ_CHARS]).strip()
    if not plain:
        return NotUnderstood("empty")
    if not any(c.isalnum() for c in plain) and plain not in HELP:
        return NotUnderstood("no_words")
    lower = plain.lower()
    return (
        _single_word(lower)
        or _answer(lower)
        or _about_code(plain, lower)
        or _rate(plain, lower)
        or _order(plain, now_local, categories)
        or NotUnderstood("unknown")
    )


def _single_word(lower: str) -> Command | None:
    word = lower.strip(" .。!！")
    if word in STOP:
        return Stop()
    if word in START:
        return Start()
    return Help() if word in HELP else None


def _answer(lower: str) -> Answer | None:
    found = ANSWER.fullmatch(lower)
    if found is None:
        return None
    number = int(found.group(2)) if found.group(2) else None
    return Answer(found.group(1) == "1", number)


def _after(lower: str, words: Sequence[str]) -> int | None:
    """Where the text goes on after it began with one of the words."""
    for word in words:
        if lower.startswith(word):
            return len(word)
    return None


def _code_in(text: str) -> str | None:
    for part in re.split(r"[\s,，。:：]+", text):
        code = normalise_code(part)
        if code is not None:
            return code
    return normalise_code(text)


def _about_code(plain: str, lower: str) -> Command | None:
    cut = _after(lower, STATUS_WORDS)
    if cut is not None:
        return Status(_code_in(plain[cut:]))
    cut = _after(lower, CANCEL_WORDS)
    if cut is not None:
        return Cancel(_code_in(plain[cut:]))
    cut = _after(lower, CONFIRM_WORDS)
    if cut is not None:
        code = _code_in(plain[cut:])
        return Confirm(code) if code else None
    alone = normalise_code(plain)
    return Status(alone) if alone else None


def _rate(plain: str, lower: str) -> Rate | None:
    cut = _after(lower, RATE_WORDS)
    rest = plain[cut:].strip() if cut is not None else plain
    code = _code_in(rest)
    if code is not None:
        rest = " ".join(p for p in rest.split() if normalise_code(p) is None)
    found = STARS.match(rest)
    if found is None or (cut is None and "星" not in rest[:4]):
        return None
    return Rate(code, int(found.group(1)), rest[found.end() :].strip(" ,，。"))


def _order(plain: str, now_local: datetime, categories: Sequence[CategoryWords]) -> Order | None:
    lower = plain.lower()
    named = [
        (len(word), category.code, word)
        for category in categories
        for word in category.words
        if word and word.lower() in lower
    ]
    if not named:
        return None
    _, code, word = max(named)
    when, rest = find_time(lower, now_local)
    return Order(
        category=code,
        place_text=" ".join(rest.replace(word.lower(), " ", 1).split()),
        when=when,
        urgent=any(mark in lower for mark in URGENT),
    )
