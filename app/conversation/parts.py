"""Parts of the day: 上午, 今晚, 朝早, this evening. A greeting (早上好, good morning) is none."""

import re
from datetime import date

from app.conversation.named import NOON, Part

PARTS = re.compile(
    r"(?P<night>凌晨|\bling\s?chen\b)"
    r"|(?P<late>半夜|深夜|夜里|夜间|\blate at night\b)"
    r"|(?P<early>(?:大?清早|一大早|一早|早起|早上|早晨|清晨|朝头早|朝早|早间)(?!好)"
    r"|(?:(?<=[今明天日儿号末])|(?<=[周期拜][一二三四五六]))早(?![点一些餐饭饱安茶就已])|(?<=[今明听])朝(?!阳)"
    r"|(?<![一-鿿])早(?!一点(?![半钟]))(?=\s?[\d一二三四五六七八九十]{1,2}[点:])"
    r"|\bearly morning\b|\bzao\s?shang\b|(?<=\bming)zao\b)"
    r"|(?P<morning>上午(?!好)|上昼|午前|午饭(?:之|以)?前|早饭(?:之|以)?后"
    r"|(?<!good )\bmornings?\b|\bafter breakfast\b|\bshang\s?wu\b)"
    r"|(?P<noon>中午(?!好)|正午|晌午|\b(?<!after)noon\b|\blunch\s?time\b|\bmidday\b|\bzhong\s?wu\b)"
    r"|(?P<afternoon>下午(?!好)|下昼|晏昼|午后|午饭(?:之|以)?后|中饭(?:之|以)?后|晚饭(?:之|以)?前"
    r"|(?<!good )\bafternoons?\b|\bafter lunch\b|\bxia\s?wu\b)"
    r"|(?P<evening>(?:今晚黑|(?<![一两三几整])晚上|傍晚|夜晚|晚黑|晚间|晚头|黄昏)黑?(?!好)|晚饭(?:之|以)?后"
    r"|(?:(?<=[今明听天日儿号末])|(?<=[周期拜][一二三四五六]))[晚夜](?![点一些餐饭安报了])"
    r"|(?<![一-鿿])晚(?!一点(?![半钟]))(?=\s?[\d一二三四五六七八九十]{1,2}[点:])"
    r"|(?<!good )\bevenings?\b|\bafter dinner\b|(?<=\bto)night\b|(?<!good )(?<!last )\bnight\b"
    r"|\bwan\s?shang\b|(?<=\b(?:ming))wan\b|(?<=\bjin)wan\b)"
)
# From and until, in minutes after midnight.
SPANS = {
    Part.NIGHT: (0, 6 * 60),
    Part.EARLY: (7 * 60, 10 * 60),
    Part.MORNING: (8 * 60, NOON),
    Part.NOON: (11 * 60, 14 * 60),
    Part.AFTERNOON: (13 * 60, 18 * 60),
    Part.EVENING: (18 * 60, 21 * 60),
    Part.LATE: (21 * 60, 24 * 60),
}
WHOLE_DAY = (8 * 60, 21 * 60)
# Where a part ends when something is to be after an hour in it.
ENDS = (6 * 60, NOON, 18 * 60, 21 * 60)


def read_part(found: re.Match[str], today: date) -> Part:
    return Part(found.lastgroup or "")


def end_of_part(minutes: int) -> int | None:
    """The end of the part of the day that this minute is in; None in the late evening."""
    return next((end for end in ENDS if minutes < end), None)
