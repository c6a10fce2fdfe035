"""Which of the times in a text is meant, what is left of it, and times when clocks are set."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.conversation.folding import fold
from app.conversation.named import TimeProblem
from app.conversation.senses import Sense
from app.conversation.times import read_times
from app.conversation.tokens import READERS
from tests.domain.conversation.test_time_table import rows

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
NOW = datetime(2026, 11, 30, 2, 20, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "senses"),
    [
        ("取消明天的 改成后天", [("明天", Sense.DENIED), ("后天", Sense.CHOSEN)]),
        ("从明天改到后天上午", [("明天", Sense.REPLACED), ("后天上午", Sense.CHOSEN)]),
        ("昨天的药没吃完 明天再买药", [("昨天", Sense.NOT_MEANT), ("明天", Sense.MEANT)]),
        ("明天不用 后天买药", [("明天", Sense.DENIED), ("后天", Sense.MEANT)]),
        ("明天或后天上午", [("明天", Sense.MEANT), ("后天上午", Sense.MEANT)]),
        ("明天不用了", [("明天", Sense.DENIED)]),
        ("农历初八", [("农历初八", Sense.MEANT)]),
        ("買藥 聽日 朝早九點半", [("聽日 朝早九點半", Sense.MEANT)]),
    ],
)
def test_every_time_is_named_with_its_place_and_sense(
    text: str, senses: list[tuple[str, Sense]]
) -> None:
    named = read_times(text, NOW).named
    assert [(text[one.start : one.end], one.sense) for one in named] == senses


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("民乐老村3栋502 明天上午9点前 买药", "民乐老村3栋502 买药"),
        ("買藥 民樂老村三棟 聽日下晝三點半", "買藥 民樂老村三棟"),
        ("马上 买药 3栋", "买药 3栋"),
        ("buy medicine before 9 tomorrow please", "buy medicine please"),
        ("明天 民乐老村3栋 上午9点", "民乐老村3栋"),
        # A person reads what was not understood, and what was denied.
        ("买药 农历初八", "买药 农历初八"),
        ("明天不用 后天买药", "明天不用 买药"),
        ("买药 明天或后天", "买药 明天或后天"),
    ],
)
def test_only_what_was_used_is_taken_out(text: str, rest: str) -> None:
    assert read_times(text, NOW).rest.split() == rest.split()


def test_at_once_is_said() -> None:
    assert read_times("现在 买药", NOW).soon
    assert not read_times("明天 买药", NOW).soon


@pytest.mark.parametrize(
    ("now", "text", "start", "end"),
    [
        # The clock goes from 02:00 to 03:00.
        ("2027-03-13T10:00", "明天凌晨2点半", "2027-03-14T03:00-04:00", "2027-03-14T04:30-04:00"),
        ("2027-03-14T01:30", "两小时后", "2027-03-14T04:30-04:00", "2027-03-14T06:30-04:00"),
        ("2027-03-13T10:00", "明天上午9点", "2027-03-14T09:00-04:00", "2027-03-14T11:00-04:00"),
        ("2027-03-13T10:00", "一天后上午9点", "2027-03-14T09:00-04:00", "2027-03-14T11:00-04:00"),
        # The clock goes from 02:00 back to 01:00.
        ("2027-11-06T10:00", "明天凌晨1点", "2027-11-07T01:00-04:00", "2027-11-07T03:00-05:00"),
        ("2027-11-07T00:30", "两小时后", "2027-11-07T01:30-05:00", "2027-11-07T03:30-05:00"),
        ("2027-11-06T10:00", "明天下午", "2027-11-07T13:00-05:00", "2027-11-07T18:00-05:00"),
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall(
    now: str, text: str, start: str, end: str
) -> None:
    period = read_times(text, datetime.fromisoformat(now).replace(tzinfo=NEW_YORK)).period
    assert period is not None
    assert [at.isoformat(timespec="minutes") for at in period] == [start, end]


def test_day_that_the_calendar_skips_is_impossible() -> None:
    reading = read_times("明天", datetime(2011, 12, 29, 10, 0, tzinfo=APIA))
    assert (reading.period, reading.problem) == (None, TimeProblem.IMPOSSIBLE)


def test_no_pattern_is_passed_over_that_would_find_something() -> None:
    for _, text, _ in rows():
        folded = fold(text)
        for pattern, read, needed in READERS:
            found = [read(match, NOW.date()) for match in pattern.finditer(folded)]
            assert not any(found) or not needed.isdisjoint(folded), (text, pattern.pattern)
