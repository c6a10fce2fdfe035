"""Reads of repeating help."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.rules import RepeatState, Schedule, next_day


def schedule_of(rule: RepeatRule) -> Schedule:
    """The rule's schedule for the pure functions."""
    return Schedule(
        tuple(rule.weekdays), rule.start_minute, rule.minutes, rule.first_day, rule.until_day
    )


def due_rules(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Rules whose next day must be placed."""
    rows = session.scalars(
        select(RepeatRule.id)
        .where(RepeatRule.state == RepeatState.RUNNING, RepeatRule.next_look_at <= now)
        .order_by(RepeatRule.next_look_at)
        .limit(limit)
    )
    return list(rows)


def rule_of(session: Session, request_id: int) -> RepeatRule | None:
    """The rule that a help request was placed by, or was made into."""
    placed_by = select(RepeatDay.rule_id).where(RepeatDay.request_id == request_id)
    return session.scalar(
        select(RepeatRule).where(
            or_(RepeatRule.id.in_(placed_by), RepeatRule.from_request_id == request_id)
        )
    )


def rules_in(session: Session, paths: Sequence[str]) -> list[RepeatRule]:
    """Rules of these areas that have not ended, the next to be placed first."""
    if not paths:
        return []
    rows = session.scalars(
        select(RepeatRule)
        .where(
            RepeatRule.state != RepeatState.ENDED,
            or_(*(RepeatRule.area_path.startswith(path) for path in paths)),
        )
        .order_by(RepeatRule.state.desc(), RepeatRule.next_day, RepeatRule.id)
    )
    return list(rows)


def requests_of(session: Session, rule: RepeatRule) -> list[int]:
    """The help requests of a rule, the one that it was made from included."""
    rows = session.scalars(
        select(RepeatDay.request_id).where(
            RepeatDay.rule_id == rule.id, RepeatDay.request_id.is_not(None)
        )
    )
    return [rule.from_request_id, *(one for one in rows if one is not None)]


def last_day(session: Session, rule_id: int) -> date | None:
    """The latest day of a rule that was placed, left out or missed."""
    return session.scalar(select(func.max(RepeatDay.day)).where(RepeatDay.rule_id == rule_id))


def day_of(session: Session, rule_id: int, day: date) -> RepeatDay | None:
    """The record of a day, or None."""
    return session.scalar(
        select(RepeatDay).where(RepeatDay.rule_id == rule_id, RepeatDay.day == day)
    )


def days_ahead(session: Session, rule: RepeatRule, most: int) -> tuple[date, ...]:
    """The next days, without those left out."""
    if rule.next_day is None:
        return ()
    schedule, day, found = schedule_of(rule), rule.next_day, list[date]()
    left_out = set(
        session.scalars(
            select(RepeatDay.day).where(RepeatDay.rule_id == rule.id, RepeatDay.day >= day)
        )
    )
    while len(found) < most:
        if day not in left_out:
            found.append(day)
        after = next_day(schedule, day)
        if after is None:
            break
        day = after
    return tuple(found)
