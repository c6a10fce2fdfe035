"""When the next occurrence is, in wall time; how long to wait for the familiar volunteer.

Each local date of the schedule happens once, even when the clock changes. A wall time that the
clock skips is moved to as long after midnight; of one shown twice the first counts.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to

# Place an occurrence this long before it begins.
LEAD = timedelta(days=3)
# The familiar volunteer gets this share of the time that is left, within these bounds.
SHARE = 6
SHORTEST_ANSWER = timedelta(minutes=30)
LONGEST_ANSWER = timedelta(hours=12)
DAY_MINUTES = 24 * 60
LONGEST_MINUTES = 12 * 60
WEEK = 7


class RepeatState(StrEnum):
    """Whether a repeating service goes on."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class DayState(StrEnum):
    """What became of one date of a repeating service."""

    PLACED = "placed"
    SKIPPED = "skipped"
    MISSED = "missed"


RULE_LIFE = LifeCycle(
    "repeat_rule",
    RepeatState,
    {
        "pause": to(RepeatState.PAUSED, RepeatState.RUNNING),
        "resume": to(RepeatState.RUNNING, RepeatState.PAUSED),
        "end": to(RepeatState.ENDED, RepeatState.RUNNING, RepeatState.PAUSED),
    },
    N_("这项定期服务的状态已经变了，请看最新情况"),
)
DAY_LIFE = LifeCycle(
    "repeat_day",
    DayState,
    {
        # What was placed for it is cancelled.
        "skip": to(DayState.SKIPPED, DayState.PLACED),
        # It was over before it could be placed.
        "miss": to(DayState.MISSED, DayState.PLACED),
    },
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every week on these weekdays (Monday is 0), from `start` minutes after midnight.

    `minutes` long, on no day before `first` and none after `until`.
    """

    weekdays: tuple[int, ...]
    start: int
    minutes: int
    first: date
    until: date | None = None


def errors_of(schedule: Schedule) -> dict[str, str]:
    """The errors of a schedule, by field."""
    checks = {
        "weekdays": (
            not schedule.weekdays or any(not 0 <= day < WEEK for day in schedule.weekdays),
            N_("请至少选一天"),
        ),
        "start": (not 0 <= schedule.start < DAY_MINUTES, N_("请选时间")),
        "minutes": (not 15 <= schedule.minutes <= LONGEST_MINUTES, N_("请填 15 分钟到 12 小时")),
        "until": (
            schedule.until is not None and schedule.until < schedule.first,
            N_("结束的日子要在开始之后"),
        ),
    }
    return {field: msgid for field, (wrong, msgid) in checks.items() if wrong}


def read_holidays(text: str) -> frozenset[date]:
    """Dates on which nothing is placed: YYYY-MM-DD, with spaces or line breaks between.

    Raises ValueError for anything else.
    """
    return frozenset(date.fromisoformat(one) for one in text.split())


def next_day(schedule: Schedule, after: date | None = None) -> date | None:
    """The first day of the schedule after a day (or at all), None when it is over."""
    day = schedule.first if after is None else max(schedule.first, after + timedelta(days=1))
    days = (day + timedelta(days=ahead) for ahead in range(WEEK))
    found = next((one for one in days if one.weekday() in schedule.weekdays), None)
    over = found is None or (schedule.until is not None and found > schedule.until)
    return None if over else found


def period_on(schedule: Schedule, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[start, end) of the occurrence of a day, in UTC."""
    wall = datetime.combine(day, time(schedule.start // 60, schedule.start % 60), tzinfo=zone)
    begins = wall.astimezone(UTC)
    return begins, begins + timedelta(minutes=schedule.minutes)


def look_at(schedule: Schedule, day: date, zone: ZoneInfo) -> datetime:
    """When the occurrence of a day is to be placed."""
    return period_on(schedule, day, zone)[0] - LEAD


def answer_by(starts_at: datetime, now: datetime) -> datetime:
    """Until when to wait for the familiar volunteer before asking somebody else."""
    share = (starts_at - now) / SHARE
    return now + min(LONGEST_ANSWER, max(SHORTEST_ANSWER, share))
