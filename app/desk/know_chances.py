"""The chance that each volunteer says yes, as the house has learnt it, in two aggregate queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.help_requests.models import HelpRequest
from app.matching.acceptance import (
    BANDS_M,
    NOTHING,
    Chance,
    Counts,
    Known,
    band,
    chance,
    hour_class,
    seen_at,
)

BANDS = tuple(range(len(BANDS_M) + 1))
Row = Sequence[float | None]


def chances_for(
    session: Session,
    request: HelpRequest,
    metres: Mapping[int, float],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, Chance]:
    """The chance that each of these people, so far away, says yes to this request now."""
    hour = hour_class(now, zone)
    area = _area(session, request, hour)
    people = _people(session, list(metres), request.category_id, hour)
    found = {}
    for person_id, far in metres.items():
        step = band(far)
        row = people.get(person_id, (NOTHING,) * (2 + len(BANDS)))
        views = (area[0], area[1 + step], row[0], row[1], row[2 + step])
        found[person_id] = chance(Known(*(seen_at(one, now) for one in views)))
    return found


def _area(session: Session, request: HelpRequest, hour: str) -> tuple[Counts, ...]:
    """All asks of the area, then those at this hour for this category by distance."""
    table = AreaAnswerCount
    this = and_(table.hour == hour, table.category_id == request.category_id)
    sums = [total for step in BANDS for total in _sums(table, and_(this, table.band == step))]
    row = session.execute(
        select(func.sum(table.asks), func.sum(table.yeses), *sums).where(
            table.area_id == request.area_id
        )
    ).one()
    return _pairs(row)


def _people(
    session: Session, people: Sequence[int], category_id: int, hour: str
) -> dict[int, tuple[Counts, ...]]:
    """Of each: all asks, those at this hour, those at this hour for this category by distance."""
    table = AnswerCount
    this = and_(table.hour == hour, table.category_id == category_id)
    sums = _sums(table, table.hour == hour)
    sums += [total for step in BANDS for total in _sums(table, and_(this, table.band == step))]
    found: dict[int, tuple[Counts, ...]] = {}
    for some in in_chunks(people):
        rows = session.execute(
            select(table.person_id, func.sum(table.asks), func.sum(table.yeses), *sums)
            .where(table.person_id.in_(some))
            .group_by(table.person_id)
        )
        found.update({row[0]: _pairs(row[1:]) for row in rows})
    return found


def _sums(
    table: type[AnswerCount] | type[AreaAnswerCount], which: ColumnElement[bool]
) -> list[ColumnElement[float]]:
    return [
        func.sum(case((which, table.asks), else_=0.0)),
        func.sum(case((which, table.yeses), else_=0.0)),
    ]


def _pairs(row: Iterable[float | None]) -> tuple[Counts, ...]:
    values = [float(value or 0.0) for value in row]
    return tuple(Counts(*pair) for pair in zip(values[::2], values[1::2], strict=True))
