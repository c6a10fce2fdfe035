"""Completes times whose day, part and hour stand apart: 明天 买药 上午9点, 明天上午不行 下午来."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.conversation.mentions import Mention, Point
from app.conversation.senses import Sense

MEANT = (Sense.MEANT, Sense.CHOSEN)


@dataclass(slots=True)
class Said:
    """A time, how it stands in its sentence, and where its words are."""

    mention: Mention
    sense: Sense
    spans: list[tuple[int, int]]


def complete(mentions: Sequence[Mention], senses: Sequence[Sense]) -> list[Said]:
    """The times, with those put together that name parts of one."""
    said: list[Said] = []
    before: Said | None = None
    for mention, sense in zip(mentions, senses, strict=True):
        one = Said(mention, sense, [(mention.start, mention.end)])
        open_time = sense in MEANT and mention.apart is None
        if before and open_time and before.sense in MEANT and _fill(before.mention, mention):
            before.spans += one.spans
            before.sense = Sense.CHOSEN if Sense.CHOSEN in (before.sense, sense) else before.sense
            continue
        if before and open_time:
            _inherit(before, mention)
        said.append(one)
        if _names_a_time(one):
            before = one
    return said


def _names_a_time(said: Said) -> bool:
    return said.sense is not Sense.NOT_MEANT and said.mention.apart is None


def _fill(first: Mention, second: Mention) -> bool:
    """Puts the second into the first if what it names is just what is missing there."""
    if first.until is not None or first.bound is not None:
        return False
    here, there = first.begin, second.begin
    day = here.days or there.days
    twice = here.days and there.days
    finer = here.clock is None and (here.part is None or there.part is None)
    if there.is_day_alone():
        # 上午9点 买药 明天
        if twice or second.until is not None or second.bound is not None:
            return False
        here.days = day
        return True
    if twice or not finer or (here.part is not None and there.clock is None):
        return False
    first.begin = Point(day, here.part or there.part, there.clock)
    first.until, first.bound = second.until, second.bound
    return True


def _inherit(before: Said, mention: Mention) -> None:
    """The day of a time that does not suit: 明天上午不行 下午来, 明天的改到下午."""
    there = before.mention.begin
    if mention.begin.days is None and (
        before.sense is Sense.REPLACED
        or (before.sense is Sense.DENIED and not there.is_day_alone())
    ):
        mention.begin.days = there.days
