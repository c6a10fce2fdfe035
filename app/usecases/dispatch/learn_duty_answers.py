"""Counts of answers for the coverage forecast: those given on duty, and answers day by day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.clock import local_day
from app.core.statements import changed, insert_once
from app.dispatch.models import AnswerPeriod, DutyAnswerCount
from app.matching.acceptance import HOUR_CLASSES, Outcome, weight_at
from app.rotation.queries import was_on_duty

# The local hour at which the night of the day before ends.
MORNING_H = min(first for first, _ in HOUR_CLASSES if first)


def count_duty_answer(session: Session, one: Outcome) -> None:
    """Counts a settled ask in its period, and for its volunteer if it found them on duty."""
    name = session.scalars(select(Area.timezone).where(Area.id == one.area_id)).one()
    period = {
        "area_id": one.area_id,
        "day": day_of(one.at, ZoneInfo(name)),
        "hour": one.setting.hour,
    }
    insert_once(session, AnswerPeriod, **period, asks=0, yeses=0)
    here = [getattr(AnswerPeriod, column) == value for column, value in period.items()]
    changed(
        session,
        update(AnswerPeriod)
        .where(*here)
        .values(asks=AnswerPeriod.asks + 1, yeses=AnswerPeriod.yeses + int(one.yes)),
    )
    if was_on_duty(session, one.person_id, one.at):
        _count_on_duty(session, one)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The local day of an ask; of the day before while its night lasts."""
    return local_day(at - timedelta(hours=MORNING_H), zone)


def _count_on_duty(session: Session, one: Outcome) -> None:
    key = {"area_id": one.area_id, "person_id": one.person_id, "hour": one.setting.hour}
    insert_once(session, DutyAnswerCount, **key, asks=0.0, yeses=0.0)
    weight = weight_at(one.at)
    here = [getattr(DutyAnswerCount, column) == value for column, value in key.items()]
    changed(
        session,
        update(DutyAnswerCount)
        .where(*here)
        .values(
            asks=DutyAnswerCount.asks + weight,
            yeses=DutyAnswerCount.yeses + (weight if one.yes else 0.0),
        ),
    )
