"""Whom a help request as it is now rules out, whether they were asked before or have accepted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranking
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.request_matches import matches_with_people

# People who were asked may answer wherever they live.
REACH_M = 20_000
AGREED = {MatchState.ACCEPTED, MatchState.ON_THE_WAY}
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
# Of these a volunteer decides alone, so saying yes to an open ask is enough.
OWN_CHOICE = frozenset({"no_such_category", "no_dogs", "alone"})


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


def raise_unable(context: Context, request: HelpRequest, codes: frozenset[str] = UNABLE) -> None:
    """Notifies coordinators if one of these exclusions applies to somebody who accepted."""
    accepted = matches_with_people(context.session, request, AGREED)
    people = {match.person_id for match, _ in accepted}
    if unable(context.session, request, people, now=context.now, codes=codes):
        raise_unfit(context, request)


def raise_unfit(context: Context, request: HelpRequest) -> None:
    """Notifies coordinators that whoever accepted does not fit any more."""
    notify_coordinators(
        context.session,
        request,
        reason=Attention.NO_LONGER_FITS,
        now=context.now,
        occurrence=f"no_longer_fits:{request.version}",
    )
    mark = update(HelpRequest).where(
        HelpRequest.id == request.id,
        func.coalesce(HelpRequest.attention, "") != Attention.DANGER,
    )
    changed(context.session, mark.values(attention=str(Attention.NO_LONGER_FITS)))
    context.session.refresh(request)
