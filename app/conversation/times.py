"""Times in a text: 明天上午, 今晚, 下周三3点, tomorrow morning. Local wall time in and out."""

import re
from datetime import date, datetime, time, timedelta

from app.conversation.clocks import Hour, find_hours

Period = tuple[datetime, datetime]

NOON = 12 * 60
DAY_MINUTES = 24 * 60
DEFAULT_LENGTH = 120
WHOLE_DAY = (8 * 60, 21 * 60)
# A day and its part in one word.
TOGETHER = {"今早": "今天早上", "明早": "明天早上", "今晚": "今天晚上", "明晚": "明天晚上"}
TOGETHER_WORDS = re.compile("(今早|明早|今晚|明晚)上?")
DAYS = re.compile(
    r"(?P<d3>大后天|大後天)|(?P<d2>后天|後天|day after tomorrow)"
    r"|(?P<d1>明天|明日|明儿|\btomorrow\b)|(?P<d0>今天|今日|今儿|\btoday\b|(?=\btonight\b))",
    re.IGNORECASE,
)
CHINESE_WEEKDAY = re.compile(
    r"(?P<next>下)?[个個这這本]?(?:周|週|星期|礼拜|禮拜)(?P<day>[一二三四五六日天])"
)
ENGLISH_WEEKDAY = re.compile(
    r"\b(?P<next>next\s)?(?P<day>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
WEEKDAYS = "一二三四五六日"
ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])[日号號]")
# A greeting (早上好, good morning) is no time.
PARTS = re.compile(
    r"(?P<night>凌晨)|(?P<early>早上|早晨|清晨)(?!好)|(?P<morning>上午(?!好)|(?<!good )\bmorning\b)"
    r"|(?P<noon>中午(?!好)|\bnoon\b)|(?P<afternoon>下午(?!好)|(?<!good )\bafternoon\b)"
    r"|(?P<evening>(?:晚上|傍晚)(?!好)|(?<!good )\bevening\b|\btonight\b)",
    re.IGNORECASE,
)
# From and until, in minutes after midnight.
SPANS = {
    "night": (0, 6 * 60),
    "early": (7 * 60, 10 * 60),
    "morning": (8 * 60, NOON),
    "noon": (11 * 60, 14 * 60),
    "afternoon": (13 * 60, 18 * 60),
    "evening": (18 * 60, 21 * 60),
}
SOON = re.compile(
    r"马上|馬上|立刻|立即|尽快|盡快|现在|現在|\basap\b|\bright now\b|\bnow\b", re.IGNORECASE
)


def find_time(text: str, now_local: datetime) -> tuple[Period | None, str]:
    """The period that the text names, or None, and the text without the words that name it."""
    rest = TOGETHER_WORDS.sub(lambda found: TOGETHER[found.group(1)], SOON.sub(" ", text))
    day, step, rest = _day(rest, now_local.date())
    part, rest = _part(rest)
    hours, rest = find_hours(rest, words_too=bool(day or part))
    if day is None and part is None and not hours:
        return None, rest
    span = _span(hours, part)
    if day is not None:
        return _not_past(_at(day, span, now_local), now_local, step=step), rest
    today = _at(now_local.date(), span, now_local)
    if part is None and today[1] <= now_local and _may_be_evening(hours):
        # "8点" said in the afternoon is tonight's, not tomorrow morning's.
        tonight = _at(now_local.date(), (span[0] + NOON, span[1] + NOON), now_local)
        today = tonight if tonight[1] > now_local else today
    return _not_past(today, now_local, step=1), rest


def _day(text: str, today: date) -> tuple[date | None, int, str]:
    """The day named, after how many days it repeats (0: never), and the text without it."""
    if found := DATE.search(text):
        return _of_year(today, int(found.group(1)), int(found.group(2))), 0, _without(text, found)
    if found := DAYS.search(text):
        return today + timedelta(days=int((found.lastgroup or "d0")[1])), 0, _without(text, found)
    if found := CHINESE_WEEKDAY.search(text):
        wanted = WEEKDAYS.index(found.group("day").replace("天", "日"))
    elif found := ENGLISH_WEEKDAY.search(text):
        wanted = ENGLISH_WEEKDAYS.index(found.group("day")[:3].lower())
    else:
        return None, 0, text
    if found.group("next"):
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=7 + wanted), 0, _without(text, found)
    return today + timedelta(days=(wanted - today.weekday()) % 7), 7, _without(text, found)


def _of_year(today: date, month: int, day: int) -> date | None:
    """The next such date; None for an impossible one like 30 February."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _part(text: str) -> tuple[str | None, str]:
    found = PARTS.search(text)
    return (found.lastgroup, _without(text, found)) if found else (None, text)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _span(hours: list[Hour], part: str | None) -> tuple[int, int]:
    """From and until in minutes after the day's midnight; until may lie on the next day."""
    if not hours:
        return SPANS[part] if part else WHOLE_DAY
    start = _meant(hours[0], part)
    end = _meant(hours[1], part) if len(hours) > 1 else start + DEFAULT_LENGTH
    if end <= start:
        end = end + NOON if end + NOON > start else start + DEFAULT_LENGTH
    return start, end


def _meant(hour: Hour, part: str | None) -> int:
    """Minutes after midnight: 3点 with 下午 is 15:00, and without a part too."""
    if hour.exact or part in ("night", "early", "morning"):
        return hour.minutes
    if part == "evening" and hour.minutes < 5 * 60:
        return hour.minutes + DAY_MINUTES
    if part in ("afternoon", "evening"):
        # 晚上12点 is midnight, 下午12点半 is half past noon.
        late = hour.minutes < (NOON + 60 if part == "evening" else NOON)
        return hour.minutes + (NOON if late else 0)
    small = 3 * 60 if part == "noon" else 7 * 60
    return hour.minutes + (NOON if 60 <= hour.minutes < small else 0)


def _may_be_evening(hours: list[Hour]) -> bool:
    return bool(hours) and not hours[0].exact and hours[0].minutes < NOON


def _at(day: date, span: tuple[int, int], now_local: datetime) -> Period:
    midnight = datetime.combine(day, time(), tzinfo=now_local.tzinfo)
    start, end = (midnight + timedelta(minutes=minutes) for minutes in span)
    return start, end


def _not_past(period: Period, now_local: datetime, *, step: int) -> Period | None:
    """Moves a period that has passed `step` days on; None if it cannot repeat.

    A period that has begun starts now.
    """
    start, end = period
    if end <= now_local and step:
        start, end = start + timedelta(days=step), end + timedelta(days=step)
    return (max(start, now_local), end) if end > now_local else None
