"""Times in texts, in the words that people use."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.times import Period, read_times

ZONE = ZoneInfo("Asia/Shanghai")
# A Tuesday, ten in the morning.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)


def find_time(text: str, now: datetime) -> tuple[Period | None, str]:
    """The period that is named, and the text without the words that name it."""
    reading = read_times(text, now)
    return reading.period, reading.rest


def said(text: str, now: datetime = NOW) -> str:
    """The period as "days-from-now from-until", "" for none."""
    period, _ = find_time(text, now)
    if period is None:
        return ""
    start, end = period
    return f"{(start.date() - now.date()).days} {start:%H:%M}-{end:%H:%M}"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("今天", "0 10:00-21:00"),
        ("明天", "1 08:00-21:00"),
        ("后天上午", "2 08:00-12:00"),
        ("後天下午", "2 13:00-18:00"),
        ("大后天", "3 08:00-21:00"),
        ("今天下午", "0 13:00-18:00"),
        ("中午", "0 11:00-14:00"),
        ("今晚", "0 18:00-21:00"),
        ("今晚上8点到9点", "0 20:00-21:00"),
        ("明早", "1 07:00-10:00"),
        ("tomorrow morning", "1 08:00-12:00"),
        ("tomorrow afternoon", "1 13:00-18:00"),
        ("tonight", "0 18:00-21:00"),
        ("day after tomorrow", "2 08:00-21:00"),
        ("周三", "1 08:00-21:00"),
        ("週三上午", "1 08:00-12:00"),
        ("星期天", "5 08:00-21:00"),
        ("周二下午", "0 13:00-18:00"),
        ("周一", "6 08:00-21:00"),
        ("下周三", "8 08:00-21:00"),
        ("下个星期一", "6 08:00-21:00"),
        ("next Monday", "6 08:00-21:00"),
        ("on friday at 3pm", "3 15:00-17:00"),
        ("12月1日上午", "7 08:00-12:00"),
        ("3点", "0 15:00-17:00"),
        ("15:30", "0 15:30-17:30"),
        ("下午3点半", "0 15:30-17:30"),
        ("下午三点", "0 15:00-17:00"),
        ("明天十点一刻", "1 10:15-12:15"),
        ("明天十二点", "1 12:00-14:00"),
        ("两点半", "0 14:30-16:30"),
        ("3点20分", "0 15:20-17:20"),
        ("中午1点", "0 13:00-15:00"),
        ("明天12点", "1 12:00-14:00"),
        ("晚上12点", "1 00:00-02:00"),
        ("晚上一点", "1 01:00-03:00"),
        ("明天9-11点", "1 09:00-11:00"),
        ("明天上午9点至11点", "1 09:00-11:00"),
        ("明天11点到1点", "1 11:00-13:00"),
        ("14:00-16:00", "0 14:00-16:00"),
        ("明天07:00", "1 07:00-09:00"),
        ("8pm", "0 20:00-22:00"),
        # Over for today: tomorrow's, tonight's, next week's.
        ("凌晨3点", "1 03:00-05:00"),
        ("早上", "1 07:00-10:00"),
        ("7点", "0 19:00-21:00"),
        # A date that has passed gives nothing.
        ("今天早上8点", "0 10:00-10:00"),
    ],
)
def test_time_is_understood(text: str, period: str) -> None:
    assert said(text) == ("" if period == "0 10:00-10:00" else period)


@pytest.mark.parametrize(
    "text",
    [
        *["", "早点", "早一点", "快一点来", "买2点心", "3栋", "3小时", "早上好", "Good morning"],
        *["马上", "asap", "2月30日", "13800138000", "know", "25:99"],
    ],
)
def test_no_time_is_made_up(text: str) -> None:
    assert said(text) == ""


def test_passed_weekday_is_the_next_weeks() -> None:
    evening = NOW.replace(hour=22)
    assert said("周二下午", evening) == "7 13:00-18:00"
    assert said("8点", NOW.replace(hour=15)) == "0 20:00-22:00"


def test_date_that_passed_is_next_years() -> None:
    period, _ = find_time("3月1日", NOW)
    assert period is not None and period[0].date() == date(2027, 3, 1)


def test_words_of_time_are_taken_out_of_the_rest() -> None:
    _, rest = find_time("民乐老村3栋 明天下午3点半 B座 asap", NOW)
    assert rest.split() == ["民乐老村3栋", "B座"]


def test_what_has_begun_lasts_from_now() -> None:
    period, _ = find_time("今天上午", NOW)
    assert period == (NOW, NOW.replace(hour=12))


PIECES = [
    *["明天", "周三", "下周", "上午", "晚上", "中午", "3点", "十点", "半", "12:30", "-", "到"],
    *["am", "号", "今晚", "2月29日", "24:00", "0点", "一点", "凌晨"],
    " ",
]


@given(
    text=st.lists(
        st.sampled_from(PIECES),
        max_size=6,
    ).map("".join),
    minutes=st.integers(0, 7 * 24 * 60),
)
def test_period_is_never_over_nor_empty(text: str, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    period, _ = find_time(text, now)
    assert period is None or now <= period[0] < period[1] <= now + timedelta(days=370)
