"""What a resident sees of an order by its code: its state, and who is coming."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.conversation.danger import Danger, find_danger
from app.conversation.danger_words import NUMBERS, DangerKind
from app.core.attention import Attention
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING, MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.places import PlaceState
from app.help_requests.queries import by_code
from app.help_requests.rules import CANCELLABLE, LIVE, REVEALING, TAKEABLE, State, without_contacts
from app.help_requests.teams import TeamNotice
from app.people.models import Person
from app.people.queries import blocked_from
from app.people.rules import badge_name
from app.usecases.requests.place_request import least_needed
from app.usecases.requests.see_story import Story, story_for_resident
from app.usecases.shared.place_state import places_of
from app.usecases.shared.team_state import waits_for_team


@dataclass(frozen=True, slots=True)
class Coming:
    """A volunteer who holds a place: the badge name, and how far they are."""

    badge: str
    state: str
    arrived_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Came:
    """Who served at a place; `refused`: the resident wants somebody else from now on."""

    place_no: int
    badge: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """An order as its page shows it: no phone, name or address.

    Volunteers who were asked have its code too: the page says no more of the need than the ask.
    """

    code: str
    state: str
    # Its own state; for a duplicate, `state` is that of the original.
    own_state: str
    category: str
    urgency: str
    rough_place: str
    submitted_at: datetime
    wanted_from: datetime | None
    wanted_to: datetime | None
    places_taken: int
    volunteers_needed: int
    phone_confirmed: bool
    arrival_code: str | None
    reason: str | None
    coming: tuple[Coming, ...]
    stars: int | None
    area_path: str
    due_at: datetime | None
    # The wished time has passed while a place was open: nobody is looked for any more.
    time_over: bool = False
    # It was cancelled while a volunteer was at work, who may finish.
    ending: bool = False
    # Nobody sets out until all places are taken.
    waits_for_team: bool = False
    # What was said last about those who are missing, of `teams.TeamNotice`.
    team_notice: str | None = None
    wishes: tuple[str, ...] = ()
    # In the resident's words, without contact details; None once it is over.
    need: str | None = None
    spoken_language: str | None = None
    # At how many places of this round somebody has served.
    places_finished: int = 0
    # What its words cry for, until a coordinator finds no danger or it is over.
    danger: Danger | None = None
    # How many places are not needed any more: with fewer volunteers it can do.
    places_left: int = 0

    @property
    def goes_with_fewer(self) -> bool:
        """Whether all have been found because fewer volunteers are enough."""
        all_found = self.state == State.ASSIGNED and self.places_taken == self.volunteers_needed
        return all_found and self.places_left > 0

    @property
    def window_over(self) -> bool:
        """Whether the resident is asked for another time: it is over, and nobody is at work."""
        return self.time_over and self.state != State.IN_PROGRESS

    @property
    def team_held(self) -> bool:
        """Whether the time has come and nobody sets out, because somebody is missing."""
        held = self.waits_for_team and self.team_notice == TeamNotice.HOLD
        return held and not self.time_over

    @property
    def may_go_as_is(self) -> bool:
        """Whether the resident may say that those who accepted are enough."""
        told = self.waits_for_team and self.team_notice is not None
        enough = least_needed(self.places_taken, self.wishes) == self.places_taken
        return told and enough and self.places_taken > 0 and not self.time_over


def follow_request(session: Session, code: str, locale: str) -> Followed | None:
    """The order with this code; a duplicate shows the original's state."""
    request = by_code(session, code)
    if request is None:
        return None
    shown = request
    if request.duplicate_of is not None:
        shown = session.get_one(HelpRequest, request.duplicate_of)
    category = session.get_one(Category, request.category_id)
    coming = _coming(session, shown) if State(shown.state) in REVEALING else ()
    places = [PlaceState(one.state) for one in places_of(session, shown)]
    return Followed(
        code=request.code,
        state=shown.state,
        own_state=request.state,
        category=category.name(locale),
        urgency=request.urgency,
        rough_place=request.rough_place,
        submitted_at=request.submitted_at,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        places_taken=shown.places_taken,
        volunteers_needed=shown.volunteers_needed,
        phone_confirmed=request.phone_confirmed_at is not None,
        # A duplicate's volunteer asks for the original's code.
        arrival_code=shown.arrival_code if coming else None,
        reason=request.reason if request.state == State.REJECTED else None,
        coming=coming,
        stars=_stars(session, shown),
        area_path=request.area_path,
        due_at=shown.due_at,
        ending=request.cancelled_at is not None,
        time_over=request.attention == Attention.WINDOW_OVER and shown is request,
        waits_for_team=(
            shown is request
            and State(request.state) in TAKEABLE
            and waits_for_team(session, request)
        ),
        team_notice=request.team_notice,
        wishes=tuple(request.wishes),
        need=_words_of(request),
        spoken_language=request.spoken_language,
        places_finished=places.count(PlaceState.FINISHED),
        danger=_danger_of(request),
        places_left=places.count(PlaceState.LEFT),
    )


def _words_of(request: HelpRequest) -> str | None:
    live = request.state in LIVE and request.erased_at is None
    return without_contacts(request.need) if live else None


def _danger_of(request: HelpRequest) -> Danger | None:
    if request.state not in CANCELLABLE or request.erased_at is not None:
        return None
    found = find_danger(request.need)
    if request.attention != Attention.DANGER:
        # It was denied, or it is doubtful.
        return found if found is not None and not found.certain else None
    if found is not None and found.certain:
        return found
    # It was told after the order.
    return Danger(DangerKind.ANY, NUMBERS[DangerKind.ANY], (), True)


def follow_story(session: Session, code: str) -> Story:
    """The story of the order with this code; a duplicate shows its own, not the original's."""
    request = by_code(session, code)
    return story_for_resident(session, request.id) if request is not None else Story((), ())


def who_came(session: Session, code: str) -> tuple[Came, ...]:
    """Who has served the order with this code; nobody for a duplicate or an erased one."""
    request = by_code(session, code)
    if request is None or request.erased_at is not None:
        return ()
    refused = blocked_from(session, request.phone_lookup)
    rows = session.execute(
        select(Match.place_no, Person.name, Person.id)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state == MatchState.FINISHED)
        .order_by(Match.id)
    )
    # Of several rounds the last who served at a place.
    last = {
        place: Came(place, badge_name(name), key in refused)
        for place, name, key in rows
        if place is not None
    }
    return tuple(last.values())


def _stars(session: Session, request: HelpRequest) -> int | None:
    return session.scalar(
        select(Feedback.stars)
        .where(Feedback.request_id == request.id)
        .order_by(Feedback.round_no.desc())
        .limit(1)
    )


def _coming(session: Session, request: HelpRequest) -> tuple[Coming, ...]:
    rows = session.execute(
        select(Person.name, Match.state, Match.arrived_at, Match.finished_at)
        .join(Person, Person.id == Match.person_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state.in_(sorted(HOLDING)),
        )
        .order_by(Match.place_no)
    )
    return tuple(
        Coming(badge_name(name), state, arrived_at, finished_at)
        for name, state, arrived_at, finished_at in rows
    )
