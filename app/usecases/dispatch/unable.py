"""Whom a help request as it is now rules out, whether they were asked before or have accepted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranking
from app.usecases.dispatch.rank_volunteers import rank_for

# People who were asked may answer wherever they live.
REACH_M = 20_000
# Exclusions that no agreement of the volunteer overcomes.
UNABLE = frozenset(
    {
        "suspended",
        "blocked",
        "no_such_category",
        "not_verified",
        "lacks_skill",
        "language",
        "wants_woman",
        "no_dogs",
        "alone",
    }
)


def rank_asked(
    session: Session, request: HelpRequest, people: Collection[int], *, now: datetime
) -> Ranking:
    """The ranking of people who were asked about the request, which has a position."""
    return rank_for(
        session, request=request, now=now, radius_m=REACH_M, people=sorted(people), again=True
    )


def unable(
    session: Session,
    request: HelpRequest,
    people: Collection[int],
    *,
    now: datetime,
    codes: frozenset[str] = UNABLE,
) -> list[int]:
    """Those of these people to whom one of the exclusions `codes` applies."""
    if not people or request.lat is None:
        return []
    ranking = rank_asked(session, request, people, now=now)
    return [
        one.person_id for one in ranking.left_out if any(why.code in codes for why in one.reasons)
    ]
