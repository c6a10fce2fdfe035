"""The chance that each volunteer says yes, as the house has learnt it, in two aggregate queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.help_requests.models import HelpRequest
from app.matching import acceptance
from app.matching.acceptance import BANDS_M, NOTHING, Chance, Counts, Known, seen_at
from app.matching.eligibility import Candidate, Need, distance_m

BANDS = range(len(BANDS_M) + 1)
Table = type[AnswerCount] | type[AreaAnswerCount]


def _pair(table: Table, *which: ColumnElement[bool]) -> list[ColumnElement[float]]:
    """Asks and yeses of the rows that these conditions choose."""
    if not which:
        return [func.sum(table.asks), func.sum(table.yeses)]
    here = and_(*which)
    return [func.sum(case((here, column), else_=0.0)) for column in (table.asks, table.yeses)]


def _by_band(table: Table) -> list[ColumnElement[float]]:
    """Those at this hour for this category, by distance."""
    this = table.hour == bindparam("hour"), table.category_id == bindparam("category")
    return [total for step in BANDS for total in _pair(table, *this, table.band == step)]


AREA = select(*_pair(AreaAnswerCount), *_by_band(AreaAnswerCount)).where(
    AreaAnswerCount.area_id == bindparam("area")
)
PEOPLE = (
    select(
        AnswerCount.person_id,
        *_pair(AnswerCount),
        *_pair(AnswerCount, AnswerCount.hour == bindparam("hour")),
        *_by_band(AnswerCount),
    )
    .where(AnswerCount.person_id.in_(bindparam("people", expanding=True)))
    .group_by(AnswerCount.person_id)
)
UNKNOWN = (NOTHING,) * (2 + len(BANDS))


def with_chances(
    session: Session,
    request: HelpRequest,
    need: Need,
    candidates: Sequence[Candidate],
    *,
    now: datetime,
) -> list[Candidate]:
    """The candidates with the chance that each says yes, if asked now."""
    metres = {one.person_id: distance_m(need, one) for one in candidates}
    known = chances_for(session, request, metres, now=now)
    if not known:
        return list(candidates)
    return [replace(one, chance=known[one.person_id].p) for one in candidates]


def chances_for(
    session: Session, request: HelpRequest, metres: Mapping[int, float], *, now: datetime
) -> dict[int, Chance]:
    """The chance that each of these people, so far away, says yes to this request now.

    Empty while nobody was ever asked in the area: there is nothing to tell.
    """
    hour = acceptance.hour_class(now, zone_of(session, request.area_path))
    setting = {"hour": hour, "category": request.category_id}
    area = _pairs(session.execute(AREA, {**setting, "area": request.area_id}).one())
    if not metres or area[0].asks <= 0:
        return {}
    rows = session.execute(PEOPLE, {**setting, "people": list(metres)})
    people = {row[0]: _pairs(row[1:]) for row in rows}
    found = {}
    for person_id, far in metres.items():
        step, own = acceptance.band(far), people.get(person_id, UNKNOWN)
        views = (area[0], area[1 + step], own[0], own[1], own[2 + step])
        found[person_id] = acceptance.chance(Known(*(seen_at(one, now) for one in views)))
    return found


def _pairs(row: Iterable[float | None]) -> tuple[Counts, ...]:
    values = [float(value or 0.0) for value in row]
    return tuple(Counts(*pair) for pair in zip(values[::2], values[1::2], strict=True))
