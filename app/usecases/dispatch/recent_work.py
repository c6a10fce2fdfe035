"""How much each volunteer was asked and took on lately, counted from the matches themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, or_, select

from app.core.statements import among
from app.dispatch.models import Match
from app.dispatch.rules import BROKEN_PROMISES, HOLDING, EndReason
from app.matching.ranking import COUNTED_DAYS
from app.offers.models import Offer

WEEK, COUNTED = timedelta(days=7), timedelta(days=COUNTED_DAYS)


@dataclass(frozen=True, slots=True)
class Work:
    """`asked` and `accepted` (of these asks) and `broken` (of all yeses) in the last 60 days.

    `tasks_this_week` were taken in the last seven days, asked or grabbed, and not given up;
    `passed_this_week` are asks of these days that were answered no, or not at all,
    `broken_this_week` yeses of these days that were not kept.
    """

    last_asked_at: datetime | None = None
    last_task_at: datetime | None = None
    asked: int = 0
    accepted: int = 0
    broken: int = 0
    tasks_this_week: int = 0
    passed_this_week: int = 0
    broken_this_week: int = 0


NO_WORK = Work()
LAST = select(
    Offer.person_id,
    select(func.max(Match.sent_at)).where(Match.person_id == Offer.person_id).scalar_subquery(),
    select(func.max(Match.accepted_at)).where(Match.person_id == Offer.person_id).scalar_subquery(),
).where(among(Offer.person_id, "people"))
_PASSED = Match.end_reason.in_((EndReason.BUSY, EndReason.DEADLINE)) & (
    Match.sent_at >= bindparam("week")
)
ASKED = (
    select(
        Match.person_id,
        func.count(),
        func.count(Match.accepted_at),
        func.sum(case((_PASSED, 1), else_=0)),
    )
    .where(
        among(Match.person_id, "people"),
        Match.sent_at >= bindparam("since"),
        # An ask that did not arrive was none.
        or_(Match.end_reason.is_(None), Match.end_reason != EndReason.NOT_REACHED),
    )
    .group_by(Match.person_id)
)
_TAKEN = Match.state.in_(sorted(HOLDING)) & (Match.accepted_at >= bindparam("week"))
_BROKEN = Match.end_reason.in_(sorted(BROKEN_PROMISES))
TAKEN = (
    select(
        Match.person_id,
        func.sum(case((_TAKEN, 1), else_=0)),
        func.sum(case((_BROKEN, 1), else_=0)),
        func.sum(case((_BROKEN & (Match.accepted_at >= bindparam("week")), 1), else_=0)),
    )
    .where(among(Match.person_id, "people"), Match.accepted_at >= bindparam("since"))
    .group_by(Match.person_id)
)


def recent_work(reader: Connection, people: Sequence[int], *, now: datetime) -> dict[int, Work]:
    """The work of those of these people who have an offer, in three queries."""
    values = {"people": people, "since": now - COUNTED, "week": now - WEEK}
    found = {row[0]: Work(row[1], row[2]) for row in reader.execute(LAST, values)}
    for person_id, asked, accepted, passed in reader.execute(ASKED, values):
        mine = found.get(person_id, NO_WORK)
        found[person_id] = replace(mine, asked=asked, accepted=accepted, passed_this_week=passed)
    for person_id, week, broken, lately in reader.execute(TAKEN, values):
        mine = found.get(person_id, NO_WORK)
        found[person_id] = replace(
            mine, tasks_this_week=week, broken=broken, broken_this_week=lately
        )
    return found
