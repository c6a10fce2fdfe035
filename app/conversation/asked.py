"""Which ask, duty ask or task an answer is about."""

from app.conversation.context import (
    AcceptedTask,
    Context,
    OpenAsk,
    OpenDutyAsk,
    QuestionKind,
    Target,
    TargetKind,
)
from app.conversation.heard import Heard
from app.conversation.numbers import Numbers, ordinal_in
from app.conversation.polarity import ANSWERS, Says

Open = OpenAsk | OpenDutyAsk
Numbered = OpenAsk | OpenDutyAsk | AcceptedTask
Targets = tuple[Target, ...]


def open_questions(context: Context) -> list[Open]:
    """What waits for an answer of this volunteer."""
    return [*context.asks, *context.duty_asks]


def numbered(context: Context) -> list[Numbered]:
    """All that has a reply number, open or over."""
    return [*context.asks, *context.duty_asks, *context.tasks, *context.past_asks]


def meant(heard: Heard, numbers: Numbers) -> tuple[Targets, Targets]:
    """What the answer is about, and what it may be about when that is not said."""
    context = heard.context
    if numbers.refs:
        return tuple(_target(context, number) for number in numbers.refs), ()
    offered = [_target(context, one.number) for one in _asked_last(context)]
    if len(offered) <= 1:
        return tuple(offered) or _closed(context), ()
    position = ordinal_in(heard.text, len(offered))
    if position is not None:
        return (offered[position],), ()
    if ANSWERS.scan(heard.text).has(Says.ALL):
        return tuple(offered), ()
    named = [kind.code for kind in heard.kinds]
    same = [one.number for one in context.asks if one.category in named]
    if len(same) == 1:
        return (_target(context, same[0]),), ()
    return (), tuple(offered)


def _asked_last(context: Context) -> list[Open]:
    """What is open of the kind that was asked last, else all that is open."""
    kind = context.question.kind if context.question else None
    if kind is QuestionKind.ASK and context.asks:
        return list(context.asks)
    if kind is QuestionKind.DUTY and context.duty_asks:
        return list(context.duty_asks)
    return open_questions(context)


def _closed(context: Context) -> Targets:
    """What an answer may mean when nothing is open: the task, else the ask that is over."""
    numbers = [one.number for one in context.tasks]
    numbers += [one.number for one in reversed(context.past_asks)]
    return (_target(context, numbers[0]),) if numbers else ()


def _target(context: Context, number: int) -> Target:
    if any(one.number == number for one in context.asks):
        return Target(TargetKind.ASK, str(number))
    if any(one.number == number for one in context.duty_asks):
        return Target(TargetKind.DUTY_ASK, str(number))
    if any(one.number == number for one in context.tasks):
        return Target(TargetKind.TASK, str(number))
    return Target(TargetKind.PAST_ASK, str(number))
