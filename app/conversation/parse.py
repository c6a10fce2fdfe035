"""What a text means: each reader looks at it in turn, and the first that knows it says."""

import re
from collections.abc import Callable
from dataclasses import replace

from app.conversation.answers import read_answer, read_explicit
from app.conversation.asked import open_questions
from app.conversation.changes import read_change, read_second_order
from app.conversation.context import Context, Target, TargetKind
from app.conversation.dialogue import read_dialogue
from app.conversation.duty import read_duty
from app.conversation.heard import Heard, hear
from app.conversation.machines import read_machine
from app.conversation.optouts import read_opt_out
from app.conversation.orders import read_fragment, read_order, read_wants_help
from app.conversation.own_orders import (
    read_arrival,
    read_cancel,
    read_note,
    read_status,
    read_with_code,
)
from app.conversation.plain import plain_form
from app.conversation.progress import read_progress
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.stars import read_rating
from app.conversation.talk import read_contact, read_help, read_strangers, read_talk

Reader = Callable[[Heard], Reading | None]

OWN_WISH = re.compile(r"帮我|给我|替我|我要|我想|我家|我需要|我妈|我爸|help me|i need|my ")
# Danger is not looked for here: the caller of `parse` looks for it first, before any limit.
FIRST: tuple[Reader, ...] = (
    read_opt_out,
    read_dialogue,
    read_rating,
    read_help,
    read_with_code,
)
ORDERING: tuple[Reader, ...] = (
    read_contact,
    read_strangers,
    read_second_order,
    read_status,
    read_cancel,
    read_change,
    read_arrival,
)
LAST: tuple[Reader, ...] = (
    read_talk,
    read_note,
    read_fragment,
    read_wants_help,
)


def parse(text: str, context: Context) -> Reading:
    """What a text means in this context. Raises nothing, whatever the text holds."""
    plain = plain_form(text)
    if not plain.text:
        return Reading(Intent.EMPTY)
    machine = read_machine(plain)
    if machine is not None:
        return machine
    heard = hear(plain, context)
    wishes: tuple[Reader, ...] = () if _works(heard) else (read_order,)
    readers: tuple[Reader, ...] = (
        *FIRST,
        _own_wish,
        *_by_role(context),
        *ORDERING,
        *wishes,
        *LAST,
    )
    for reader in readers:
        reading = reader(heard)
        if reading is not None:
            return reading
    return _unknown(heard)


def _own_wish(heard: Heard) -> Reading | None:
    """An order of somebody who is asked or has a task: only in words that ask for oneself."""
    context = heard.context
    busy = context.asks or context.duty_asks or context.tasks or context.shifts
    if not busy or heard.named is None or not heard.kinds:
        return None
    reading = read_order(heard)
    for_oneself = OWN_WISH.search(heard.body) is not None
    return reading if reading is not None and for_oneself else None


def _works(heard: Heard) -> bool:
    """Whether a volunteer's words are rather about what is open than a wish: no place is named."""
    context = heard.context
    busy = context.asks or context.duty_asks or context.tasks or context.shifts
    return bool(busy) and heard.named is None


def _by_role(context: Context) -> tuple[Reader, ...]:
    """The readers in the order that fits: of tasks first, else of open asks, else of duty."""
    if context.tasks:
        return (read_explicit, read_progress, read_duty, read_answer)
    if context.asks or context.duty_asks:
        return (read_answer, read_duty, read_progress)
    return (read_explicit, read_duty, read_progress, read_answer)


def _unknown(heard: Heard) -> Reading:
    """Nobody knows what is meant: a person reads it, beside what is open for this phone."""
    if not any(c.isalnum() for c in heard.text):
        return Reading(Intent.EMPTY)
    context = heard.context
    if open_questions(context):
        found = [(TargetKind.ASK, str(one.number)) for one in context.asks]
        found += [(TargetKind.DUTY_ASK, str(one.number)) for one in context.duty_asks]
        reading = heard.reading(Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR)
    elif context.tasks:
        found = [(TargetKind.TASK, str(one.number)) for one in context.tasks]
        reading = heard.reading(Intent.TASK_NOTE, Sureness.LIKELY)
    else:
        found = [(TargetKind.ORDER, one.code) for one in context.orders]
        reading = heard.reading(Intent.UNKNOWN, Sureness.UNCLEAR)
    targets = tuple(Target(kind, key) for kind, key in found)
    if len(targets) > 1:
        return replace(reading, slots=heard.slots, alternatives=targets)
    return replace(reading, slots=heard.slots, targets=targets)
