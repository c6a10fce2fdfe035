"""When to ask people to take a shift over, and how many at once. Pure; area's wall time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, wall_of
from app.rotation.rules import Span

ASKED_AT_ONCE = 3
# An ordinary offer is not urgent: everybody eligible is asked, once.
OFFERED_AT_ONCE = 15
# How long to wait for answers, by how soon the shift begins.
WAITS = (
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(hours=24), timedelta(minutes=30)),
)
LONGEST_WAIT = timedelta(hours=4)
LONGEST_WAIT_FOR_ONE = timedelta(hours=24)
# Ask nobody at night about a shift that is farther away than this.
FAR = timedelta(hours=12)
QUIET_FROM, QUIET_TO = time(22), time(8)
# Notify the giver this long before the shift that nobody took it.
GIVEN_UP_BEFORE = timedelta(hours=12)


def wait(starts_at: datetime, now: datetime) -> timedelta:
    """How long to wait for the next few people's answers."""
    return next((pause for within, pause in WAITS if starts_at - now <= within), LONGEST_WAIT)


def may_ask_at(starts_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """When people may be asked: now, or in the morning when it is night and there is time."""
    wall = wall_of(now, zone)
    if starts_at - now <= FAR or QUIET_TO <= wall.time() < QUIET_FROM:
        return now
    day = wall.date() if wall.time() < QUIET_TO else wall.date() + timedelta(days=1)
    return instant(datetime.combine(day, QUIET_TO), zone)


def given_up_at(starts_at: datetime, made_at: datetime) -> datetime:
    """When an untaken shift stays with its giver: twelve hours before, or after half the time."""
    return max(starts_at - GIVEN_UP_BEFORE, made_at + (starts_at - made_at) / 2)


def approval_until(starts_at: datetime, taken_at: datetime) -> datetime:
    """Until when a swap that was taken waits for approval; then the shift stays with its giver.

    Early enough to notify both in time: as when nobody takes it.
    """
    return given_up_at(starts_at, taken_at)


def wait_for_one(starts_at: datetime, now: datetime) -> timedelta:
    """How long to wait for one person's answer about a shift that nobody agreed to yet."""
    return max(wait(starts_at, now), min(LONGEST_WAIT_FOR_ONE, (starts_at - now) / 6))


def least_first(people: Iterable[int], held: Mapping[int, Iterable[Span]]) -> list[int]:
    """People by their hours on duty, the least first; then by id."""

    def done(person_id: int) -> timedelta:
        spans = held.get(person_id, ())
        return sum((one.ends_at - one.starts_at for one in spans), timedelta(0))

    return sorted(people, key=lambda person_id: (done(person_id), person_id))
