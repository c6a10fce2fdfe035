"""Danger in a text: to life, of fire or gas, by crime, locked in, missing, by one's own hand.

`find_danger` says what kind, which numbers to call, and whether it is certain. Certain danger comes
before limits, opt-outs and every other meaning of a text: 120, 119 or 110 are named at once, and
people are woken for it. Doubtful danger (a fall without harm, dizziness, medicine for the heart
that has run out, a theft that is over, what happened yesterday) makes an order urgent and names
the number too, but the text keeps its other meanings and nobody is woken for the words alone.

A missed cry for help is worse than a false alarm: a sign counts unless its own clause excuses it
(it is denied, asked about, long ago, a story, an exercise, an idiom). Fever alone is no danger.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from app.conversation import danger_excuses as excuses
from app.conversation import danger_of_life as life
from app.conversation import danger_words as words
from app.conversation.characters import simplified
from app.conversation.danger_words import NUMBERS, DangerKind

# Only this many characters are read.
READ_CHARS = 1600
FOUND_CHARS = 40
MASK = "◦"
# The end of a clause: a mark, or a space where either side is Chinese.
CLAUSE_END = re.compile(r"[,.。!?;:、~\n]+|(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")
# How far before a sign a far past is read as its time.
NEAR_CHARS = 8
LONE_TIME = 6
REST_CHARS = 24
# Of a long clause only this much on either side of a sign is read, and of each kind of sign only
# the first ones: the work stays linear.
CLAUSE_CHARS = 60
MOST_SIGNS = 40


class Sureness(IntEnum):
    """How surely a sign tells of danger now. Doubtful words with a plea to come are certain."""

    PAST = 0
    DOUBTFUL = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True)
class Danger:
    """What a text cries for: the numbers to call, the most fitting first; the words found.

    Not `certain`: the numbers are named and an order is urgent, but it is no alarm.
    """

    kind: DangerKind
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    certain: bool


def find_danger(text: str) -> Danger | None:
    """The danger that the words tell of, if any. Never raises; linear in the length."""
    plain = _plain(text[:READ_CHARS])
    if excuses.SIGNED.match(plain):
        return None
    masked = excuses.LOOK_ALIKE.sub(_hide, plain)
    clauses = _clauses(masked)
    over = excuses.OVER.search(masked) is not None
    found_again = excuses.FOUND_AGAIN.search(masked) is not None
    needed = Sureness.DOUBTFUL if excuses.PLEA.search(masked) else Sureness.CERTAIN
    found = [
        (kind, masked[start:end][:FOUND_CHARS], not over and sureness >= needed)
        for kind, sureness, start, end in _signs(masked, clauses)
        if not (found_again and kind == DangerKind.MISSING)
    ]
    return _danger(found)


def _danger(found: list[tuple[DangerKind, str, bool]]) -> Danger | None:
    """The certain signs if there are any, else the doubtful; a bare cry adds nothing to a kind."""
    certain = any(sure for _, _, sure in found)
    chosen = [(kind, word) for kind, word, sure in found if sure is certain]
    kinds = sorted({kind for kind, _ in chosen}, key=list(DangerKind).index)
    if not kinds:
        return None
    named = [kind for kind in kinds if kind != DangerKind.ANY] or kinds
    numbers = dict.fromkeys(number for kind in named for number in NUMBERS[kind])
    said = dict.fromkeys(word for _, word in chosen)
    return Danger(named[0], tuple(numbers), tuple(said), certain)


def _plain(text: str) -> str:
    """Lower case, half width, simplified, without invisible marks."""
    plain = simplified(unicodedata.normalize("NFKC", text)[:READ_CHARS].lower())
    return "".join(
        " " if c.isspace() and c != "\n" else c
        for c in plain
        if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Cs")
    )


def _hide(found: re.Match[str]) -> str:
    return MASK * len(found.group())


def _clauses(text: str) -> list[tuple[int, int, str]]:
    """Start and end of each clause, and the mark that ends it."""
    spans, start = [], 0
    for mark in CLAUSE_END.finditer(text):
        spans.append((start, mark.start(), mark.group()))
        start = mark.end()
    return [*spans, (start, len(text), "")]


@dataclass(frozen=True, slots=True)
class _Sign:
    """Words of one kind. `asks`: a call for help, which a question mark does not take back."""

    kind: DangerKind
    sureness: Sureness
    asks: bool
    pattern: re.Pattern[str]


def _sign(
    kind: DangerKind, table: tuple[str, ...], *, certain: bool = True, asks: bool = False
) -> _Sign:
    sureness = Sureness.CERTAIN if certain else Sureness.DOUBTFUL
    return _Sign(kind, sureness, asks, re.compile("|".join(table)))


SIGNS = (
    _sign(DangerKind.LIFE, life.LIFE),
    _sign(DangerKind.LIFE, words.CALL_LIFE, asks=True),
    _sign(DangerKind.LIFE, life.LIFE_DOUBTFUL, certain=False),
    _sign(DangerKind.FIRE, words.FIRE),
    _sign(DangerKind.FIRE, words.CALL_FIRE, asks=True),
    _sign(DangerKind.FIRE, words.FIRE_DOUBTFUL, certain=False),
    _sign(DangerKind.GAS, words.GAS),
    _sign(DangerKind.SELF_HARM, life.SELF_HARM),
    _sign(DangerKind.CRIME, words.CRIME),
    _sign(DangerKind.CRIME, words.CALL_CRIME, asks=True),
    _sign(DangerKind.CRIME, words.CRIME_DOUBTFUL, certain=False),
    _sign(DangerKind.TRAPPED, words.TRAPPED),
    _sign(DangerKind.MISSING, words.MISSING),
    _sign(DangerKind.ANY, words.ANY, asks=True),
)
# These happen to people only.
OF_PEOPLE = (DangerKind.LIFE, DangerKind.SELF_HARM)
ILLNESS = _sign(DangerKind.LIFE, life.ILLNESS)


@dataclass(frozen=True, slots=True)
class _Place:
    """Around a sign: before and after it in its clause, the clause before, and what follows."""

    before: str
    after: str
    clause: str
    previous: str
    rest: str
    words: str


def _signs(
    text: str, clauses: list[tuple[int, int, str]]
) -> Iterator[tuple[DangerKind, Sureness, int, int]]:
    """Each sign that nothing excuses: its kind, how sure it is, its start and end."""
    starts = [start for start, _, _ in clauses]
    for sign in (*SIGNS, ILLNESS):
        for found in islice(sign.pattern.finditer(text), MOST_SIGNS):
            place = _place(text, clauses, starts, found.start(), found.end())
            if _is_excused(sign, place):
                continue
            sureness = Sureness.PAST if _is_past(sign, place) else sign.sureness
            yield sign.kind, sureness, found.start(), found.end()


def _place(
    text: str, clauses: list[tuple[int, int, str]], starts: list[int], start: int, end: int
) -> _Place:
    first = bisect_right(starts, start) - 1
    last = bisect_right(starts, max(start, end - 1)) - 1
    begin = max(clauses[first][0], start - CLAUSE_CHARS)
    stop, mark = min(max(end, clauses[last][1]), end + CLAUSE_CHARS), clauses[last][2]
    after = text[end:stop] + ("?" if mark.startswith("?") else "")
    previous = text[clauses[first - 1][0] : clauses[first - 1][1]] if first else ""
    rest = text[end : end + REST_CHARS]
    return _Place(text[begin:start], after, text[begin:stop], previous, rest, text[start:end])


def _is_excused(sign: _Sign, place: _Place) -> bool:
    """Whether its clause says that it did not happen, is asked about, or is something else."""
    if excuses.DENIED_BEFORE.search(place.before) and not _is_plea(sign, place):
        return True
    if excuses.HYPOTHESIS_BEFORE.search(place.before) or excuses.FICTION.search(place.clause):
        return True
    if excuses.TOPIC_AFTER.search(place.after) or _is_of_a_talk(sign, place):
        return True
    if _is_long_ago(place):
        return True
    if sign.kind in OF_PEOPLE and excuses.THING_BEFORE.search(place.before):
        return True
    if excuses.AFRAID_BEFORE.search(place.before) and excuses.FALL.match(place.words):
        return True
    named = sign is ILLNESS or (sign.kind == DangerKind.LIFE and sign.sureness == Sureness.DOUBTFUL)
    if named and excuses.ILLNESS_AFTER.search(place.after):
        return True
    if sign.kind == DangerKind.ANY and excuses.JOKE_AFTER.search(place.rest):
        return True
    return not sign.asks and _is_asked(place)


def _is_of_a_talk(sign: _Sign, place: _Place) -> bool:
    return not sign.asks and excuses.LEAFLET_AFTER.search(place.rest) is not None


def _is_plea(sign: _Sign, place: _Place) -> bool:
    """ "别杀我" denies nothing."""
    return sign.kind == DangerKind.CRIME and place.before.endswith(("别", "不要"))


def _is_asked(place: _Place) -> bool:
    if excuses.QUESTION_AFTER.search(place.after) or excuses.QUESTION_BEFORE.search(place.before):
        return True
    how = excuses.HOW_BEFORE.search(place.before)
    return how is not None and excuses.SAID_OF.search(place.after) is not None


def _is_long_ago(place: _Place) -> bool:
    if excuses.PAST_AFTER.search(place.after):
        return True
    for found in excuses.FAR_PAST.finditer(place.before):
        if len(place.before) - found.end() <= NEAR_CHARS:
            return True
    return len(place.previous) <= LONE_TIME and bool(excuses.FAR_PAST.search(place.previous))


def _is_past(sign: _Sign, place: _Place) -> bool:
    """A little while ago, by hearsay, in a far past told at length, or a call already made."""
    if excuses.FAR_PAST.search(place.before) or excuses.NEAR_PAST.search(place.clause):
        return True
    if len(place.previous) <= LONE_TIME and excuses.NEAR_PAST.search(place.previous):
        return True
    return sign.asks and excuses.CALL_BEFORE.search(place.before) is not None
