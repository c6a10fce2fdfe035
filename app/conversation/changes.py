"""Changes of a live order: another time, another place, other things."""

import re
from dataclasses import replace

from app.conversation.context import TargetKind
from app.conversation.heard import MARKS, Heard, without_times
from app.conversation.kinds import Strength
from app.conversation.orders import AGAIN, PHONE_NUMBER, read_order
from app.conversation.own_orders import CHANGED_TO, about_order
from app.conversation.reading import Intent, Missing, Reading, Slots, Sureness
from app.conversation.speech import asks, clauses, current
from app.conversation.times import read_times

CHANGE = re.compile(
    r"延期|往后|推后|后推|推一|时间(?:不对|错|写错)|不是[^,，。 ]{1,6}[ ,，]?(?:而)?是|^改天|(?:再|"
    r"才)(?:来(?!一[单次个份])|嚟|过来|送)|[晚迟早](?:到|来)?[^,，。]{0,3}(?:小时|"
    r"分钟|钟头|刻钟)|改(?!善|革|天|日子过|变主意|主意)|换(?:个|成|到|一?下)|调整|推迟|延后|"
    r"延迟|顺延|提前|"
    r"提早|(?:晚|早|迟|晏)(?:一|些|啲|点)(?:点|啲)?(?:来|到|嚟|再|吗|[?]|$|[,，。! ])|晚点来|"
    r"早点来|"
    r"迟啲嚟|另约|\b(?:change|move|reschedule|postpone|later|earlier|delay)\b"
)
PLACE_WORD = re.compile(
    r"地址|住址|门牌|房号|楼号|栋号|不是 ?\d{2,4}|地方|搬到|现在住|在[^,，。]{1,8}不在|"
    r"不是[^,，。]{1,8}(?:栋|楼|"
    r"室|号)|address|block|building|flat|room"
)
PLACE_PART = re.compile(
    r"(?:(?<!不)是|改[到成为]?|应该是|换[到成]|其实是|is|to) ?(?P<place>\d{3,4}(?!\d)|"
    r"[^,，。! ]*?(?:\d{1,4}|"
    r"[一二三四五六七八九十]+) ?(?:栋|楼|室|号|座|单元|层|房|幢)[^,，。! ]{0,12}|(?:block|"
    r"building|flat|room) ?\w{1,5})"
)
ADD = re.compile(
    r"(?:再|多|顺便|顺带|另外|也|还)(?:帮我|给我|麻烦|请)?(?:加|买|带|要|捎|拿|取|帮|送)(?:上|"
    r"多|个|点)?(?P<thing>[^,，。!]{1,30})|加(?:一|两|几|个|点|上|多|"
    r"[二三四五六\d])(?P<more>[^,，。!]{1,30})|(?:add|also (?:buy|get|bring)|"
    r"plus) (?P<also>[^,.!]{1,40})"
)
INSTEAD = re.compile(
    r"(?:换成|改成|改买|改为|不要[^,，。! ]{1,10}[,， ]?(?:要|买|"
    r"换))(?P<thing>[^,，。!]{1,20})|(?:不要|别买|唔要)(?P<less>[^,，。!了]{1,12})(?:[,，。! ]|$)"
)
EARLIER = re.compile("[早晚迟](?:一|些|啲|点)|提前|提早|推迟|延后|改|换")
HOW = re.compile("怎么|如何|点样|how")
NEW_TIME = re.compile(r"时间|日子|改期|改约|time|date|when")


def read_change(heard: Heard) -> Reading | None:
    """A change of a live order; None when the text changes nothing."""
    if not heard.context.orders or PHONE_NUMBER.search(heard.text):
        return None
    return (
        _time(heard) or _place(heard) or _time_alone(heard) or _thing(heard) or _place_alone(heard)
    )


def _time(heard: Heard) -> Reading | None:
    text = heard.body
    to = CHANGED_TO.search(text)
    when = heard.when
    if (
        HOW.search(text)
        or not (to or CHANGE.search(text))
        or (asks(text) and when is None and not to and not EARLIER.search(text))
    ):
        return None
    if when is None and (PLACE_WORD.search(heard.text) or heard.named is not None):
        return None
    if when is None and not NEW_TIME.search(text) and INSTEAD.search(heard.text):
        return None
    if when is None and len(heard.bare) > 16:
        return None
    reading = about_order(_without_time(heard), Intent.CHANGE)
    slots = replace(heard.slots, category=None, when=when)
    missing = () if when else (Missing.WHEN,)
    return replace(reading, slots=slots, missing=missing, confirm=when is not None)


def _without_time(heard: Heard) -> Heard:
    """The same text for choosing the order: the new time does not tell which one is meant."""
    old = CHANGED_TO.split(heard.text)[0]
    return replace(
        heard, body=old if len(heard.context.orders) > 1 else heard.body, text=heard.text
    )


def _place(heard: Heard) -> Reading | None:
    word = PLACE_WORD.search(heard.text)
    part = PLACE_PART.search(heard.text)
    changed = word or CHANGE.search(heard.text)
    if not changed or (asks(heard.text) and part is None):
        return None
    if part is None and heard.named is None:
        only = word is not None and re.search("改|错|换|变|wrong|change|new", heard.text)
        if not only:
            return None
    address = _written(heard, part) if part else heard.slots.address
    reading = about_order(heard, Intent.CHANGE)
    slots = replace(heard.slots, category=None, when=None, address=address)
    missing = () if address else (Missing.PLACE,)
    return replace(reading, slots=slots, missing=missing, confirm=bool(address))


def _written(heard: Heard, part: re.Match[str]) -> str:
    """The new place in the sender's words; a known estate stays in front of it."""
    written = heard.plain.written[part.start("place") : part.end("place")]
    return written.strip()


def _thing(heard: Heard) -> Reading | None:
    found = ADD.search(heard.text) or INSTEAD.search(heard.text)
    if found is None or heard.is_question or (heard.named is not None and heard.named.sure):
        return None
    start, end = next(
        span for span in map(found.span, range(1, found.re.groups + 1)) if span[0] >= 0
    )
    other = {kind.code for kind in heard.kinds} - {one.category for one in heard.context.orders}
    if AGAIN.search(heard.text) and other and heard.when is not None:
        return None
    reading = about_order(heard, Intent.CHANGE)
    thing = heard.plain.written[start:end].strip()
    slots = Slots(thing=thing if found.re is ADD else heard.plain.written)
    return replace(reading, slots=slots, sureness=Sureness.LIKELY)


def _time_alone(heard: Heard) -> Reading | None:
    """A time and nothing else, while an order is live: it is the order's."""
    when, now = heard.when, heard.context.now_local
    plain = current(heard.body)
    rest = without_times(plain, read_times(plain, now))
    left = MARKS.sub("", re.sub("来|吧|可以|就|不|行|好|的|我|要|想|到|再|在|请|啊", "", rest))
    if when is None or left or heard.named is not None or heard.is_question:
        return None
    reading = about_order(replace(heard, body=" "), Intent.CHANGE)
    slots = replace(heard.slots, category=None)
    return replace(reading, slots=slots, sureness=Sureness.LIKELY, confirm=True)


def _place_alone(heard: Heard) -> Reading | None:
    """A place and next to nothing else, while an order is live: it is the order's."""
    left = MARKS.sub("", re.sub("搬家|搬|现在|我|家|住|在|到|是|了|的|地址", "", heard.timeless))
    sure = heard.named is not None and heard.named.sure
    if not sure or left or heard.is_question or heard.context.draft is not None:
        return None
    reading = about_order(heard, Intent.CHANGE)
    slots = replace(heard.slots, category=None)
    return replace(reading, slots=slots, sureness=Sureness.LIKELY, confirm=True)


def read_second_order(heard: Heard) -> Reading | None:
    """Another order while one is live; a text without place and another kind is none."""
    if not heard.context.orders:
        return None
    own = {one.category for one in heard.context.orders}
    again = AGAIN.search(heard.text) is not None
    if heard.named is None and again and heard.when is None:
        return None
    if heard.named is None and not again:
        other = [kind for kind in heard.kinds if kind.code not in own]
        if not other or not re.search("帮我|需要|我要|我想|please|need", heard.text):
            return None
    if len(clauses(heard.body)) and (CHANGED_TO.search(heard.text) or KEEPS.search(heard.text)):
        return None
    reading = read_order(heard)
    if reading is None or reading.slots.category is None:
        return None
    if not again and not any(kind.strength >= Strength.NEED for kind in heard.kinds):
        return None
    same = any(one.kind is TargetKind.ORDER for one in reading.targets)
    return reading if not same or heard.named is not None else None


KEEPS = re.compile("取消|不要了|怎么还|还没|改到|改成|推迟|提前")
