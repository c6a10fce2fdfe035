"""When somebody means: 明天上午, 今晚, 周三3点, tomorrow morning. Local wall time in and out."""

import re
from datetime import datetime, time, timedelta

DAYS = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "後天": 2}
PARTS = {
    "上午": (time(8), time(12)),
    "早上": (time(7), time(10)),
    "morning": (time(8), time(12)),
    "中午": (time(11), time(14)),
    "noon": (time(11), time(14)),
    "下午": (time(13), time(18)),
    "afternoon": (time(13), time(18)),
    "晚上": (time(18), time(21)),
    "今晚": (time(18), time(21)),
    "evening": (time(18), time(21)),
    "tonight": (time(18), time(21)),
}
WEEKDAYS = "一二三四五六日"
WEEKDAY = re.compile(r"(?:周|星期|礼拜|週)([一二三四五六日天])")
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?:[:：]([0-5]\d)|[点點时時](半)?)")
SOON = ("马上", "馬上", "尽快", "盡快", "现在", "現在", "立刻", "asap", "now")
WHOLE_DAY = (time(8), time(21))


def find_time(text: str, now_local: datetime) -> tuple[tuple[datetime, datetime] | None, str]:
    """The period that the text names, if any, and the text without the words that named it."""
    rest = text
    for word in SOON:
        rest = rest.replace(word, " ")
    offset, rest = _day(rest, now_local)
    part, rest = _part(rest)
    at, rest = _clock(rest, part)
    if offset is None and part is None and at is None:
        return None, rest
    day = (now_local + timedelta(days=offset or 0)).date()
    if at is not None:
        start = datetime.combine(day, at, tzinfo=now_local.tzinfo)
        period = (start, start + timedelta(hours=2))
    else:
        first, last = PARTS[part] if part else WHOLE_DAY
        period = (
            datetime.combine(day, first, tzinfo=now_local.tzinfo),
            datetime.combine(day, last, tzinfo=now_local.tzinfo),
        )
    return _not_past(period, now_local, moved=offset is None), rest


def _day(text: str, now_local: datetime) -> tuple[int | None, str]:
    for word, offset in DAYS.items():
        if word in text:
            return offset, text.replace(word, " ", 1)
    found = WEEKDAY.search(text)
    if found is None:
        return None, text
    wanted = WEEKDAYS.index(found.group(1).replace("天", "日"))
    offset = (wanted - now_local.weekday()) % 7
    return offset, text[: found.start()] + " " + text[found.end() :]


def _part(text: str) -> tuple[str | None, str]:
    for word in PARTS:
        if word in text:
            return word, text.replace(word, " ", 1)
    return None, text


def _clock(text: str, part: str | None) -> tuple[time | None, str]:
    found = CLOCK.search(text)
    if found is None:
        return None, text
    hour = int(found.group(1))
    minute = 30 if found.group(3) else int(found.group(2) or 0)
    late = part in ("下午", "晚上", "今晚", "afternoon", "evening", "tonight")
    if late and hour < 12:
        hour += 12
    return time(hour, minute), text[: found.start()] + " " + text[found.end() :]


def _not_past(
    period: tuple[datetime, datetime], now_local: datetime, *, moved: bool
) -> tuple[datetime, datetime] | None:
    """A time without a day that has passed means tomorrow's; a named day that passed is none."""
    start, end = period
    if end > now_local:
        return max(start, now_local), end
    if moved:
        return start + timedelta(days=1), end + timedelta(days=1)
    return None
