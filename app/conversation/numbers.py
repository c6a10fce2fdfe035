"""Numbers of an answer: 1 or 0, and which ask is meant. Amounts, hours and doors are none."""

import re
from collections.abc import Collection
from dataclasses import dataclass

# "1.42" is an answer, "3.5" an amount.
DOTTED = re.compile(r"(?<![\d.])([01])\.(\d\d)(?![\d.])")
TOKEN = re.compile(r"(?<![\d.:/])\d{1,9}(?![\d:/]|\.\d)")
# 1个人, 10分钟, 3栋: a number that counts something.
UNIT = re.compile(
    r" ?(?:个|[分点时天日月年周袋斤瓶盒包桶块元栋幢楼层室人岁度米次颗星级]|小时|公里|单元|刻|"
    r"位|pm\b|am\b|min|hour|day|th\b|st\b)"
)
NAMED_BY = re.compile(r" ?(?:号|单)")
ORDINAL = re.compile(
    r"第([一二三四五六七八九1-9])(?:个|单|条|项|份)?|(前|上)(?:面)?(?:一个|那个|个)|(后|下|"
    r"最后)(?:面)?(?:一个|那个|个)"
)
NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)} | {
    "两": 2
}
LENGTH = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十半]{1,3}) ?(个)?(半)?(分|刻|小时|钟头|min|hour)"
)
WORD_NUMBER = re.compile(r"([二三四五六七八九]?)十([一二三四五六七八九]?)")


@dataclass(frozen=True, slots=True)
class Numbers:
    """`yes`: 1 or 0 was sent (None: neither, or both). `refs`: numbers of what is open here.

    `strange`: other numbers that count nothing. `rest`: the text without all of these.
    """

    yes: bool | None
    refs: tuple[int, ...]
    strange: tuple[str, ...]
    rest: str


def numbers_in(text: str, open_numbers: Collection[int]) -> Numbers:
    """The numbers of an answer."""
    text = DOTTED.sub(r"\1 \2", text)
    digits: list[str] = []
    refs: list[int] = []
    strange: list[str] = []
    rest = list(text)
    for token in TOKEN.finditer(text):
        value, kept = token.group(), True
        named = NAMED_BY.match(text, token.end())
        if UNIT.match(text, token.end()) or (named and not _is_open(value, open_numbers)):
            kept = False
        elif value in ("0", "1"):
            digits.append(value)
        elif _is_open(value, open_numbers):
            refs.append(int(value))
        elif len(value) == 3 and value[0] in "01" and _is_open(value[1:], open_numbers):
            digits.append(value[0])
            refs.append(int(value[1:]))
        else:
            strange.append(value)
        if kept:
            end = named.end() if named and refs else token.end()
            rest[token.start() : end] = " " * (end - token.start())
    plain = "".join(rest)
    for word in WORD_NUMBER.finditer(plain):
        value = str((NUMERALS.get(word[1], 1)) * 10 + NUMERALS.get(word[2], 0))
        if not digits and _is_open(value, open_numbers):
            refs.append(int(value))
            plain = f"{plain[: word.start()]}{' ' * len(word.group())}{plain[word.end() :]}"
            break
    yes = digits == ["1"] if len(digits) == 1 else None
    if len(digits) > 1:
        strange.extend(digits)
    return Numbers(yes, tuple(dict.fromkeys(refs)), tuple(strange), plain)


def ordinal_in(text: str, count: int) -> int | None:
    """The position from 0 that 第二个, 前一个 or 最后一个 names among `count`; None without."""
    found = ORDINAL.search(text)
    if found is None:
        return None
    if found[1]:
        position = NUMERALS.get(found[1]) or int(found[1])
    elif found[2]:
        position = 1
    else:
        position = count
    return position - 1 if 1 <= position <= count else None


def _is_open(value: str, open_numbers: Collection[int]) -> bool:
    return len(value) == 2 and int(value) in open_numbers


def minutes_in(text: str) -> int | None:
    """A length of time in minutes: 20分钟, 半小时, 一个半小时; None without one."""
    found = LENGTH.search(text)
    if found is None:
        return None
    number = 0.5 if found[1] == "半" else _numeral(found[1])
    number += 0.5 if found[3] else 0
    return int(number * {"分": 1, "刻": 15, "min": 1}.get(found[4], 60))


def _numeral(word: str) -> float:
    if word.isdigit():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    return (NUMERALS.get(tens, 1) * 10 if ten else 0) + NUMERALS.get(ones[:1], 0)
