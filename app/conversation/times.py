"""Times in a text: 明天上午, 今晚, 下周三3点, tomorrow morning. Local wall time in and out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.conversation.clauses import Said, complete
from app.conversation.folding import fold
from app.conversation.mentions import group
from app.conversation.named import Later, Loose, TimeProblem
from app.conversation.senses import Sense, senses
from app.conversation.spans import walls
from app.conversation.tokens import find_tokens
from app.core.wall_time import instant

Period = tuple[datetime, datetime]
PROBLEMS = {
    Loose.SOME_DAY: TimeProblem.VAGUE,
    Loose.SOME_HOUR: TimeProblem.VAGUE,
    Loose.REPEATING: TimeProblem.REPEATING,
}


@dataclass(frozen=True, slots=True)
class NamedTime:
    """A time named at text[start:end], and how it stands there.

    Without a period and without a problem it needs none (昨天, 每天吃的药).
    """

    start: int
    end: int
    sense: Sense
    period: Period | None
    problem: TimeProblem | None


@dataclass(frozen=True, slots=True)
class TimeReading:
    """What a text says of time.

    `period` is the one time that is meant. Without it, a `problem` says that a time is named which
    cannot be used: one has to ask. Neither means that no time is named. `soon`: it says at once.
    `rest` is the text without the words of `period` and of `soon`; `named` are all times in it.
    """

    period: Period | None
    rest: str
    problem: TimeProblem | None
    soon: bool
    named: tuple[NamedTime, ...]


def read_times(text: str, now_local: datetime) -> TimeReading:
    """What the text says of time at `now_local`, which is aware, in the community's zone."""
    folded = fold(text)
    mentions = group(folded, find_tokens(folded, now_local.date()))
    soon = [(one.start, one.end) for one in mentions if one.apart is Loose.SOON]
    times = [one for one in mentions if one.apart is not Loose.SOON]
    said = complete(times, senses(folded, times))
    named = tuple(_named(one, now_local) for one in said)
    chosen, problem = _choose(named, said)
    return TimeReading(
        period=None if chosen is None else named[chosen].period,
        rest=_without(text, [*soon, *([] if chosen is None else said[chosen].spans)]),
        problem=problem,
        soon=bool(soon),
        named=named,
    )


def _named(said: Said, now: datetime) -> NamedTime:
    (start, end), found = said.spans[0], _period(said, now)
    period = None if isinstance(found, TimeProblem) else found
    problem = found if isinstance(found, TimeProblem) else None
    return NamedTime(start, end, said.sense, period, problem)


def _period(said: Said, now: datetime) -> Period | TimeProblem | None:
    """The aware period that is named, not before now."""
    apart = said.mention.apart
    if isinstance(apart, Loose):
        return PROBLEMS.get(apart)
    if isinstance(apart, Later):
        # Instants: two hours later is two hours later when the clock is set, too.
        start, end = (now.astimezone(UTC) + timedelta(minutes=m) for m in (apart.start, apart.end))
        return start.astimezone(now.tzinfo), end.astimezone(now.tzinfo)
    found = walls(said.mention, now.replace(tzinfo=None, fold=0))
    return found if isinstance(found, TimeProblem) else _aware(found, now)


def _aware(found: tuple[datetime, datetime], now: datetime) -> Period | TimeProblem:
    zone = now.tzinfo or UTC
    start, end = (instant(one, zone) for one in found)
    if end <= start:
        # The clock skips all of it.
        return TimeProblem.IMPOSSIBLE
    start = max(start, now.astimezone(UTC))
    if end <= start:
        # The clock shows it for the second time.
        return TimeProblem.PAST
    return start.astimezone(zone), end.astimezone(zone)


def _choose(
    named: Sequence[NamedTime], said: Sequence[Said]
) -> tuple[int | None, TimeProblem | None]:
    """Which of the times is the one that is meant, else why there is none."""
    meant = [index for index, one in enumerate(named) if one.sense is Sense.CHOSEN]
    meant = meant or [index for index, one in enumerate(named) if one.sense is Sense.MEANT]
    usable = [index for index in meant if named[index].period]
    if any(named[index].problem and _is_of_a_day(said[index]) for index in meant):
        # A day that cannot be read is not today: an hour beside it does not count.
        usable = [index for index in usable if _is_of_a_day(said[index])]
    if not usable:
        problems = {named[index].problem for index in meant}
        return None, next((one for one in TimeProblem if one in problems), None)
    # 明天 and 明天上午9点 are one time, said twice.
    chosen = min(usable, key=lambda index: _length(named[index].period))
    inner = named[chosen].period
    if any(not _holds(named[index].period, inner) for index in usable):
        return None, TimeProblem.SEVERAL
    return chosen, None


def _is_of_a_day(said: Said) -> bool:
    """Whether it names a day, known or not, and not just an hour."""
    apart = said.mention.apart
    return apart is not Loose.SOME_HOUR if apart else said.mention.begin.days is not None


def _length(period: Period | None) -> timedelta:
    return period[1] - period[0] if period else timedelta.max


def _holds(outer: Period | None, inner: Period | None) -> bool:
    return bool(outer and inner and outer[0] <= inner[0] and inner[1] <= outer[1])


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    last, pieces = 0, []
    for start, end in sorted(spans):
        pieces.append(text[last:start])
        last = max(last, end)
    pieces.append(text[last:])
    return " ".join(pieces)
