"""One match as its volunteer sees it: before a yes nothing reveals the person or address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.wishes import Wish
from app.dispatch.models import Match
from app.dispatch.rules import (
    ACTIVE,
    HOLDING,
    EndReason,
    gave_back_too_often,
    may_accept,
)
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State, wants_volunteers, without_contacts
from app.hours.models import ServiceRecord
from app.people.rules import badge_name
from app.usecases.shared.request_matches import matches_with_people
from app.usecases.shared.team_state import waits_for_team


@dataclass(frozen=True, slots=True)
class Member:
    """Another volunteer of the same request, as residents see them too: the badge name."""

    badge: str
    state: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A match with what its page shows. `need` has contact details removed."""

    match: Match
    category: Category
    need: str
    rough_place: str
    area_path: str
    urgency: str
    wanted_from: datetime | None
    wanted_to: datetime | None
    volunteers_needed: int
    spoken_language: str | None
    has_dog: bool
    # The person may still say yes: a place is open, and the answer so far was not final.
    may_accept: bool
    # They could, had they not given it back so often that only a coordinator assigns it.
    gave_back_too_often: bool
    # How many are missing before anybody sets out; 0 where nobody waits for others.
    team_missing: int
    # The order was cancelled while somebody was at work, who may finish; nobody else is looked for.
    ending: bool
    # For finished service; None before.
    minutes: int | None
    # Who else has accepted; nobody before the own yes, or after it is done.
    others: tuple[Member, ...]


def see_match(session: Session, *, person_id: int, token: str) -> Seen:
    """The match with this token. Raises NotFound for an unknown or somebody else's token."""
    row: Any = session.execute(
        select(Match, HelpRequest, Category, ServiceRecord.minutes)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .join(Category, Category.id == HelpRequest.category_id)
        .outerjoin(ServiceRecord, ServiceRecord.match_id == Match.id)
        .where(Match.token == token, Match.person_id == person_id)
        .execution_options(populate_existing=True)
        .limit(1)
    ).first()
    if row is None:
        raise NotFound(N_("没有找到这次派单"))
    match, request, category, minutes = row
    wanted = _still_wanted(match, request)
    too_often = gave_back_too_often(match.given_back)
    return Seen(
        match=match,
        category=category,
        need=without_contacts(request.need),
        rough_place=request.rough_place,
        area_path=request.area_path,
        urgency=request.urgency,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        volunteers_needed=request.volunteers_needed,
        spoken_language=request.spoken_language,
        has_dog=Wish.NO_DOGS in request.wishes,
        may_accept=wanted and not too_often,
        gave_back_too_often=wanted and too_often,
        team_missing=(
            request.volunteers_needed - request.places_taken
            if waits_for_team(session, request)
            else 0
        ),
        ending=request.cancelled_at is not None or request.state == State.CANCELLED,
        minutes=minutes,
        others=_others(session, match, request),
    )


def _others(session: Session, match: Match, request: HelpRequest) -> tuple[Member, ...]:
    if match.state not in ACTIVE or request.volunteers_needed == 1:
        return ()
    holding = matches_with_people(session, request, HOLDING)
    return tuple(
        Member(badge_name(person.name), one.state) for one, person in holding if one.id != match.id
    )


def _still_wanted(match: Match, request: HelpRequest) -> bool:
    """Whether a place is open, and the answer of this person to what is asked now was not final."""
    wanted = wants_volunteers(request.state, request.places_taken, request.volunteers_needed)
    again = match.round_no == request.round_no
    # Who does not fit since a change is asked again as soon as they do.
    fits = match.end_reason != EndReason.CHANGED
    return wanted and again and fits and may_accept(match.state, match.end_reason)
