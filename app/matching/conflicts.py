"""What speaks against one person doing one task at the time of the task: facts in, conflicts out.

A task needs room: its length without a break, somewhere in its window.

| code | numbers | means |
|---|---|---|
| paused | until | a break lasts beyond the beginning of the window |
| out_of_hours | | the person's own hours leave no room |
| busy_then | from, to | another accepted task, with the way between both places, leaves no room |
| on_duty_then | from, to | agreed duty leaves no room |
| duty_soon | from | the hour before a long duty leaves no room |
| resting | until | the rest after a long duty leaves no room |

Another task or duty that covers a third of the window or more leaves no room either: the resident
expects somebody in most of it. Where only several reasons together leave no room, all are given.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.core.travel import USUAL, Travel
from app.matching.distance import metres_between
from app.matching.travel import way_time

# The length of a task, where nothing else is known.
TASK_LENGTH = timedelta(hours=1)
# Rest required after a long duty, as between two duties (directive 2003/88/EC, article 3).
LONG_DUTY = timedelta(hours=4)
REST = timedelta(hours=11)
# Kept free before a long duty, for the way there and a pause.
BEFORE_DUTY = timedelta(hours=1)

# The share of a window that other tasks and duty may not reach.
MOST_COVERED = 1 / 3

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason why a volunteer is not asked."""

    code: str
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskTime:
    """A task that takes `length` somewhere in the window [start, end), at a position (WGS-84)."""

    start: datetime
    end: datetime
    length: timedelta = TASK_LENGTH
    lat: float | None = None
    lon: float | None = None

    @property
    def window(self) -> Span:
        """[start, end)."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Duty:
    """Agreed duty [start, end). `serves`: the person on it may do the task meanwhile."""

    start: datetime
    end: datetime
    serves: bool = False


@dataclass(frozen=True, slots=True)
class PersonTimes:
    """A person's time around a task: own open hours (None: not asked about), tasks, duty, break.

    `travel` decides how long the ways between tasks take, by the formula alone.
    """

    opens: tuple[Span, ...] | None = None
    tasks: tuple[TaskTime, ...] = ()
    duties: tuple[Duty, ...] = ()
    paused_until: datetime | None = None
    travel: Travel = USUAL


def conflicts(task: TaskTime, times: PersonTimes, *, on_duty: bool = False) -> list[Exclusion]:
    """Every conflict of a person's time with a task; empty when there is room for it.

    `on_duty`: the person is asked as on duty at that time, so own hours, rest and that duty do not
    count.
    """
    found = []
    if times.paused_until is not None and times.paused_until > task.start:
        found.append(Exclusion("paused", {"until": times.paused_until.isoformat()}))
    blocks = list(_blocks(task, times, on_duty))
    alone = [why for why, spans, mine in blocks if not _fits(task, spans, mine)]
    if not alone and not has_room(task, [span for _, spans, _ in blocks for span in spans]):
        alone = [why for why, spans, _ in blocks if _taken(task.window, spans)]
    return found + alone


def has_room(task: TaskTime, blocked: Iterable[Span]) -> bool:
    """Whether the task's window has its length without a break outside the blocked spans."""
    return any(end - start >= task.length for start, end in _outside(task.window, blocked))


_Block = tuple[Exclusion, list[Span], list[Span]]


def _blocks(task: TaskTime, times: PersonTimes, on_duty: bool) -> Iterator[_Block]:
    """Each reason, the spans that it blocks, and those of them that count by their share too."""
    if times.opens is not None and not on_duty:
        yield Exclusion("out_of_hours"), _outside(task.window, times.opens), []
    for other in times.tasks:
        way = _way_between(task, other, times.travel)
        if not _may_move(other, task, way):
            span = (other.start - way, other.end + way)
            yield _between("busy_then", other.window), [span], [other.window]
    for duty in times.duties:
        if not duty.serves and not on_duty:
            span = (duty.start, duty.end)
            yield _between("on_duty_then", span), [span], [span]
    if not on_duty:
        yield from _about_rest(times.duties)


def _about_rest(duties: Sequence[Duty]) -> Iterator[_Block]:
    for start, end in _joined((one.start, one.end) for one in duties):
        if end - start >= LONG_DUTY:
            soon, until = Exclusion("duty_soon", {"from": start.isoformat()}), end + REST
            yield soon, [(start - BEFORE_DUTY, start)], []
            yield Exclusion("resting", {"until": until.isoformat()}), [(end, until)], []


def _between(code: str, span: Span) -> Exclusion:
    return Exclusion(code, {"from": span[0].isoformat(), "to": span[1].isoformat()})


def _may_move(other: TaskTime, task: TaskTime, way: timedelta) -> bool:
    """Whether the other task has enough of its own window left beside this one."""
    if not _overlap(other.window, task.window):
        return False
    return _fits(other, [(task.start - way, task.end + way)], [task.window])


def _way_between(one: TaskTime, other: TaskTime, travel: Travel) -> timedelta:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return timedelta(0)
    return way_time(metres_between(one.lat, one.lon, other.lat, other.lon), travel)


def _fits(task: TaskTime, blocked: list[Span], by_share: list[Span]) -> bool:
    covered = _taken(task.window, by_share)
    return has_room(task, blocked) and covered < (task.end - task.start) * MOST_COVERED


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _taken(window: Span, spans: Iterable[Span]) -> timedelta:
    """How much of the window the spans cover."""
    free = sum((end - start for start, end in _outside(window, spans)), timedelta(0))
    return window[1] - window[0] - free


def _outside(window: Span, spans: Iterable[Span]) -> list[Span]:
    """The parts of the window that no span covers, in order."""
    free, at = [], window[0]
    for start, end in sorted(spans):
        if start >= window[1]:
            break
        if start > at:
            free.append((at, start))
        at = max(at, end)
    if at < window[1]:
        free.append((at, window[1]))
    return free


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
