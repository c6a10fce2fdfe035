"""What the team of a help request that is done together waits for, and until when."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.statements import changed, in_chunks
from app.core.wakes import Topic, wake
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE
from app.help_requests.models import HelpRequest
from app.help_requests.places import PlaceState
from app.help_requests.rules import TAKEABLE
from app.help_requests.teams import appointment, is_short, short_from
from app.usecases.shared.arrivals import check_by
from app.usecases.shared.place_state import places_of
from app.usecases.shared.together import is_together


def waits_for_team(session: Session, request: HelpRequest) -> bool:
    """Whether nobody may set out yet, because somebody of the team is missing."""
    if request.places_taken >= request.volunteers_needed or not is_together(session, request):
        return False
    states = [PlaceState(one.state) for one in places_of(session, request)]
    return is_short(request.places_taken, request.volunteers_needed, states)


def team_times(session: Session, request: HelpRequest) -> tuple[datetime, datetime] | None:
    """The first yes of those who hold a place and the appointment; None before anybody does."""
    first = session.scalar(
        select(func.min(Match.accepted_at)).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state.in_(sorted(ACTIVE)),
        )
    )
    if first is None:
        return None
    at = appointment(
        first,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        arrive_minutes=session.get_one(Category, request.category_id).arrive_minutes,
    )
    return first, at


def check_team(session: Session, request: HelpRequest, now: datetime) -> None:
    """Makes sure that a team that is not whole is checked when all must be told so."""
    times = team_times(session, request) if waits_for_team(session, request) else None
    if times is None:
        return
    first, at = times
    coming = [one for one in (short_from(first, at), at) if one > now]
    if coming:
        check_by(session, request.id, coming[0])
        session.refresh(request)


def check_teams_of(session: Session, category_id: int, now: datetime) -> None:
    """Checks the requests of a category now, whose volunteers may need to wait no longer.

    One that is locked is being worked on, and is checked before its time anyway.
    """
    waiting = (
        select(HelpRequest.id)
        .where(
            HelpRequest.category_id == category_id,
            HelpRequest.state.in_(sorted(TAKEABLE)),
            HelpRequest.places_taken > 0,
        )
        .order_by(HelpRequest.id)
        .with_for_update(skip_locked=True)
    )
    for some in in_chunks(session.scalars(waiting).all()):
        soon = update(HelpRequest).where(HelpRequest.id.in_(some))
        changed(session, soon.values(next_action_at=now))
    wake(session, Topic.REQUESTS)


def forget_notice(session: Session, request: HelpRequest) -> None:
    """What all were told about the team of the locked request does not hold any more."""
    short = request.attention == Attention.TEAM_SHORT
    set_notice(session, request, team_notice=None, **({"attention": None} if short else {}))


def set_notice(session: Session, request: HelpRequest, **values: object) -> None:
    """Stores what all were told about the team of the locked request."""
    one = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(session, one.values(**values, version=HelpRequest.version + 1))
    session.refresh(request)
