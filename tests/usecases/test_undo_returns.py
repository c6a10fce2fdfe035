"""An undone yes leaves what was before it, whoever said it and whatever was answered earlier."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, decline_match, undo_acceptance
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, match_of, me, told, wave
from tests.usecases.live import live

LATER = NOW + 50 * MINUTE


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def who(session: Session, place: Community) -> Person:
    return volunteer(session, place)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


@pytest.fixture
def one(session: Session, place: Community, who: Person) -> HelpRequest:
    """A request that the only volunteer near was asked about."""
    made = request(session, place)
    wave(session, made)
    return made


Before = Callable[[Session, Actor, Actor, Match], None]


def said_no(session: Session, boss: Actor, actor: Actor, match: Match) -> None:
    decline_match(Context(session, actor, NOW + MINUTE), match_id=match.id)


def was_silent(session: Session, boss: Actor, actor: Actor, match: Match) -> None:
    live(session, NOW + MINUTE, LATER - MINUTE)


def was_taken_off(session: Session, boss: Actor, actor: Actor, match: Match) -> None:
    withdraw_match(Context(session, boss, NOW + MINUTE), match_id=match.id)


def was_asked(session: Session, boss: Actor, actor: Actor, match: Match) -> None:
    pass


def undone(session: Session, actor: Actor, match: Match, at: datetime) -> tuple[str, str | None]:
    undo_acceptance(Context(session, actor, at), match_id=match.id)
    session.commit()
    session.refresh(match)
    return match.state, match.end_reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (said_no, ("declined", "busy")),
        (was_silent, ("expired", "busy")),
        (was_taken_off, ("expired", "busy")),
        (was_asked, ("sent", None)),
    ],
)
def test_an_assignment_by_telephone_that_is_undone(
    *,
    session: Session,
    place: Community,
    who: Person,
    boss: Actor,
    one: HelpRequest,
    before: Before,
    after: tuple[str, str | None],
) -> None:
    match = match_of(session, one, who)
    before(session, boss, me(who, place), match)
    session.commit()
    on_the_phone = Context(session, boss, LATER)
    assign_volunteer(on_the_phone, request_id=one.id, person_id=who.id, agreed=True)
    session.commit()
    assert undone(session, me(who, place), match, LATER + MINUTE) == after
    session.refresh(one)
    assert (one.state, one.places_taken) == ("matching", 0)
    # Nobody waits for an answer, and the same question is not asked once more.
    asked = told(session, person=who).count("match_asked")
    live(session, LATER + MINUTE, LATER + timedelta(hours=2))
    assert told(session, person=who).count("match_asked") == asked == 1
    assert "match_open_again" not in told(session, person=who)


def test_a_yes_after_a_no_that_is_undone_is_a_no_that_may_still_become_a_yes(
    session: Session, place: Community, who: Person, one: HelpRequest
) -> None:
    match = match_of(session, one, who)
    said_no(session, me(who, place), me(who, place), match)
    accept_match(Context(session, me(who, place), LATER), match_id=match.id)
    session.commit()
    assert undone(session, me(who, place), match, LATER + MINUTE) == ("declined", "busy")
    accept_match(Context(session, me(who, place), LATER + 2 * MINUTE), match_id=match.id)
    session.commit()
    session.refresh(match)
    assert match.state == "accepted"


def test_a_yes_to_an_older_release_is_undone_as_an_ask(
    session: Session, place: Community, who: Person, one: HelpRequest
) -> None:
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    match.accepted_from = None
    session.commit()
    assert undone(session, me(who, place), match, NOW + 2 * MINUTE) == ("sent", None)
