"""Answers to asks and questions about duty: yes, no, later, perhaps, or a question back."""

import re
from dataclasses import dataclass, replace

from app.conversation.asked import Numbered, meant, numbered, open_questions
from app.conversation.context import Context, Period, Target, TargetKind
from app.conversation.heard import MARKS, Heard
from app.conversation.lexicon import Scan
from app.conversation.numbers import ORDINAL, Numbers, minutes_in, numbers_in, ordinal_in
from app.conversation.polarity import ANSWERS, NEGATION, Says
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import asks as is_question

# Single characters count only when nothing else is said.
YES_ALONE = frozenset({"要", "中", "成", "来", "值", "y"})
NO_ALONE = frozenset({"不", "n", "拒", "否", "冇", "唔"})
# These turn other words round as often as they decline.
WEAK_NO = frozenset(
    [
        "不是",
        "不对",
        "不要",
        "没法",
        "没办法",
        "下次",
        "下回",
        "改天",
        "no",
        "not",
        "never",
        "pass",
        "取消",
        "算了",
    ]
)
MANY_WORDS = 30
REASON_WORDS = 14
WEAK_NO_WORDS = 4
WHAT = re.compile("什么|哪|几|多|谁|怎么|为什么|啥|咩|边度|where|what|when|who|how|why|which")
DETAILS = re.compile("地址|电话|时间|具体|详情|详细|情况|details|address|location")
# They have read it, and do not say whether they come.
HEARD_US = frozenset({"收到", "收到了", "知道了", "知", "明白", "了解"})
DUTY_WORD = re.compile("值班|当班|这班|那班|班次")


@dataclass(frozen=True, slots=True)
class _Answer:
    numbers: Numbers
    scan: Scan
    targets: tuple[Target, ...]
    alternatives: tuple[Target, ...]
    when: Period | None


def read_answer(heard: Heard) -> Reading | None:
    """What a text answers to what is open; None when it answers nothing."""
    context = heard.context
    asked = open_questions(context)
    numbers = numbers_in(heard.text, {one.number for one in numbered(context)})
    if numbers.yes is None and not numbered(context):
        return None
    answer = _answer(heard, numbers)
    explicit = numbers.yes is not None and (bool(numbers.refs) or _is_alone(answer))
    if not asked and not explicit and not (context.past_asks or numbers.refs):
        return None
    if not asked and not explicit and context.tasks:
        # Words of somebody with a task are about that.
        return None
    intent, sureness = _verdict(heard, answer)
    if intent is None or not (asked or numbers.refs or numbers.strange or answer.targets):
        return None
    if not asked and not explicit and intent not in (Intent.YES, Intent.NO):
        return None
    return _reading(heard, answer, intent, sureness)


def read_explicit(heard: Heard) -> Reading | None:
    """An answer with a 1 or a 0; None for words alone."""
    numbers = numbers_in(heard.text, {one.number for one in numbered(heard.context)})
    return read_answer(heard) if numbers.yes is not None else None


def _answer(heard: Heard, numbers: Numbers) -> _Answer:
    words = numbers.rest
    targets, alternatives = meant(heard, numbers)
    for kind in heard.kinds:
        words = words.replace(heard.body[kind.start : kind.end], " ")
    if heard.context.duty_asks:
        words = DUTY_WORD.sub(" ", words)
    if len(open_questions(heard.context)) > 1:
        words = ORDINAL.sub(" ", words)
    return _Answer(numbers, ANSWERS.scan(words), targets, alternatives, heard.when)


def _is_alone(answer: _Answer) -> bool:
    """Whether nothing stands beside a 1 or 0 but words of an answer: "1 袋米" is none."""
    return not _unknown(answer) and len(answer.numbers.strange) <= 1


def _unknown(answer: _Answer) -> str:
    return MARKS.sub("", answer.scan.rest)


def _verdict(heard: Heard, answer: _Answer) -> tuple[Intent | None, Sureness]:
    numbers, scan = answer.numbers, answer.scan
    if numbers.strange and not (numbers.yes is not None and not answer.targets):
        return _strange(heard, answer)
    alone = not scan.found and not _unknown(answer) and numbers.yes is None
    if alone and not numbers.refs and ordinal_in(heard.text, 9) is not None:
        # "第二个" alone says which, and neither yes nor no.
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if numbers.yes is not None:
        return (_with_one if numbers.yes else _with_zero)(heard, answer)
    asking = scan.has(Says.QUESTION) or is_question(numbers.rest)
    if numbers.refs and (asking or not scan.has(*Says.__members__.values())):
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if asking:
        # "什么时候去" asks for details, "我老婆去行吗" for a yes of ours.
        details = WHAT.search(numbers.rest) or not scan.has(Says.YES, Says.NO, Says.DOUBT)
        return (Intent.ASK_DETAILS if details else Intent.ANSWER_UNCLEAR), Sureness.LIKELY
    return _in_words(heard, answer)


def _strange(heard: Heard, answer: _Answer) -> tuple[Intent | None, Sureness]:
    """Numbers that are not open here: "2", "1 4 2", "1 43". A text with words may be an order."""
    words = len(_unknown(answer)) > WEAK_NO_WORDS
    if not open_questions(heard.context) or (words and answer.numbers.yes is None):
        return None, Sureness.UNCLEAR
    return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR


def _with_one(heard: Heard, answer: _Answer) -> tuple[Intent | None, Sureness]:
    scan, unknown = answer.scan, _unknown(answer)
    if scan.has(Says.CONDITION):
        return Intent.CONDITIONAL, Sureness.LIKELY
    against = scan.has(Says.NO, Says.BUSY, Says.DOUBT, Says.MISTAKE, Says.QUESTION)
    if against or is_question(heard.text) or any(c in NEGATION for c in unknown):
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if scan.has(Says.LATER) and not _fits(heard, answer):
        return Intent.LATER, Sureness.LIKELY
    if len(unknown) > MANY_WORDS:
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if unknown in NO_ALONE or (scan.has(Says.PERSON) and scan.has(Says.YES)):
        # "1 42 让小王去": somebody else would come.
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if unknown and not answer.numbers.refs:
        # "1 袋米": an amount rather than an answer.
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    return Intent.YES, Sureness.SURE


def _with_zero(heard: Heard, answer: _Answer) -> tuple[Intent | None, Sureness]:
    scan = answer.scan
    softened = scan.has(Says.LATER, Says.CONDITION, Says.DOUBT, Says.NO, Says.BUSY)
    doubtful = scan.has(Says.MISTAKE, Says.QUESTION) or is_question(heard.text)
    if doubtful or (scan.has(Says.YES, Says.ARRIVAL) and not softened):
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if _unknown(answer) and not answer.numbers.refs:
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    return Intent.NO, Sureness.SURE


def _in_words(heard: Heard, answer: _Answer) -> tuple[Intent | None, Sureness]:
    scan, unknown = answer.scan, _unknown(answer)
    bare = MARKS.sub("", heard.text)
    if bare in NO_ALONE or bare in YES_ALONE:
        return (Intent.NO if bare in NO_ALONE else Intent.YES), Sureness.SURE
    if scan.has(Says.CONDITION):
        return Intent.CONDITIONAL, Sureness.LIKELY
    if scan.has(Says.DOUBT, Says.MISTAKE):
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    no, yes = scan.has(Says.NO, Says.BUSY), scan.has(Says.YES, Says.ARRIVAL)
    if scan.has(Says.LATER) and not _fits(heard, answer) and (yes or not no):
        known = yes or no or not unknown
        return (Intent.LATER if known else None), Sureness.LIKELY
    if no and yes:
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    if no:
        return _declined(answer, unknown)
    if yes:
        clean = not unknown and not scan.has(Says.BUT, Says.DELAY, Says.PERSON)
        if clean and (scan.has(Says.YES) or _is_soon(heard, answer)):
            return Intent.YES, Sureness.SURE if scan.has(Says.YES) else Sureness.LIKELY
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    heard_us = not unknown and HEARD_US.intersection(scan.words)
    if DETAILS.search(heard.text):
        return Intent.ASK_DETAILS, Sureness.LIKELY
    unclear = heard_us or scan.has(Says.DELAY)
    return (Intent.ANSWER_UNCLEAR if unclear else None), Sureness.UNCLEAR


def _declined(answer: _Answer, unknown: str) -> tuple[Intent, Sureness]:
    pairs = zip(answer.scan.found, answer.scan.words, strict=True)
    strong = any(says is Says.NO and word not in WEAK_NO for says, word in pairs)
    room = MANY_WORDS if strong else REASON_WORDS if answer.scan.has(Says.BUSY) else WEAK_NO_WORDS
    if len(unknown) > room:
        return Intent.ANSWER_UNCLEAR, Sureness.UNCLEAR
    return Intent.NO, Sureness.SURE if strong else Sureness.LIKELY


def _fits(heard: Heard, answer: _Answer) -> bool:
    """Whether the time in the answer is that of the ask: "好的 明天上午我去"."""
    said = answer.when
    asked = [one.when for one in _pointed(heard.context, answer.targets) if one.when]
    if said is None or not asked:
        return False
    return all(said[0] < until and start < said[1] for start, until in asked)


def _is_soon(heard: Heard, answer: _Answer) -> bool:
    """Whether coming at once fits: what is asked is not for later."""
    now = heard.context.now_local
    pointed = [one.when for one in _pointed(heard.context, answer.targets) if one.when]
    return all((start - now).total_seconds() < 2 * 3600 for start, _ in pointed)


def _pointed(context: Context, targets: tuple[Target, ...]) -> list[Numbered]:
    keys = {target.key for target in targets}
    return [one for one in numbered(context) if str(one.number) in keys]


def _says_more(answer: _Answer) -> bool:
    """Whether a person should read the words beside a yes or no."""
    more = (Says.BUT, Says.DELAY, Says.PERSON, Says.BUSY, Says.LATER, Says.ARRIVAL)
    return bool(_unknown(answer)) or answer.when is not None or answer.scan.has(*more)


def _reading(heard: Heard, answer: _Answer, intent: Intent, sureness: Sureness) -> Reading:
    numbers = (*answer.numbers.refs, *map(int, answer.numbers.strange))
    pairs = zip(answer.scan.found, answer.scan.words, strict=True)
    delays = [word for says, word in pairs if says in (Says.DELAY, Says.ARRIVAL)]
    reading = heard.reading(intent, sureness)
    if intent in (Intent.YES, Intent.NO) and not _says_more(answer):
        reading = replace(reading, note="")
    on_task = [one for one in answer.targets if one.kind is TargetKind.TASK]
    if intent is Intent.NO and on_task:
        reading = replace(reading, intent=Intent.GIVE_BACK)
    slots = replace(
        reading.slots,
        numbers=numbers,
        when=answer.when,
        minutes=minutes_in(delays[0]) if delays else None,
    )
    alternatives = answer.alternatives
    if answer.numbers.strange and not answer.numbers.refs:
        alternatives = (*answer.targets, *alternatives)
        return replace(reading, slots=slots, alternatives=alternatives)
    return replace(
        reading,
        slots=slots,
        targets=answer.targets,
        alternatives=alternatives,
        confirm=intent is Intent.GIVE_BACK and not answer.numbers.refs,
    )
