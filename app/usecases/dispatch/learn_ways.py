"""Counts how long each confirmed way to a door took, for its area; see `matching.learnt_ways`.

`learn_promises` calls it once for each finished visit.
"""

from datetime import datetime, timedelta

from sqlalchemy import Double, bindparam, func, select, update
from sqlalchemy.orm import Session

from app.core.statements import changed, insert_once
from app.core.travel import Travel
from app.dispatch.models import AreaWayCount, Match
from app.dispatch.rules import MatchState
from app.matching.acceptance import weight_at
from app.matching.learnt_ways import WayCounts, is_confirmed, way_factor, way_taught
from app.matching.travel import way_of
from app.offers.queries import travel_of

# The sums of an area and of all areas, decayed to now.
_SHARE = bindparam("share", type_=Double)
_HERE = AreaWayCount.area_id == bindparam("area")
COUNTS = (
    select(func.sum(AreaWayCount.ways).filter(_HERE) * _SHARE).scalar_subquery(),
    select(func.sum(AreaWayCount.logs).filter(_HERE) * _SHARE).scalar_subquery(),
    select(func.sum(AreaWayCount.ways) * _SHARE).scalar_subquery(),
    select(func.sum(AreaWayCount.logs) * _SHARE).scalar_subquery(),
)


def count_way(session: Session, match: Match, area_id: int) -> None:
    """Counts the way of a finished visit if it teaches anything."""
    taught = _taught(session, match)
    if not taught.ways or match.arrived_at is None:
        return
    insert_once(session, AreaWayCount, area_id=area_id, ways=0.0, logs=0.0)
    weight = weight_at(match.arrived_at)
    more = update(AreaWayCount).where(AreaWayCount.area_id == area_id)
    values = {
        "ways": AreaWayCount.ways + taught.ways * weight,
        "logs": AreaWayCount.logs + taught.logs * weight,
    }
    changed(session, more.values(**values))


def _taught(session: Session, match: Match) -> WayCounts:
    began, ended, metres = match.on_the_way_at, match.arrived_at, match.distance_m
    if match.state != MatchState.FINISHED or began is None or ended is None or not metres:
        return WayCounts()
    if not is_confirmed(code=match.arrival_confirmed, off_m=match.arrived_off_m):
        return WayCounts()
    # Of a way before it was kept, only today's means is known.
    by = match.went_by or travel_of(session, match.person_id)
    expected = way_of(metres, Travel(by)).minutes
    return way_taught(metres, (ended - began) / timedelta(minutes=1), expected)


def factor_from(*counts: float | None) -> float:
    """The factor of an area, from the values of `COUNTS`."""
    ways, logs, all_ways, all_logs = (one or 0.0 for one in counts)
    return way_factor(WayCounts(ways, logs), WayCounts(all_ways, all_logs))


def way_factor_in(session: Session, area_id: int, now: datetime) -> float:
    """How much longer ways in an area take than expected, as learnt by now."""
    values = {"area": area_id, "share": 1 / weight_at(now)}
    return factor_from(*session.execute(select(*COUNTS), values).one())
