"""Whether somebody may take a request from the list yet: first those who took fewer tasks.

A request that is not urgent is open to everybody from the list once its time to answer has passed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.errors import Refused
from app.core.i18n import N_
from app.core.statements import among
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING
from app.help_requests.models import HelpRequest
from app.matching.ranking import may_take_more
from app.usecases.dispatch.rank_volunteers import rank_for

MONTH = timedelta(days=28)


def check_grab(
    session: Session, request: HelpRequest, category: Category, person_id: int, *, now: datetime
) -> None:
    """Raises Refused, at first, for people who took more in four weeks than the others near.

    Urgent requests, and those that nobody else may be asked about, go to the first to come.
    """
    mine = taken_lately(session, [person_id], now)
    if others_first_until(request, category, mine, now=now) is None:
        return
    ranking = rank_for(session, request=request, now=now, radius_m=category.radius_m)
    others = [one.person_id for one in ranking.ranked if one.person_id != person_id]
    if others and not may_take_more(mine, taken_lately(session, others, now), len(others)):
        raise Refused(N_("这一单先问近来接得少的志愿者。过一会儿还在列表里，就请您来，谢谢您"))


def others_first_until(
    request: HelpRequest, category: Category, mine: int, *, now: datetime
) -> datetime | None:
    """Until when somebody who took `mine` tasks in four weeks may have to leave it to others.

    None if there is nobody to wait for.
    """
    until = request.submitted_at + timedelta(minutes=category.accept_minutes)
    free = request.urgency == Urgency.URGENT or now >= until or may_take_more(mine, 0, 1)
    return None if free else until


def taken_lately(session: Session, people: Sequence[int], now: datetime) -> int:
    """Tasks that these people took in the last four weeks and did not give up."""
    taken = select(func.count()).where(
        among(Match.person_id, "people"),
        Match.accepted_at >= now - MONTH,
        Match.state.in_(sorted(HOLDING)),
    )
    return session.scalar(taken, {"people": list(people)}) or 0
