"""The wall times that a mention means, seen from now."""

from datetime import date, datetime, time, timedelta

from app.conversation.mentions import Bound, Mention, Point
from app.conversation.named import DAY_MINUTES, NOON, Clock, Days, Part, TimeProblem
from app.conversation.parts import SPANS, WHOLE_DAY, end_of_part

Walls = tuple[datetime, datetime]
DEFAULT_LENGTH = 120
# What is to be done before an hour has at least this long.
SHORTEST = 60
# 中午以前 and 中午以后 turn at noon, other parts at their beginning and end.
TURNS = {Part.NOON: (NOON, NOON)}


def walls(mention: Mention, now: datetime) -> Walls | TimeProblem:
    """From and until, times without a zone in the wall time of `now`; until is after now."""
    begin, until = mention.begin, mention.until
    for point in (begin, until or begin):
        if point.days and point.days.problem:
            return point.days.problem
        if point.clock and point.clock.minutes is None:
            return TimeProblem.IMPOSSIBLE
    if begin.days is not None and begin.is_day_alone() and mention.bound:
        return _day_bound(begin.days, mention.bound, now)
    if until is not None and until.days is not None:
        return _over_days(begin, until, now)
    if begin.days is not None and begin.days.first != begin.days.last and begin.clock:
        return TimeProblem.AMBIGUOUS
    start, end = _minutes(mention)
    if begin.days is not None:
        period = _at(begin.days.first, start), _at(begin.days.last, end)
        return _not_past(period, now, step=begin.days.step)
    today = _at(now.date(), start), _at(now.date(), end)
    if _may_be_evening(begin) and today[1] <= now:
        # "8点" said in the afternoon is tonight's, not tomorrow morning's.
        tonight = _at(now.date(), start + NOON), _at(now.date(), end + NOON)
        today = tonight if tonight[1] > now else today
    return _not_past(today, now, step=1)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _minutes(mention: Mention) -> tuple[int, int]:
    """From and until in minutes after the day's midnight; until may lie on the next day."""
    begin, until, bound = mention.begin, mention.until, mention.bound
    if begin.clock is None:
        start, end = SPANS[begin.part] if begin.part else WHOLE_DAY
        if begin.part and bound:
            return _bounded_part(begin.part, bound)
    else:
        start = meant(begin.clock, begin.part)
        end = start + DEFAULT_LENGTH
        if bound is Bound.BEFORE:
            return _before(start, begin.part)
        if bound is Bound.AFTER:
            return _after(start)
    if until is not None:
        end = _until(until, begin, start)
    return start, end


def _bounded_part(part: Part, bound: Bound) -> tuple[int, int]:
    first, last = TURNS.get(part, SPANS[part])
    return _before(first, None) if bound is Bound.BEFORE else _after(last)


def _before(end: int, part: Part | None) -> tuple[int, int]:
    """Until an hour: from the beginning of its part of the day, or of the day."""
    start = SPANS[part][0] if part else WHOLE_DAY[0]
    return (start, end) if end - start >= SHORTEST else (max(end - DEFAULT_LENGTH, 0), max(end, 1))


def _after(start: int) -> tuple[int, int]:
    """From an hour to the end of its part of the day."""
    end = end_of_part(start)
    return start, end if end and end - start >= SHORTEST else start + DEFAULT_LENGTH


def _until(until: Point, begin: Point, start: int) -> int:
    if until.clock is None:
        end = SPANS[until.part][1] if until.part else start
    else:
        end = meant(until.clock, until.part or begin.part)
    if end <= start:
        end = end + NOON if end + NOON > start else start + DEFAULT_LENGTH
    return end


def meant(clock: Clock, part: Part | None) -> int:
    """Minutes after midnight: 3点 with 下午 is 15:00, and without a part too."""
    minutes = clock.minutes or 0
    if clock.exact or part in (Part.NIGHT, Part.EARLY, Part.MORNING):
        # 凌晨12点 is the beginning of the day.
        return minutes - NOON if part is Part.NIGHT and minutes >= NOON else minutes
    evening = part in (Part.EVENING, Part.LATE)
    if evening and minutes < 5 * 60:
        return minutes + DAY_MINUTES
    if part is Part.AFTERNOON or evening:
        # 晚上12点 is midnight, 下午12点半 is half past noon.
        late = minutes < (NOON + 60 if evening else NOON)
        return minutes + (NOON if late else 0)
    small = 3 * 60 if part is Part.NOON else 7 * 60
    return minutes + (NOON if 60 <= minutes < small else 0)


def _may_be_evening(begin: Point) -> bool:
    if begin.clock is None or begin.part is not None:
        return False
    return not begin.clock.exact and (begin.clock.minutes or 0) < NOON


def _day_bound(days: Days, bound: Bound, now: datetime) -> Walls | TimeProblem:
    """Before a day: until the evening before it. After a day has no end."""
    if bound is Bound.AFTER:
        return TimeProblem.VAGUE
    first = _at(now.date(), WHOLE_DAY[0])
    evening = _at(days.first - timedelta(days=1), WHOLE_DAY[1])
    morning = _at(days.first, WHOLE_DAY[0])
    end = evening if evening - max(now, first) >= timedelta(minutes=SHORTEST) else morning
    return _not_past((first, end), now, step=0)


def _over_days(begin: Point, until: Point, now: datetime) -> Walls | TimeProblem:
    """From one day to another one, which the second point names."""
    first = begin.days or Days(now.date(), now.date())
    last = until.days or first
    end_day = last.last
    if end_day < first.first and last.step:
        end_day += timedelta(days=last.step)
    if end_day < first.first:
        return TimeProblem.AMBIGUOUS
    start = _minutes(Mention(0, 0, begin))[0]
    alone = Point(None, until.part, until.clock)
    end = meant(until.clock, until.part) if until.clock else _minutes(Mention(0, 0, alone))[1]
    period = _at(first.first, start), _at(end_day, end)
    if period[1] <= period[0]:
        return TimeProblem.AMBIGUOUS
    return _not_past(period, now, step=0)


def _not_past(period: Walls, now: datetime, *, step: int) -> Walls | TimeProblem:
    """Moves a period that has passed `step` days on; a problem if it cannot repeat.

    A period that has begun starts now.
    """
    start, end = period
    if end <= now and step:
        start, end = start + timedelta(days=step), end + timedelta(days=step)
    return (max(start, now), end) if end > now else TimeProblem.PAST
