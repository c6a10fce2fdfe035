"""What words of time name: days, parts of the day, hours, and why some cannot be read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NOON = 12 * 60
DAY_MINUTES = 24 * 60


class TimeProblem(StrEnum):
    """Why a time that a text names gives no period, so that one has to ask."""

    # 30 February, 25 o'clock.
    IMPOSSIBLE = "impossible"
    # A day of the lunar calendar.
    UNREADABLE = "unreadable"
    # 12.3 may be a date or a number; 周五 beside a date that is a Thursday.
    AMBIGUOUS = "ambiguous"
    # 明天 and 后天, and nothing says which.
    SEVERAL = "several"
    # It is over.
    PAST = "past"
    # 每周三
    REPEATING = "repeating"
    # 改天, 有空的时候, 下周
    VAGUE = "vague"


class Part(StrEnum):
    """A part of the day."""

    NIGHT = "night"
    EARLY = "early"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Days:
    """One day or several on end; over, they come again after `step` days (0: never).

    With a `problem` the days are not to be used.
    """

    first: date
    last: date
    step: int = 0
    problem: TimeProblem | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`minutes` after midnight as written; `exact` when am or pm or 24 hours leave no doubt.

    None: there is no such hour.
    """

    minutes: int | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """A period that begins and ends so many minutes after now."""

    start: int
    end: int


class Loose(StrEnum):
    """Words of time that name no day and no hour."""

    SOON = "soon"
    SOME_DAY = "some_day"
    SOME_HOUR = "some_hour"
    REPEATING = "repeating"
    # Past or a habit: 昨天, 三天前, 每天吃.
    NOT_MEANT = "not_meant"


Value = Days | Part | Clock | Later | Loose


@dataclass(frozen=True, slots=True)
class Token:
    """Something named at text[start:end]."""

    start: int
    end: int
    value: Value
