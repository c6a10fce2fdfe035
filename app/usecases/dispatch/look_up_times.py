"""When a help request is wanted, and the time of people around it: tasks, duty, own hours."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, literal_column, select
from sqlalchemy.orm import Session

from app.core.clock import local_day
from app.core.statements import among
from app.core.travel import Travel
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import REPEAT
from app.matching.batch_window import AHEAD
from app.matching.conflicts import BEFORE_DUTY, REST, TASK_LENGTH, Duty, PersonTimes, Span, TaskTime
from app.offers.rules import open_spans, read_hours
from app.rotation.models import Rota, Shift
from app.rotation.queries import on_duty_at, on_duty_now
from app.rotation.states import ShiftState

# How far back to read when measuring how long somebody has been on duty.
LONGEST_DUTY = timedelta(hours=24)
# Only this much of a longer window is checked.
LONGEST_WINDOW = timedelta(days=8)
# The source of an occurrence of repeating help; it takes its whole window.
UNDER_WAY = (MatchState.ON_THE_WAY, MatchState.ARRIVED)

# States as literals: only so can the partial index of active matches be used.
IN_HAND = Match.state.in_([literal_column(f"'{state}'") for state in sorted(ACTIVE)])
TASKS = (
    select(
        Match.person_id,
        Match.state,
        HelpRequest.wanted_from,
        HelpRequest.wanted_to,
        HelpRequest.source,
        HelpRequest.lat,
        HelpRequest.lon,
    )
    .join(HelpRequest, HelpRequest.id == Match.request_id)
    .where(among(Match.person_id, "people"), IN_HAND, Match.request_id != bindparam("request"))
)
DUTIES = (
    select(Shift.person_id, Shift.starts_at, Shift.ends_at, Rota.area_path)
    .join(Rota, Rota.id == Shift.rota_id)
    .where(
        and_(Shift.state == ShiftState.AGREED, Shift.ends_at > bindparam("since")),
        Shift.starts_at < bindparam("until"),
        among(Shift.person_id, "people"),
    )
)


@dataclass(slots=True)
class Held:
    """What somebody agreed to around the time of a request."""

    tasks: list[TaskTime] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)


def task_time(request: HelpRequest, now: datetime) -> TaskTime:
    """When and where a request is to be done, as of now.

    Without a wished time, and when the wished time is over: now, for TASK_LENGTH. Repeating help
    takes the whole of its time.
    """
    start = max(now, request.wanted_from or now)
    end = request.wanted_to
    if end is None or end <= start:
        end = start + TASK_LENGTH
    end = min(end, start + LONGEST_WINDOW)
    length = end - start if request.source == REPEAT else min(TASK_LENGTH, end - start)
    return TaskTime(start, end, length, request.lat, request.lon)


def kept_free(request: HelpRequest, now: datetime) -> bool:
    """Whether people who will be on duty at the time of a request are kept free for what comes.

    They are when others can do it: the request is not urgent, and hours ahead.
    """
    return request.urgency != Urgency.URGENT and task_time(request, now).start >= now + AHEAD


def duty_then(session: Session, request: HelpRequest, now: datetime) -> tuple[int, ...]:
    """Who may be asked as on duty: on duty for the request's area when it begins, first call first.

    Nobody while they are kept free.
    """
    if kept_free(request, now):
        return ()
    return on_duty_now(session, request.area_path, task_time(request, now).start)


def duties_then(
    session: Session, requests: Sequence[HelpRequest], now: datetime
) -> list[tuple[int, ...]]:
    """The same for several requests, in their order. One query."""
    begin = [(one.area_path, task_time(one, now).start) for one in requests]
    found = zip(requests, on_duty_at(session, begin), strict=True)
    return [() if kept_free(one, now) else duty for one, duty in found]


def look_up_held(
    session: Session, request: HelpRequest, people: Sequence[int], now: datetime
) -> dict[int, Held]:
    """Accepted tasks and agreed duty of these people, as far as they can matter. Two queries."""
    reader, found = session.connection(), defaultdict[int, Held](Held)
    rows: Any = reader.execute(TASKS, {"people": people, "request": request.id or 0})
    for person_id, *task in rows:
        found[person_id].tasks.append(_other_task(*task, now=now))
    free, until = kept_free(request, now), _duty_until(request, now)
    values = {"people": people, "since": now - REST - LONGEST_DUTY, "until": until}
    for person_id, start, end, area_path in reader.execute(DUTIES, values):
        serves = not free and request.area_path.startswith(area_path)
        found[person_id].duties.append(Duty(start, end, serves))
    return found


def held_around(
    session: Session, requests: Sequence[HelpRequest], person_id: int, now: datetime
) -> list[Held]:
    """What one person agreed to around the time of each of these requests, in their order.

    The person has none of them. Two queries.
    """
    if not requests:
        return []
    reader, people = session.connection(), [person_id]
    rows: Any = reader.execute(TASKS, {"people": people, "request": 0})
    tasks = [_other_task(*task, now=now) for _, *task in rows]
    ends = [_duty_until(one, now) for one in requests]
    values = {"people": people, "since": now - REST - LONGEST_DUTY, "until": max(ends)}
    shifts: Any = reader.execute(DUTIES, values).all()
    return [
        Held(
            tasks,
            [
                Duty(
                    start,
                    end,
                    serves=not kept_free(one, now) and one.area_path.startswith(area_path),
                )
                for _, start, end, area_path in shifts
                if start < until
            ],
        )
        for one, until in zip(requests, ends, strict=True)
    ]


def _duty_until(request: HelpRequest, now: datetime) -> datetime:
    """Duty that begins from here on does not matter to the request."""
    return task_time(request, now).end + BEFORE_DUTY


def _other_task(
    state: str,
    wanted_from: datetime | None,
    wanted_to: datetime | None,
    source: str,
    *place: float | None,
    now: datetime,
) -> TaskTime:
    """An accepted task; without a wished time it is done now, and once begun it cannot move."""
    start = wanted_from or (now if wanted_to is None else wanted_to - TASK_LENGTH)
    end = wanted_to if wanted_to is not None and wanted_to > start else start + TASK_LENGTH
    begun = state in UNDER_WAY
    if begun:
        start, end = min(start, now), max(end, now + TASK_LENGTH)
    whole = begun or source == REPEAT
    return TaskTime(start, end, end - start if whole else min(TASK_LENGTH, end - start), *place)


def tasks_that_day(task: TaskTime, held: Iterable[TaskTime], zone: ZoneInfo) -> int:
    """How many tasks somebody has on the day of a task, or on the freest day of its window."""
    days = _days(task.window, zone)
    others = [set(_days(one.window, zone)) for one in held]
    return min(sum(day in one for one in others) for day in days)


def _days(window: Span, zone: ZoneInfo) -> list[date]:
    first = local_day(window[0], zone)
    last = local_day(window[1] - timedelta.resolution, zone)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def person_times(
    held: Held,
    task: TaskTime,
    hours: str,
    paused_until: datetime | None,
    *,
    zone: ZoneInfo,
    travel: Travel,
) -> PersonTimes:
    """The facts for `matching.conflicts`; `hours` is the JSON of the person's offer."""
    opens = _open_spans(hours, task.start, task.end, zone)
    return PersonTimes(opens, tuple(held.tasks), tuple(held.duties), paused_until, travel)


@lru_cache(maxsize=4096)
def _open_spans(hours: str, start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Span, ...]:
    week = read_hours(hours)
    # One unreadable offer must not stop the others from being asked.
    return () if week is None else open_spans(week, start, end, zone)
