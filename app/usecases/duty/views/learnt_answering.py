"""How likely people answer at each hour of the day, from learnt counts of an area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.statements import in_chunks
from app.dispatch.models import AnswerCount, AnswerPeriod, AreaAnswerCount, DutyAnswerCount
from app.matching.acceptance import Counts, seen_at
from app.matching.answering import (
    HOURS,
    Answers,
    Moments,
    Rates,
    duty_rates_of_area,
    rates_if_asked,
    rates_of_area,
    rates_on_duty,
    swing_of,
)

# How many days of periods show how much answers go up and down together.
PERIODS_KEPT = timedelta(days=180)
# Stored keys of hours begin like the class at which somebody was asked.
BY_START = {name[:3]: name for name in HOURS}


@dataclass(frozen=True, slots=True)
class Learnt:
    """Chances by person and hour class: of those on agreed duty, and of those who may be called.

    `swing`: by which share all chances go up and down together.
    """

    on_duty: Mapping[int, Rates]
    if_asked: Mapping[int, Rates]
    swing: float


def learnt_answering(
    session: Session, area_id: int, people: Sequence[int], *, now: datetime
) -> Learnt:
    """What the answers in an area and below it say about these people."""
    areas = _areas_within(area_id)
    area = Answers(
        _by_hour(session, _sums(AreaAnswerCount, AreaAnswerCount.area_id.in_(areas)), now),
        _by_hour(session, _sums(DutyAnswerCount, DutyAnswerCount.area_id.in_(areas)), now),
    )
    own = {one: Answers({}, {}) for one in people}
    for some in in_chunks(people):
        asked = _of_people(session, AnswerCount, some, now)
        on_duty = _of_people(session, DutyAnswerCount, some, now)
        own |= {one: Answers(asked.get(one, {}), on_duty.get(one, {})) for one in some}
    usual, usual_on_duty = rates_of_area(area.asked), duty_rates_of_area(area)
    if_asked = {one: rates_if_asked(usual, own[one].asked) for one in people}
    return Learnt(
        on_duty={
            one: rates_on_duty(area, usual_on_duty, own[one], if_asked[one]) for one in people
        },
        if_asked=if_asked,
        swing=swing_of(_moments(session, areas, now)),
    )


def _areas_within(area_id: int) -> Select[Any]:
    """Ids of an area and all below it."""
    path = select(Area.path).where(Area.id == area_id).scalar_subquery()
    return select(Area.id).where(Area.path.startswith(path))


def _sums(table: Any, *which: Any) -> Select[Any]:
    return (
        select(table.hour, func.sum(table.asks), func.sum(table.yeses))
        .where(*which)
        .group_by(table.hour)
    )


def _by_hour(session: Session, sums: Select[Any], now: datetime) -> dict[str, Counts]:
    return _together(session.execute(sums).all(), now)


def _of_people(
    session: Session, table: Any, people: Sequence[int], now: datetime
) -> dict[int, dict[str, Counts]]:
    rows = session.execute(
        _sums(table, table.person_id.in_(people))
        .add_columns(table.person_id)
        .group_by(table.person_id)
    ).all()
    found: dict[int, list[Any]] = {}
    for hour, asks, yeses, person_id in rows:
        found.setdefault(person_id, []).append((hour, asks, yeses))
    return {person_id: _together(some, now) for person_id, some in found.items()}


def _together(rows: Sequence[Any], now: datetime) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for key, asks, yeses in rows:
        hour, more = BY_START[key[:3]], seen_at(Counts(asks, yeses), now)
        before = found.get(hour, Counts())
        found[hour] = Counts(before.asks + more.asks, before.yeses + more.yeses)
    return found


def _moments(session: Session, areas: Select[Any], now: datetime) -> list[Moments]:
    n, y = AnswerPeriod.asks, AnswerPeriod.yeses
    rows = session.execute(
        select(*(func.sum(one) for one in (n, y, n * n, y * y)))
        .where(AnswerPeriod.area_id.in_(areas), AnswerPeriod.day >= (now - PERIODS_KEPT).date())
        .group_by(AnswerPeriod.hour)
    )
    return [Moments(*(float(one) for one in sums)) for sums in rows]
