"""Each volunteer's acceptance probability from learnt counts, in three aggregate queries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Double, and_, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.statements import among
from app.dispatch.models import (
    AnswerCount,
    AreaAnswerCount,
    AreaPromiseCount,
    PromiseCount,
)
from app.help_requests.models import HelpRequest
from app.matching import acceptance
from app.matching.acceptance import BANDS_M, HOUR_NAMES, NOTHING, Chance, Counts, Known, hours_key

BANDS = range(len(BANDS_M) + 1)
Table = type[AnswerCount] | type[AreaAnswerCount]
# The decay of a count that is stored as if at the epoch.
SHARE: ColumnElement[float] = bindparam("share", type_=Double)


def _pair(table: Table, *which: ColumnElement[bool]) -> list[ColumnElement[float]]:
    """Asks and yeses, decayed to now, of the rows that these conditions choose."""
    columns = (table.asks, table.yeses)
    if not which:
        return [func.sum(column) * SHARE for column in columns]
    return [func.sum(case((and_(*which), column), else_=0.0)) * SHARE for column in columns]


def _by_band(table: Table) -> list[ColumnElement[float]]:
    """Counts at these hours for this category, by distance."""
    this = table.hour == bindparam("hours"), table.category_id == bindparam("category")
    return [total for step in BANDS for total in _pair(table, *this, table.band == step)]


def _at(name: str) -> ColumnElement[bool]:
    """Whether a row is about asks, or about tasks, of one hour class."""
    return AnswerCount.hour.in_([bindparam(f"{name}_{other}") for other in HOUR_NAMES])


def _promised(column: InstrumentedAttribute[float]) -> ColumnElement[float]:
    found = select(column).where(AreaPromiseCount.area_id == bindparam("area"))
    return found.scalar_subquery() * SHARE


AREA = select(
    *_pair(AreaAnswerCount),
    *_by_band(AreaAnswerCount),
    _promised(AreaPromiseCount.promises),
    _promised(AreaPromiseCount.kept),
).where(AreaAnswerCount.area_id == bindparam("area"))
PROMISES = select(
    PromiseCount.person_id, PromiseCount.promises * SHARE, PromiseCount.kept * SHARE
).where(among(PromiseCount.person_id, "people"))
PEOPLE = (
    select(
        AnswerCount.person_id,
        *_pair(AnswerCount),
        *_pair(AnswerCount, _at("ask")),
        *_pair(AnswerCount, _at("task")),
        *_by_band(AnswerCount),
    )
    .where(among(AnswerCount.person_id, "people"))
    .group_by(AnswerCount.person_id)
)


def chances_for(
    session: Session,
    request: HelpRequest,
    metres: Mapping[int, float],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, Chance]:
    """The chance that each of these people, at these distances, says yes now, and then comes."""
    if not metres:
        return {}
    reader = session.connection()
    share = 1 / acceptance.weight_at(now)
    values = {**_hours(request, now, zone), "category": request.category_id, "share": share}
    area = reader.execute(AREA, {**values, "area": request.area_id}).one()
    values["people"] = list(metres)
    people = {row[0]: row[1:] for row in reader.execute(PEOPLE, values)}
    promises = {row[0]: Counts(*row[1:]) for row in reader.execute(PROMISES, values)}
    return {
        person_id: acceptance.acceptance_chance(
            replace(
                _known(area, people.get(person_id), acceptance.distance_band(far)),
                person_promises=promises.get(person_id, NOTHING),
            )
        )
        for person_id, far in metres.items()
    }


def _hours(request: HelpRequest, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The keys of rows at the hour of the ask and at that of the task."""
    ask = acceptance.hour_class(now, zone)
    task = acceptance.hour_class(acceptance.task_begins(now, request.wanted_from), zone)
    return {
        "hours": hours_key(ask, task),
        **{f"ask_{other}": hours_key(ask, other) for other in HOUR_NAMES},
        **{f"task_{other}": hours_key(other, task) for other in HOUR_NAMES},
    }


def _counts(row: Sequence[float | None], first: int) -> Counts:
    return Counts(row[first] or 0.0, row[first + 1] or 0.0)


def _known(area: Sequence[float], own: Sequence[float] | None, step: int) -> Known:
    wide = Known(
        area=_counts(area, 0),
        area_setting=_counts(area, 2 * (1 + step)),
        area_promises=_counts(area, 2 * (1 + len(BANDS))),
    )
    if own is None:
        return wide
    return replace(
        wide,
        person=_counts(own, 0),
        person_hour=_counts(own, 2),
        person_task_hour=_counts(own, 4),
        person_setting=_counts(own, 6 + 2 * step),
    )
