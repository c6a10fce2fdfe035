"""Answers to our own last question: a choice, a read-back, or whether texts should stop."""

import re
from dataclasses import replace

from app.conversation.context import (
    AcceptedTask,
    Context,
    LastQuestion,
    OpenAsk,
    QuestionKind,
    Target,
    TargetKind,
    overlap,
)
from app.conversation.heard import MARKS, Heard
from app.conversation.numbers import NUMERALS, numbers_in, ordinal_in
from app.conversation.own_orders import CANCEL
from app.conversation.polarity import ANSWERS, Says
from app.conversation.reading import Intent, Reading, Sureness

ALL = re.compile(r"^(?:都|全部?|两个都?|两单都?|统统|both|all)")
NONE = re.compile(r"^(?:都不|都没|哪个都不|没有|一个都不|以上都不|neither|none)")
DIGIT = re.compile(
    r"^(?:选|第|回复?|no\.? ?)?(\d|[一二三四五六七八九])(?:个|号|项|单|条|个吧|吧)?$"
)
NOT_SO = re.compile(r"不对|不是|错了|有误|不正确|唔系|唔啱|wrong|incorrect|not right")


def read_dialogue(heard: Heard) -> Reading | None:
    """The answer to our last question; None when the text answers something else."""
    question = heard.context.question
    if question is None:
        return None
    if question.options and question.kind in (QuestionKind.WHICH, QuestionKind.WHAT):
        return _choice(heard, question)
    if question.kind is QuestionKind.READ_BACK and (heard.codes or CANCEL.search(heard.text)):
        # This cancels the order; it does not say that something was misread.
        return None
    if question.kind in (QuestionKind.READ_BACK, QuestionKind.STOP):
        return _yes_or_no(heard, question)
    return None


def _choice(heard: Heard, question: LastQuestion) -> Reading | None:
    chosen = _chosen(heard, question.options)
    bare = heard.bare
    if chosen:
        return _chose(heard, question, chosen)
    if NONE.search(bare):
        return heard.reading(Intent.NO, Sureness.LIKELY)
    alone = bare.isdigit() and len(bare) <= 2
    if alone:
        reading = heard.reading(Intent.CHOICE_UNCLEAR, Sureness.UNCLEAR)
        return replace(reading, alternatives=question.options)
    return None


def _chosen(heard: Heard, options: tuple[Target, ...]) -> tuple[Target, ...]:
    bare = heard.bare
    if digit := DIGIT.match(bare):
        number = int(digit[1]) if digit[1].isdigit() else NUMERALS[digit[1]]
        return options[number - 1 : number] if number else ()
    if heard.codes:
        return tuple(one for one in options if one.key in heard.codes)
    if ALL.match(bare) and not NONE.match(bare) and len(bare) <= 6:
        return options
    position = ordinal_in(heard.text, len(options))
    if position is not None:
        return (options[position],)
    numbers = {int(one.key) for one in options if one.key.isdigit()}
    refs = numbers_in(heard.text, numbers).refs
    if refs:
        return tuple(one for one in options if one.key in {str(number) for number in refs})
    return _by_kind(heard, options)


def _by_kind(heard: Heard, options: tuple[Target, ...]) -> tuple[Target, ...]:
    """The option of the kind of help or the day that the text names, if only one is."""
    context = heard.context
    named = {kind.code for kind in heard.kinds}
    if not named and heard.when is None:
        return ()
    found = [one for one in options if _fits(context, one, named, heard)]
    return tuple(found) if len(found) == 1 and len(heard.bare) <= 12 else ()


def _fits(context: Context, option: Target, named: set[str], heard: Heard) -> bool:
    if option.kind is TargetKind.CATEGORY:
        return option.key in named
    for order in (*context.orders, *context.unrated):
        if order.code == option.key:
            return order.category in named or overlap(heard.when, order.when)
    work: list[OpenAsk | AcceptedTask] = [*context.asks, *context.tasks]
    return any(str(one.number) == option.key and one.category in named for one in work)


def _chose(heard: Heard, question: LastQuestion, chosen: tuple[Target, ...]) -> Reading:
    """The intent that waited for the choice, about what was chosen."""
    places = tuple(int(one.key) for one in chosen if one.kind is TargetKind.PLACE)
    kinds = [one.key for one in chosen if one.kind is TargetKind.CATEGORY]
    waits = question.pending in Intent.__members__.values()
    intent = Intent(question.pending) if waits else Intent.ORDER
    reading = heard.reading(intent)
    draft = heard.context.draft
    if draft is not None and (places or kinds):
        slots = replace(
            reading.slots,
            category=kinds[0] if kinds else draft.category,
            when=draft.when,
            place_ids=places or draft.place_ids,
            address=draft.address,
            soon=draft.soon,
            urgent=draft.urgent,
            thing=draft.thing,
        )
        return replace(reading, slots=slots)
    if kinds:
        return replace(reading, slots=replace(reading.slots, category=kinds[0]))
    return replace(reading, targets=chosen)


def _yes_or_no(heard: Heard, question: LastQuestion) -> Reading | None:
    target = (Target(TargetKind.QUESTION, question.kind),)
    numbers = numbers_in(heard.text, ())
    scan = ANSWERS.scan(numbers.rest)
    rest = MARKS.sub("", scan.rest)
    if numbers.yes is not None and not rest and not scan.has(Says.NO, Says.YES):
        intent = Intent.YES if numbers.yes else Intent.NO
        return replace(heard.reading(intent), targets=target)
    slots = heard.slots
    if question.kind is QuestionKind.READ_BACK and NOT_SO.search(heard.text):
        named = slots.when or slots.address or slots.category
        intent = Intent.CHANGE if named else Intent.NO
        return replace(heard.reading(intent, Sureness.LIKELY), slots=slots, targets=target)
    unsure = scan.has(Says.DOUBT, Says.CONDITION, Says.QUESTION, Says.BUT, Says.LATER)
    if rest or unsure or slots.address or numbers.strange:
        return None
    if scan.has(Says.NO, Says.MISTAKE) and not scan.has(Says.YES):
        return replace(heard.reading(Intent.NO), targets=target)
    if scan.has(Says.YES) and not scan.has(Says.NO):
        return replace(heard.reading(Intent.YES), targets=target)
    return None
