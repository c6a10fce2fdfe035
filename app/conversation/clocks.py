"""Hours of the day as people write them: 15:30, 3点半, 差一刻四点, 9-11点, 3pm, half past three."""

import re
from datetime import date

from app.conversation.named import Clock
from app.conversation.numerals import CHINESE_NUMBER, ENGLISH_NUMBER, NO_NUMBER_BEFORE, number

QUARTERS = {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
UNIT = "[个斤粒片盒瓶袋包天人栋楼号元块年月米公克层室单次位张样件度桶箱]"
HALF_DAY = r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)"
CHINESE_HOUR = rf"(?:二十[一二三四]?|{CHINESE_NUMBER}|零)"
# 一点 is more often "a little" (早一点) than an hour.
HOUR = (
    r"(?:(?<![\d:.第¥$])(?P<figure>2[0-4]|[01]?\d)|(?:(?<![零一二两三四五六七八九十百第几\d周期拜])"
    rf"|(?<=[周期拜][一二三四五六]))(?P<word>{CHINESE_HOUR}))"
)
MINUTE = (
    r"(?:(?P<quarter>半|[一三13]刻)|零?过?(?P<minute>[0-5]\d|[1-9](?=分))(?!\d)"
    rf"(?!{UNIT})分?|[零过](?P<ones>[1-9一二三四五六七八九])分?(?!{UNIT})"
    rf"|(?P<spoken>[一二三四五]?十[一二三四五六七八九]?|[一二三四五六七八九](?=分))(?!{UNIT})分?)"
)
AROUND = r"(?:[钟整正](?!常)|钟?左右|前后|来钟|多钟?|几分)*"
LATE_BY = rf"(?P<less>差(?P<short>一刻|\d{{1,2}}分钟?|{CHINESE_NUMBER}分钟?)(?:到|就)?)"
CHINESE_CLOCK = re.compile(
    rf"{LATE_BY}?{HOUR}\s?(?:点|时(?![间候代段常不光差刻装]))(?![心儿水滴点])(?:差(?P<after>一刻|\d{{1,2}}分|{CHINESE_NUMBER}分)"
    rf"|{MINUTE}|(?P<exact>{AROUND}))"
)
LITTLE = re.compile(r"[午上天日晨明号夜中朝今到至在后前一二三四五六末-]\s?$|[今明]晚$|(?<!\S)$")
NO_HOUR_AFTER = re.compile(r"建议|意见|要求|说明|注意|想法|心意")
NOTHING_AFTER = re.compile(r"[都也不没药菜钱事东小心米水油盐糖酱的力]")
COLON = re.compile(
    rf"(?<![\d:.])(?P<figure>2[0-4]|[01]?\d):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:]){HALF_DAY}?"
)
HALF_DAY_CLOCK = re.compile(
    rf"(?<![\d:.])(?P<figure>1[0-2]|0?\d)(?:[:.](?P<minute>[0-5]\d))?{HALF_DAY}"
    rf"|\b(?P<word>{ENGLISH_NUMBER}){HALF_DAY.replace('half', 'half2')}"
)
ENGLISH_HOUR = rf"(?:(?P<figure>1[0-2]|[1-9])(?![\d:./-])|(?P<word>{ENGLISH_NUMBER})\b)"
# 三四点, 3、4点
ROUGH = re.compile(
    r"(?:(?<![\d:.])(?P<figure>1?\d)、(?P<next_figure>1?\d)"
    r"|(?<![零一二两三四五六七八九十百第几\d周期拜])(?P<word>[一二两三四五六七八九])、?"
    r"(?P<next_word>[二三四五六七八九十]))点(?![心儿水滴点])(?:多|钟|左右)*"
)
PINYIN_CLOCK = re.compile(
    r"(?<![\d:.])(?P<figure>2[0-4]|[01]?\d)\s?dian\b(?:\s?(?P<quarter>ban)\b)?"
)
PAST_OR_TO = re.compile(
    r"\b(?P<some>half|a quarter|quarter|five|ten|twenty|(?:5|10|20|25)(?:\sminutes?)?)\s"
    rf"(?P<way>past|to)\s{ENGLISH_HOUR}"
)
SOME = {"half": 30, "a quarter": 15, "quarter": 15, "five": 5, "ten": 10, "twenty": 20}
# A number after "at" or "before" is an hour if the sentence or a time goes on after it.
BARE_END = (
    r"(?=\s*(?:$|[,.;!?，。)]|-|to\b|and\b|till\b|until\b|or\b|in the\b|on\b|today\b|tomorrow\b"
    r"|tonight\b|please\b|pls\b|every\b|[一-鿿]))"
)
BARE = re.compile(
    r"(?:(?<=\bat )|(?<=\bby )|(?<=\bbefore )|(?<=\bafter )|(?<=\buntil )|(?<=\btill )|(?<=\bfrom )"
    rf"|(?<=\bto )|(?<=\baround )|(?<=\babout )|(?<=\bbetween )){ENGLISH_HOUR}{BARE_END}"
    r"|(?<![\w.])"
    + ENGLISH_HOUR.replace("figure", "figure2").replace("word", "word2")
    + r"(?=\s?o'?\s?clock\b)(?:\s?o'?\s?clock\b)"
)
NAMED = re.compile(r"\bmidnight\b|零点(?!\d)|子夜|午夜")
# In "9-11点" and "9-11am" what follows the second number counts for both.
BORROWED = re.compile(
    rf"(?:(?<![\d:.\-/])(?P<figure>2[0-4]|[01]?\d)|{NO_NUMBER_BEFORE}(?P<word>{CHINESE_HOUR}))"
    rf"(?=\s?(?:-|到|至|to|and)\s?(?:(?P<end>\d{{1,2}})(?:[:.]\d\d)?|{CHINESE_HOUR})"
    r"(?:点(?!心)|\s?(?P<half>[ap])\.?m\b))"
)
IMPOSSIBLE = re.compile(
    r"(?<![\d.:])(?:2[5-9]|[3-9]\d)点(?:[钟整半]|(?!\S))|(?<![\d.:])[012]?\d:[6-9]\d(?!\d)"
)
# Directly after a part of the day: 上午9, 晚上8, 上午9-11, 上午8.30; 明天0830 after a day too.
AFTER_PART = re.compile(
    r"(?P<figure>2[0-3]|1?\d)(?:\.(?P<minute>[0-5][05]))?(?![\d.:/]|\s?[a-z])"
    rf"(?!\s?{UNIT})(?![的])(?=$|[\s,，。;到至前后来去送帮之以左请见-])"
)
FOUR_FIGURES = re.compile(
    r"\s?(?:(?P<figure>[01]\d|2[0-3])(?P<minute>[0-5][05])"
    r"|(?P<figure2>0?[6-9]|1\d|20)\.(?P<minute2>[0-5][05]))(?![\d\w年])"
)


def read_chinese_clock(found: re.Match[str], today: date) -> Clock | None:
    given = found.groupdict()
    if given["word"] and not given["less"] and _is_little(found):
        return None
    hour = number(given["figure"] or given["word"])
    minute = QUARTERS.get(given["quarter"] or "", 0) or _minute(given)
    less = given["short"] or given["after"]
    if less:
        minute -= 15 if less == "一刻" else number(less.rstrip("分钟"))
    written = given["figure"] or ""
    return Clock(hour * 60 + minute, hour >= 13 or hour == 0 or written.startswith("0"))


def _minute(given: dict[str, str | None]) -> int:
    written = given["minute"] or given["ones"] or given["spoken"]
    return number(written) if written else 0


def _is_little(found: re.Match[str]) -> bool:
    """Whether 一点 is no hour: nothing of a day stands before it and no minutes follow."""
    if (
        found.group("quarter")
        or found.group("exact")
        or found.group("after")
        or _minute(found.groupdict())
    ):
        return False
    if found.group("word") != "一":
        return NO_HOUR_AFTER.match(found.string, found.end()) is not None
    before = found.string[max(0, found.start() - 2) : found.start()]
    much = NOTHING_AFTER.match(found.string, found.end()) or NO_HOUR_AFTER.match(
        found.string, found.end()
    )
    return LITTLE.search(before) is None or much is not None


def read_clock(found: re.Match[str], today: date) -> Clock | None:
    """An hour in figures or in English."""
    given = found.groupdict()
    written = given.get("figure") or given.get("figure2") or ""
    hour = number(written or given.get("word") or given.get("word2") or "")
    half = given.get("half") or given.get("half2")
    if hour > 12 and half:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if "end" in given and half == "p" and given["end"] and int(given["end"]) % 12 < hour % 12:
        # "11-1pm" begins in the morning.
        hour -= 12
    exact = bool(half) or hour >= 13 or written.startswith("0")
    minute = 30 if given.get("quarter") else int(given.get("minute") or given.get("minute2") or 0)
    return Clock(hour * 60 + minute, exact)


def read_rough_clock(found: re.Match[str], today: date) -> Clock | None:
    """Between two hours: the first counts."""
    first = number(found.group("figure") or found.group("word"))
    second = number(found.group("next_figure") or found.group("next_word"))
    return Clock(first * 60, exact=first > 12) if second == first + 1 else None


def read_past_or_to(found: re.Match[str], today: date) -> Clock:
    """Half past three, ten to four."""
    written = found.group("some")
    some = SOME.get(written) or int(written.split()[0])
    hour = number(found.group("figure") or found.group("word"))
    return Clock(hour * 60 + (some if found.group("way") == "past" else -some))


def read_midnight(found: re.Match[str], today: date) -> Clock:
    """Midnight is the end of the day that is named."""
    return Clock(24 * 60 if found.group() != "零点" else 0, exact=True)


def read_no_hour(found: re.Match[str], today: date) -> Clock:
    return Clock(None)
