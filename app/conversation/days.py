"""Days by their distance from today, and days of the week: 后天, 下周三, next Monday."""

import re
from datetime import date, timedelta

from app.conversation.named import Days, Loose, TimeProblem

DAY_WORDS = re.compile(
    r"(?P<past>大?前[天日](?!性)|昨[天日儿]个?|昨(?=[早晚夜晨])|寻[日晚]|琴[日晚]"
    r"|\bday before yesterday\b|\byesterday\b|\blast\s(?:night|evening)\b|\bzuotian\b)"
    r"|(?P<d3>大后[天日儿]个?|\bdahoutian\b|\bda hou tian\b)"
    r"|(?P<both>明后[两二]?天|今明[两二]?天)"
    r"|(?P<d2>(?<![以之最今])后(?:[天日](?!性)|儿个?)|\b(?:the\s)?day after tomorrow\b"
    r"|\bhou\s?tian\b)"
    r"|(?P<d1>(?<![光文])明[天日]|明儿个?|明(?=[早晚晨朝])|听日|听(?=[朝晚](?![会辈]))"
    r"|\btomm?orr?ow\b|\btmrw?\b|\bming\s?tian\b|\bming(?=(?:zao|wan)\b))"
    r"|(?P<d0>今[天日]|今儿个?|今(?=[早晚晨夜朝])|\btoday\b|\bto(?=night\b)"
    r"|\bthis(?=\s(?:morning|afternoon|evening)\b)|\bjin\s?tian\b|\bjin(?=wan\b))"
)
WEEKDAYS = "一二三四五六日"
WEEKDAY = re.compile(
    r"(?P<which>下下个?|下个?|上上个?|上个?|这个?|本|今个?)?(?:周|星期|礼拜)"
    r"(?P<day>六日|[一二三四五六日天末](?![次遍回趟个])|[1-6](?![\d.:点年岁次个]))"
)
LONE_WEEK = re.compile(
    r"(?:(?P<last>上上?个?)|下下?个?|这个?|本)(?:周|星期|礼拜)(?![一二三四五六日天末1-6])"
)
SHORT = r"(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
ENGLISH_WEEKDAY = re.compile(
    r"\b(?:(?P<which>next|this|coming|last|past)\s)?"
    r"(?:(?P<long>mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?P<end>weekend)\b"
    rf"|(?P<short>{SHORT})\b\.?(?=\s+(?:morning|afternoon|evening|night|noon|at\b|\d)|\s*$|\s*[,;-])"
    rf"|(?:(?<=on )|(?<=next )|(?<=this )|(?<=by )|(?<=before )|(?<=until ))(?P<led>{SHORT})\b)"
)
ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PINYIN_WEEKDAY = re.compile(
    r"\b(?P<which>xia\s?)?(?:zhou|xing\s?qi|li\s?bai)\s?(?P<day>yi|er|san|si|wu|liu|ri|tian)\b"
)
PINYIN_DAYS = {"yi": 0, "er": 1, "san": 2, "si": 3, "wu": 4, "liu": 5, "ri": 6, "tian": 6}
WEEKEND = 7


def read_day_word(found: re.Match[str], today: date) -> Days | Loose:
    if found.group("past"):
        return Loose.NOT_MEANT
    if both := found.group("both"):
        first = today + timedelta(days=1 if both.startswith("明") else 0)
        return Days(first, first + timedelta(days=1))
    day = today + timedelta(days=int((found.lastgroup or "d0")[1]))
    return Days(day, day)


def read_weekday(found: re.Match[str], today: date) -> Days | Loose:
    written, which = found.group("day"), found.group("which") or ""
    if written in ("末", "六日"):
        wanted = WEEKEND
    else:
        wanted = int(written) - 1 if written.isdecimal() else WEEKDAYS.index(_sunday(written))
    if which.startswith("上"):
        return Loose.NOT_MEANT
    weeks = which.count("下")
    return _in_week(today, wanted, weeks if which else None)


def _sunday(written: str) -> str:
    return "日" if written == "天" else written


def read_lone_week(found: re.Match[str], today: date) -> Loose:
    """A week without a day is too little to go by."""
    return Loose.NOT_MEANT if found.group("last") else Loose.SOME_DAY


def read_english_weekday(found: re.Match[str], today: date) -> Days | Loose:
    which = found.group("which")
    if which in ("last", "past"):
        return Loose.NOT_MEANT
    name = found.group("long") or found.group("short") or found.group("led")
    wanted = ENGLISH_DAYS.index(name[:3]) if name else WEEKEND
    return _in_week(today, wanted, {"next": 1, "this": 0}.get(which or ""))


def read_pinyin_weekday(found: re.Match[str], today: date) -> Days:
    return _in_week(today, PINYIN_DAYS[found.group("day")], 1 if found.group("which") else None)


def _in_week(today: date, wanted: int, weeks: int | None) -> Days:
    """Day 0 to 6 of this week or a later one (7: its weekend); without a week the next one."""
    monday = today - timedelta(days=today.weekday())
    first = wanted if wanted < WEEKEND else WEEKEND - 2
    last = wanted if wanted < WEEKEND else WEEKEND - 1
    if weeks is None and last < today.weekday():
        monday += timedelta(days=7)
    monday += timedelta(days=7 * (weeks or 0))
    end = monday + timedelta(days=last)
    problem = TimeProblem.PAST if end < today else None
    return Days(
        monday + timedelta(days=first), end, step=7 if weeks is None else 0, problem=problem
    )
