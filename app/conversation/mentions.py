"""Groups words of time that stand together: 明天 + 上午 + 9点 - 11点 之前 is one mention."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.conversation.named import Clock, Days, Later, Loose, Part, TimeProblem, Token, Value


class Bound(StrEnum):
    """What a mention bounds: 8点之前 is until then, 3点以后 from then on."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Point:
    """A day, a part of it and an hour, as far as they are named."""

    days: Days | None = None
    part: Part | None = None
    clock: Clock | None = None

    def is_day_alone(self) -> bool:
        return self.days is not None and self.part is None and self.clock is None


@dataclass(slots=True)
class Mention:
    """A time named at text[start:end]: from `begin` to `until`, or `apart` for other words."""

    start: int
    end: int
    begin: Point = field(default_factory=Point)
    until: Point | None = None
    bound: Bound | None = None
    apart: Later | Loose | None = None


FILLER = (
    "(?:大概|大约|差不多|约|在|的|那天|那个|左右|吧|是|就|at|on|in the|in|the|of|around|about|from)"
)
GLUE = re.compile(rf"[\s,，、.。()（）:]{{0,3}}(?:{FILLER}[\s,，]{{0,2}}){{0,2}}")
SAME_DAY_GLUE = re.compile(r"[\s,，(（]{0,3}(?:是|也就是|就是)?")
RANGE = re.compile(r"\s?(?:-{1,3}|到|至|直到|to|until|till|and|与|和)\s?(?:在)?")
ENGLISH_AND = re.compile(r"\bbetween\s$|之间|\bfrom\s$")
MOVE = re.compile(r"\b(?:change|move|reschedule|postpone|switch|shift)\b")
BEFORE_AFTER = re.compile(
    r"\s?(?P<before>(?:之|以)前|前(?![台面门后天往列任]))"
    r"|\s?(?P<after>(?:之|以|过)后|后(?![台面门天日院来边])|后(?=来)|or later\b|onwards\b)"
    r"|\s?(?:之内|以内|内(?!科))"
)
LEADING = re.compile(
    r"(?:(?P<before>\b(?:before|by|until|till|no later than)\s(?:the\s)?|最晚|最迟|不晚于|至迟)"
    r"|(?P<after>\b(?:after|since|from|past)\s(?:the\s)?|最早|不早于)"
    r"|\b(?:at|on|in the|in|the|this|around|about)\s)$"
)
# Longer than any words that lead to a time.
LEAD = 16


def group(folded: str, tokens: Sequence[Token]) -> list[Mention]:
    """The mentions in order."""
    mentions: list[Mention] = []
    for token in tokens:
        if not (mentions and _add(mentions[-1], token, folded)):
            mentions.append(_begun(token))
    for mention in mentions:
        _bound(mention, folded)
    return mentions


def _begun(token: Token) -> Mention:
    mention = Mention(token.start, token.end)
    if isinstance(token.value, Later | Loose):
        mention.apart = token.value
    else:
        _put(mention.begin, token.value)
    return mention


def _put(point: Point, value: Value) -> None:
    if isinstance(value, Days):
        point.days = value
    elif isinstance(value, Part):
        point.part = value
    elif isinstance(value, Clock):
        point.clock = value


def _add(mention: Mention, token: Token, folded: str) -> bool:
    """Adds the token to the mention before it if the words between them join the two."""
    gap, value = folded[mention.end : token.start], token.value
    if mention.apart is not None or isinstance(value, Later | Loose) or len(gap) > LEAD:
        return False
    if mention.until is None and RANGE.fullmatch(gap) and _is_range(mention, token, folded):
        mention.until = Point()
        _put(mention.until, value)
    elif not _fits(_open_point(mention, value), value, gap):
        return False
    mention.end = token.end
    return True


def _open_point(mention: Mention, value: Value) -> Point:
    """Where the value belongs: the day after "3 to 5pm" is that of both hours."""
    begin, until = mention.begin, mention.until
    if until is None:
        return begin
    late_day = isinstance(value, Days) and begin.days is None and until.days is None
    return begin if late_day and (until.clock or until.part) else until


def _is_range(mention: Mention, token: Token, folded: str) -> bool:
    """Whether the words between mean until: 12月3日-下午 only parts two words."""
    gap = folded[mention.end : token.start].strip()
    if gap in ("and", "与", "和"):
        around = (
            folded[max(0, mention.start - 8) : mention.start],
            folded[token.end : token.end + 2],
        )
        return any(ENGLISH_AND.search(one) for one in around)
    if gap == "to" and MOVE.search(folded[max(0, mention.start - 24) : mention.start]):
        return False
    alone = mention.begin.is_day_alone()
    return not (gap.startswith("-") and alone and not isinstance(token.value, Days))


def _fits(point: Point, value: Value, gap: str) -> bool:
    """Puts the value into the point if there is room for it."""
    if isinstance(value, Days) and point.days is not None:
        same = _same_day(point.days, value) if SAME_DAY_GLUE.fullmatch(gap) else None
        if same is None or (same.problem is TimeProblem.AMBIGUOUS and gap not in ("", "(")):
            return False
        point.days = same
        return True
    if not GLUE.fullmatch(gap):
        return False
    if isinstance(value, Part) and point.part is not None:
        return point.part is value or (point.part, value) == (Part.EARLY, Part.MORNING)
    if isinstance(value, Clock) and point.clock is not None:
        return False
    _put(point, value)
    return True


def _same_day(one: Days, other: Days) -> Days:
    """Two names of a day, 12月3号周四; when they differ it is not known which is meant."""
    for days, second in ((one, other), (other, one)):
        if days.problem is TimeProblem.UNREADABLE:
            return second
        if days.step == 7 and not second.problem and (second.first - days.first).days % 7 == 0:
            # 12月10号周四 is not the next Thursday but that one.
            return second
    if one.problem or other.problem:
        return one if one.problem else other
    if other.first <= one.first and one.last <= other.last:
        return one
    if one.first <= other.first and other.last <= one.last:
        return other
    return Days(one.first, one.last, problem=TimeProblem.AMBIGUOUS)


def _bound(mention: Mention, folded: str) -> None:
    """Takes in the words beside a mention that say before or after."""
    if mention.apart is not None:
        return
    if lead := LEADING.search(folded[max(0, mention.start - LEAD) : mention.start]):
        mention.start -= len(lead.group())
        # "from 3 to 5" has its end.
        if lead.lastgroup and mention.until is None:
            mention.bound = Bound(lead.lastgroup)
    if after := BEFORE_AFTER.match(folded, mention.end):
        mention.end = after.end()
        if mention.until is None and after.lastgroup:
            mention.bound = Bound(after.lastgroup)
