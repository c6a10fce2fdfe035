"""Which kind of help a text names: the words of the categories, and how people say the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from app.conversation.context import CategoryWords
from app.conversation.kind_words import GROUPS
from app.conversation.plain import plain_form
from app.conversation.speech import DENIAL


class Strength(IntEnum):
    """How much a word says that this help is wanted."""

    URGENCY = 0  # 紧急: how soon, rather than what
    NOUN = 1  # 手机, 医院: a subject of everyday talk too
    NEED = 2  # 灯泡坏了: says what is wrong
    ACTION = 3  # 买药: says what to do


@dataclass(frozen=True, slots=True)
class Kind:
    """A category named at text[start:end].

    `own`: by a word of the category itself, not only by one that people use for such help.
    """

    code: str
    strength: Strength
    start: int
    end: int
    own: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    code: str
    strength: Strength
    regex: re.Pattern[str]
    own: bool


# Names that say nothing of what is wanted.
CATCH_ALL = frozenset({"其他", "其它", "other", "others", "something else", "别的", "杂项"})
URGENCY = frozenset(
    {"紧急", "紧急上门", "救命", "急", "urgent", "urgent visit", "emergency", "马上"}
)
VERBS = "买代取送修换装搬抬教办推跑扶接打照理剪洗擦喂遛陪带领寄交补"
# Begin like an action, and are talk as often.
NOUNS = frozenset(
    {"搬", "抬", "聊天", "陪伴", "打扫", "打针", "手机", "修", "换", "送", "接", "陪"}
)
# A verb of one character is no help in front of these: 抬头, 搬家.
NOT_BEFORE = {"抬": "头手杠举价高", "搬": "家迁砖屋"}
# Between a denial and what it denies: 不要去买菜.
DENIED_WITHIN = 5
CLAUSE_END = re.compile("[ ,，.。!！?;；]")
DENIED_AFTER = re.compile(r"[^,，。! ]{0,2}(?:不用|不要|不需要|唔使|就算)了?")


def kinds_in(text: str, categories: Sequence[CategoryWords]) -> tuple[list[Kind], list[Kind]]:
    """The kinds of help that a text names, the surest first, and those that it denies."""
    found: list[Kind] = []
    for pattern in _patterns(tuple(categories)):
        for hit in pattern.regex.finditer(text):
            place = (hit.start(), hit.end())
            found.append(Kind(pattern.code, pattern.strength, *place, pattern.own))
    found = [one for one in found if not _is_outdone(one, found)]
    denied = [one for one in found if _denied(text, one)]
    wanted = [one for one in found if not any(_is_part(one, other) for other in denied)]
    wanted.sort(key=_rank)
    refused = {one.code for one in denied if one.strength >= Strength.NEED}
    kept = [one for one in wanted if one.code not in refused or one.strength >= Strength.NEED]
    return kept, denied


def _is_part(kind: Kind, other: Kind) -> bool:
    """Whether it is the same words of the same category, or some of them."""
    within = other.start <= kind.start and kind.end <= other.end
    return within and kind.code == other.code


def _is_outdone(kind: Kind, found: Sequence[Kind]) -> bool:
    """Whether the same words are another category's own: what an administrator wrote counts."""
    return not kind.own and any(
        one.own and one.code != kind.code and one.start <= kind.start and kind.end <= one.end
        for one in found
    )


def _rank(kind: Kind) -> tuple[int, int, int]:
    """What is to be done counts as it comes, a subject by how exactly it is named."""
    if kind.strength >= Strength.NEED:
        return (-kind.strength, kind.start, kind.end)
    return (-kind.strength, kind.start - kind.end, kind.start)


def _denied(text: str, kind: Kind) -> bool:
    before = CLAUSE_END.split(text[max(0, kind.start - DENIED_WITHIN) : kind.start])[-1]
    if DENIAL.search(before) or before.endswith(
        ("不", "别", "唔", "没", "不是", "并非", "没人", "冇人", "无人")
    ):
        return True
    return kind.strength >= Strength.NEED and bool(DENIED_AFTER.match(text, kind.end))


@lru_cache(maxsize=8)
def _patterns(categories: tuple[CategoryWords, ...]) -> tuple[_Pattern, ...]:
    made: list[_Pattern] = []
    for category in categories:
        words = [plain_form(word).text for word in category.words]
        words = [word for word in words if word and word not in CATCH_ALL]
        own: dict[Strength, list[str]] = {}
        for word in words:
            own.setdefault(_strength(word), []).append(_whole(word))
        usual: dict[Strength, list[str]] = {}
        for group in GROUPS:
            if any(group.seed.search(word) for word in words if word not in URGENCY):
                usual.setdefault(Strength.ACTION, []).extend(group.actions)
                usual.setdefault(Strength.NEED, []).extend(group.needs)
                usual.setdefault(Strength.NOUN, []).extend(group.nouns)
        for by_strength in (own, usual):
            for strength, parts in by_strength.items():
                if parts:
                    joined = re.compile("|".join(sorted(parts, key=len, reverse=True)))
                    made.append(_Pattern(category.code, strength, joined, by_strength is own))
    return tuple(made)


def _strength(word: str) -> Strength:
    if word in URGENCY:
        return Strength.URGENCY
    is_action = len(word) > 1 and word[0] in VERBS and word not in NOUNS
    return Strength.ACTION if is_action else Strength.NOUN


def _whole(word: str) -> str:
    """Finds the word anywhere; in Latin letters only as a whole word."""
    escaped = re.escape(word)
    if word in NOT_BEFORE:
        return f"{word}(?![{NOT_BEFORE[word]}])"
    return rf"(?<![a-z]){escaped}(?![a-z])" if word.isascii() else escaped
