"""Each volunteer's acceptance probability from learnt counts, in two aggregate queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Double, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.core.statements import among
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.help_requests.models import HelpRequest
from app.matching import acceptance
from app.matching.acceptance import BANDS_M, Chance, Counts, Known

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
    """Counts at this hour for this category, by distance."""
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
    """The chance that each of these people, at these distances, says yes to this request now.

    Empty while nobody was ever asked in the area.
    """
    hour = acceptance.hour_class(now, zone)
    reader = session.connection()
    share = 1 / acceptance.weight_at(now)
    setting = {"hour": hour, "category": request.category_id, "share": share}
    area = reader.execute(AREA, {**setting, "area": request.area_id}).one()
    if not metres or not area[0]:
        return {}
    rows = reader.execute(PEOPLE, {**setting, "people": list(metres)}).all()
    people = {row[0]: row[1:] for row in rows}
    return {
        person_id: acceptance.acceptance_chance(
            _known(area, people.get(person_id), acceptance.distance_band(far))
        )
        for person_id, far in metres.items()
    }


def _known(area: Sequence[float], own: Sequence[float] | None, step: int) -> Known:
    first = 2 * (1 + step)
    wide = Counts(*area[:2]), Counts(*area[first : first + 2])
    if own is None:
        return Known(*wide)
    first += 2
    return Known(*wide, Counts(*own[:2]), Counts(*own[2:4]), Counts(*own[first : first + 2]))
