"""Dates of the calendar: 20号, 12月3日, 2026-12-03, 12/3, Dec 3rd. Impossible ones too."""

import re
from datetime import date, timedelta

from app.conversation.named import Days, Loose, TimeProblem
from app.conversation.numerals import (
    CHINESE_NUMBER,
    NO_NUMBER_AFTER,
    NO_NUMBER_BEFORE,
    number,
)

NUM = rf"(?:\d{{1,2}}|{CHINESE_NUMBER})"
FULL_DATE = re.compile(
    r"(?<![\d./-])(?P<year>20\d\d)\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)"
    r"\s?[日号]?"
)
MONTH_DAY = re.compile(
    rf"{NO_NUMBER_BEFORE}(?:(?P<year>今年|明年|后年|去年)的?)?(?P<month>{NUM})\s?月份?\s?(?P<day>{NUM})"
    rf"(?:\s?[日号]|{NO_NUMBER_AFTER}(?![.:点时楼栋个粒片天次件单元]))"
)
MONTH = re.compile(
    rf"(?P<last>去年|上上?个?)?{NO_NUMBER_BEFORE}(?:{NUM}月份?|(?:下下?个?|这个?|本)月|(?<=上)个?月)"
    rf"(?!\s?(?:{NUM}[次回遍]|[没未前后内多]))"
)
# 20号 may be a house (路20号), a line (3号线), a person (42号志愿者).
HOUSE = "路街巷道弄里村苑园区坊庄城院楼栋座湾围堂第码单编证房门"
DAY_OF_MONTH = re.compile(
    r"(?P<each>每个?月的?)?(?P<which>(?:下下?个?|上个?|这个?|本|今个?)月的?\s?)?"
    rf"(?<![{HOUSE}])(?<![a-z]){NO_NUMBER_BEFORE}(?P<day>{NUM})"
    r"\s?(?:号(?![楼栋线门院房室库店机仓厅馆桌床铺路桥井站台口电排座单元车梯柜窗码志技师的病街巷])"
    r"|日(?!\s?[一二两三四\d]|[没未内前后来游份量常用子均报期]))"
)
DAY_RANGE = re.compile(
    rf"{NO_NUMBER_BEFORE}(?P<day>{NUM})(?=\s?[-到至]\s?{NUM}[号日](?![楼栋线门]))"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
YEAR = r"(?:,?\s(?P<year>20\d\d)\b)?"
ENGLISH_DATE = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH_NAME}{YEAR}")
ENGLISH_MONTH_FIRST = re.compile(
    rf"\b{MONTH_NAME}\s+(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|\s?[ap]m\b){YEAR}"
)
ENGLISH_DAY = re.compile(
    r"\b(?:the\s)?(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s(?:floor|street|st\b|road|building|ave|block))"
)
YEAR_LAST = re.compile(
    r"(?<![\w./-])(?P<one>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>20\d\d)(?![\w/-])"
)
ENGLISH_MONTH = re.compile(rf"\b(?P<last>last\s)?(?:in|next|this|by|until)\s{MONTH_NAME}(?!\s?\d)")
# 12/3, 12.3 and 12-3; what follows a number of things (2/3片, 3.5公斤) is left out.
SHORT_DATE = re.compile(
    r"(?<![a-z\d./\-#:¥$])(?P<month>\d{1,2})(?P<mark>[/.-])(?P<day>\d{1,2})(?P<sure>[日号](?![楼栋线门院房室]))?(?![a-z\d./\-%:]|\s?%"
    r"|\s?[片粒颗杯碗袋瓶盒勺斤公克千个块元米度岁点时号楼栋室次件倍码折万页位人星升毫两箱提份级天周月年小分秒成]"
    r"|\s?(?:of|kg|km|pm|am|tablet|pill|cup|mg|ml)\b)"
)
UNIT_BEFORE = re.compile(r"(?:血糖|血压|体温|体重|[高低]压|尿酸|温度|价格?|重|[共花付])[是为]?\s?$")
# 明天 8.30 is an hour.
HOUR_BEFORE = re.compile(r"[天日号午早晚晨]\s?$|(?:day|morrow|morning|noon|evening)\s$")
HOUR = re.compile(r"(?:0?[6-9]|1\d|20)\.[0-5][05]")
HAN_BEFORE = re.compile(r"[一-鿿](?<![到于为成在改至约])$")
FEAST = re.compile(
    r"(?P<new_year>元旦|\bnew year'?s day\b)|(?P<christmas>圣诞节?|\bchristmas(?: day)?\b)"
    r"|(?P<labour>劳动节)|(?P<national>国庆节)"
    r"|(?P<lunar>除夕|春节|中秋节?|端午节?|清明节|重阳节|冬至|元宵节|七夕|大?年三十"
    r"|(?:农历|阴历|旧历|古历)\s?[年月日号初正腊冬一二三四五六七八九十廿卅\d]*"
    r"|(?:正月|腊月|冬月)[初一二三四五六七八九十廿卅]*"
    r"|(?<![最当起])初(?:[一二三]|十)(?![中期级步学年男女班三四五六])|(?<![最当起])初[四五六七八九]"
    r"|廿[一二三四五六七八九])"
)
FEASTS = {"new_year": (1, 1), "christmas": (12, 25), "labour": (5, 1), "national": (10, 1)}
# A date that has been within so many days is not meant for next year; one so far off that is
# written like a number is asked about.
JUST_BEEN, NEAR = 60, 92
UNKNOWN_DAY = date(1, 1, 1)


def read_date(found: re.Match[str], today: date) -> Days:
    """A month and a day, perhaps with a year."""
    given = found.groupdict()
    month = number(given["month"]) if given["month"][0] not in "jfmasond" else 0
    month = month or MONTHS.index(given["month"][:3]) + 1 if given["month"].isalpha() else month
    return _date(_year(given.get("year"), today), month, number(given["day"]), today)


def _year(written: str | None, today: date) -> int | None:
    named = {"今年": 0, "明年": 1, "后年": 2, "去年": -1}
    if written in named:
        return today.year + named[written]
    return int(written) if written else None


def _date(year: int | None, month: int, day: int, today: date) -> Days:
    """Such a date, the next one if there is no year."""
    for one in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if found >= today:
            return Days(found, found)
        if year or today - found <= timedelta(days=JUST_BEEN):
            return Days(found, found, problem=TimeProblem.PAST)
    return unknown(TimeProblem.IMPOSSIBLE)


def read_month(found: re.Match[str], today: date) -> Loose:
    """A month without a day is too little to go by."""
    return Loose.NOT_MEANT if found.group("last") else Loose.SOME_DAY


def read_day_of_month(found: re.Match[str], today: date) -> Days | Loose | None:
    """A day of this month, or of the next one that has it, or of a month named."""
    if found.group("each"):
        return Loose.REPEATING
    day, which = number(found.group("day")), found.group("which") or ""
    if which.startswith("上"):
        return Loose.NOT_MEANT
    if not 1 <= day <= 31:
        return None
    if which:
        months = today.month - 1 + which.count("下")
        return _date(today.year + months // 12, months % 12 + 1, day, today)
    return _next_with(day, today)


def read_ordinal(found: re.Match[str], today: date) -> Days | None:
    day = number(found.group("day"))
    return _next_with(day, today) if 1 <= day <= 31 else None


def _next_with(day: int, today: date) -> Days:
    for ahead in range(3):
        months = today.month - 1 + ahead
        try:
            found = date(today.year + months // 12, months % 12 + 1, day)
        except ValueError:
            continue
        if found >= today:
            return Days(found, found)
    return unknown(TimeProblem.IMPOSSIBLE)


def read_short_date(found: re.Match[str], today: date) -> Days | None:
    """A date in figures only. In doubt it is none of today's business but asked about."""
    month, day = int(found.group("month")), int(found.group("day"))
    before = found.string[max(0, found.start() - 6) : found.start()]
    if UNIT_BEFORE.search(before) or (HOUR_BEFORE.search(before) and HOUR.fullmatch(found.group())):
        return None
    sure = found.group("sure")
    # 民乐老村3-2 is a house, 3-5号 are days of one month.
    if found.group("mark") != "/" and HAN_BEFORE.search(before):
        return None
    if found.group("mark") == "-" and sure:
        return None
    if found.group("mark") == "/" and 12 < month <= 31 and 1 <= day <= 12:
        return unknown(TimeProblem.AMBIGUOUS)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    days = _date(None, month, day, today)
    near = days.problem is None and days.first - today <= timedelta(days=NEAR)
    if near and (found.group("mark") == "/" or sure or _in_a_day(found)):
        return days
    return unknown(TimeProblem.AMBIGUOUS)


def _in_a_day(found: re.Match[str]) -> bool:
    """Whether a part of the day or an hour follows, so that 12.3 is a date."""
    return IN_A_DAY.match(found.string, found.end()) is not None


IN_A_DAY = re.compile(r"\s?(?:[上中下]午|早|晚|凌晨|[012]?\d[点:]|[一二两三四五六七八九十]{1,2}点)")


def read_year_last(found: re.Match[str], today: date) -> Days | None:
    """12/03/2026 is read differently in different countries, 25/12/2026 is not."""
    one, other, year = (int(found.group(name)) for name in ("one", "other", "year"))
    if one != other and max(one, other) <= 12:
        return unknown(TimeProblem.AMBIGUOUS)
    return _date(year, min(one, other), max(one, other), today)


def read_feast(found: re.Match[str], today: date) -> Days:
    """A feast with a fixed date; those of the lunar calendar cannot be read."""
    if found.lastgroup not in FEASTS:
        return unknown(TimeProblem.UNREADABLE)
    return _date(None, *FEASTS[found.lastgroup], today)


def unknown(problem: TimeProblem) -> Days:
    """A day that is named and cannot be used."""
    return Days(UNKNOWN_DAY, UNKNOWN_DAY, problem=problem)
