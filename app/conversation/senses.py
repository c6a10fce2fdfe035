"""Which of several named times is meant: not 明天不用, 取消明天的, 昨天的药."""

import re
from collections.abc import Sequence
from enum import StrEnum

from app.conversation.mentions import MOVE, Mention
from app.conversation.named import Loose


class Sense(StrEnum):
    """How a time stands in its sentence."""

    MEANT = "meant"
    # The new time of something that is moved: 改到后天.
    CHOSEN = "chosen"
    # 明天不用, 取消明天的
    DENIED = "denied"
    # The old time of something that is moved: 从明天改到后天.
    REPLACED = "replaced"
    # It is over, or a habit: 昨天, 每天吃.
    NOT_MEANT = "not_meant"


OWN = r"[\s,，]?(?:的|我们?|你们?|您|他|就|都|也|又|可能|实在|真的|还是|这次|先|i|we|is|it)*\s?"
END = r"(?=$|[\s,，。.!！;；、了来去吧哈啊呢])"
DENIED_AFTER = re.compile(
    rf"{OWN}(?:(?:不用|不要|不需要?|不必|唔使|唔要|别|不来|不去|勿){END}"
    r"|不行(?!不)|不可以|不能(?!不)|不在(?!乎)|家里没人|不方便|不得闲|不合适|不得空|唔得|唔好|冇空|来不了|去不了"
    rf"|没人|没空|没有空|没时间|没有时间|有事{END}|取消|no\b|not\b|can'?t\b|cannot\b|doesn'?t\b|don'?t\b|isn'?t\b|won'?t\b)"
)
# These deny a thing too (明天不要买菜), so they deny the day only if another is named.
DENIED_WEAKLY = re.compile(
    rf"{OWN}(?:不用|不要|不需要|不必|别|唔使|不买|不来|不去|不)(?!是|行不|知道|太)"
)
DENIED_BEFORE = re.compile(
    r"(?:(?<!是)不是|(?<![要需])不要|(?<![用])不用|不需要|唔系|唔好|唔要|唔使|而非|并非|除了|除开|取消了?|退掉|退了|推掉"
    r"|(?<![分特个级性区])别|不想)(?:在|于|我的?|我们)?$"
    r"|\b(?:not|can't|cannot|won't|except|cancel(?:led)?(?: the)?|instead of|but not)"
    r"(?:\s(?:on|for|from|my|the))*\s$"
)
# Words by which something is moved to another time.
MOVED_TO = re.compile(
    r"(?:(?:改|换|变更?|挪|推迟?|延后?|延期|提前|提早|移|调整?|更改|修改|约|顺延)了?(?:[到成为至在去]|期到?)?"
    r"|(?:^|[\s,，。;；])是|而是"
    r"|\b(?:change|move|moved|reschedule|postpone|switch|make it|shift)\b"
    r"(?:\s\w+){0,2}?(?:\sto)?(?:\son)?)"
    r"\s?在?$"
)
# Words after the old time; what they lead to is the new one.
MOVES = re.compile(
    r"(?:的?(?:那?个?(?:订?单子?|预约|服务))?|[\s,，])?[\s,，]?"
    r"(?P<chinese>改|换|变|挪|推迟|延期?|提前|提早|移|调|更改)[到成为至在]?(?:了|\s)*|\sto\s(?P<english>)"
)
# Something that has been: 今天去过了, 今天的药吃完了.
DONE = re.compile(
    r"[^\s,，。.;；!！?？]{0,8}?(?:[过]|[完光没好错到]了|了(?:药|针|医院)?(?=$|[\s,，。.;；!！]))"
)
LEAD = 24


def senses(folded: str, mentions: Sequence[Mention]) -> list[Sense]:
    """The sense of each mention."""
    nexts = [*(one.start for one in mentions[1:]), None]
    found = [
        _sense(folded, mention, following)
        for mention, following in zip(mentions, nexts, strict=False)
    ]
    meant = [index for index, sense in enumerate(found) if sense in (Sense.MEANT, Sense.CHOSEN)]
    named = [index for index in meant if mentions[index].begin.days is not None]
    earlier = frozenset(named[:-1])
    for index in meant[:-1]:
        if DENIED_WEAKLY.match(folded, mentions[index].end):
            found[index] = Sense.DENIED
        elif index in earlier and DONE.match(folded, mentions[index].end):
            found[index] = Sense.NOT_MEANT
    return found


def _sense(folded: str, mention: Mention, following: int | None) -> Sense:
    if mention.apart is Loose.NOT_MEANT:
        return Sense.NOT_MEANT
    before = folded[max(0, mention.start - LEAD) : mention.start]
    if DENIED_BEFORE.search(before):
        return Sense.DENIED
    moves = MOVES.match(folded, mention.end)
    if moves and moves.end() == following and (moves.group("chinese") or MOVE.search(before)):
        return Sense.REPLACED
    if DENIED_AFTER.match(folded, mention.end):
        return Sense.DENIED
    return Sense.CHOSEN if MOVED_TO.search(before) else Sense.MEANT
