"""Phones in the situations of the table of texts: what each has open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.conversation.context import (
    AcceptedTask,
    AgreedShift,
    CategoryWords,
    Context,
    FoundPlace,
    KnownOrder,
    LastQuestion,
    OpenAsk,
    OpenDutyAsk,
    Period,
    QuestionKind,
)
from app.core.actor import RoleName
from app.demo.categories import CATEGORIES

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday night.
NOW = datetime(2026, 11, 30, 2, 20, tzinfo=ZONE)
PLACES = {
    "民乐老村3栋": (11,),
    "民乐老村2栋": (12,),
    "民乐老村": (10,),
    "白石龙一区12栋": (21,),
    "白石龙一区": (20,),
    "龙悦居三期": (30,),
    # Two estates of one name.
    "幸福花园": (41, 42),
}


def find_places(text: str) -> Sequence[FoundPlace]:
    """The places of this small gazetteer in a text, longest names first."""
    found: list[FoundPlace] = []
    for name in sorted(PLACES, key=len, reverse=True):
        start = text.find(name)
        if start >= 0 and not any(one.start <= start < one.end for one in found):
            found.append(FoundPlace(start, start + len(name), PLACES[name], name))
    return found


def day(date: int, start: int, until: int) -> Period:
    """Hours of a day of December."""
    return (
        datetime(2026, 12, date, start, tzinfo=ZONE),
        datetime(2026, 12, date, until, tzinfo=ZONE),
    )


def words_of_demo() -> tuple[CategoryWords, ...]:
    """The demo's categories with their key words and names."""
    return tuple(
        CategoryWords(row[0], tuple(word for word in (*row[8], *row[1:4]) if word))
        for row in CATEGORIES
    )


PHONE = Context(now_local=NOW, categories=words_of_demo(), find_places=find_places)
VOLUNTEER = replace(PHONE, roles=frozenset({RoleName.VOLUNTEER}))
MEDICINE = KnownOrder("ABCD2345", "medicine", day(1, 8, 12))
SHOPPING = KnownOrder("KMNP6789", "shopping", day(2, 13, 18))
ASK = OpenAsk(42, "medicine")
OTHER_ASK = OpenAsk(57, "shopping")
SHIFT = AgreedShift(7, (NOW - timedelta(hours=1), NOW + timedelta(hours=5)))


def asked(kind: QuestionKind) -> LastQuestion:
    """A last question without options."""
    return LastQuestion(kind)


CONTEXTS: Mapping[str, Context] = {
    "new": PHONE,
    "opted out": replace(PHONE, opted_out=True),
    "order": replace(PHONE, orders=(MEDICINE,)),
    "two orders": replace(PHONE, orders=(MEDICINE, SHOPPING)),
    "to rate": replace(PHONE, unrated=(MEDICINE,), question=asked(QuestionKind.RATING)),
    "ask": replace(VOLUNTEER, asks=(ASK,), question=asked(QuestionKind.ASK)),
    "two asks": replace(VOLUNTEER, asks=(ASK, OTHER_ASK), question=asked(QuestionKind.ASK)),
    "past ask": replace(VOLUNTEER, past_asks=(ASK,)),
    "task": replace(VOLUNTEER, tasks=(AcceptedTask(42, "medicine"),)),
    "duty ask": replace(
        VOLUNTEER,
        duty_asks=(OpenDutyAsk(64, day(1, 18, 21)),),
        question=asked(QuestionKind.DUTY),
    ),
    "shift": replace(VOLUNTEER, shifts=(SHIFT,), on_duty=True),
}
