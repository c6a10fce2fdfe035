"""Each place of a request has a life of its own: one is served while another is looked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident, system
from app.core.context import Context
from app.core.errors import Taken
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest, RequestPlace
from app.people.models import Person
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.dispatch.see_match import see_match
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, kinds, match_of, me, told, wave

pytestmark = pytest.mark.usefixtures("locks_in_order")

Verb = Callable[..., Any]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def people(session: Session, place: Community) -> list[Person]:
    return [volunteer(session, place, north_m=60 * n) for n in range(1, 5)]


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def asked_for(session: Session, place: Community, needed: int) -> HelpRequest:
    one = request(session, place, volunteers_needed=needed)
    wave(session, one)
    return one


def minute(number: int) -> datetime:
    return NOW + number * MINUTE


def do(
    session: Session, place: Community, verb: Verb, one: HelpRequest, who: Person, at: int
) -> Match:
    """What somebody does with their match at that minute."""
    match = match_of(session, one, who)
    verb(Context(session, me(who, place), minute(at)), match_id=match.id)
    session.commit()
    return match


def look(session: Session, one: HelpRequest, at: int) -> None:
    """What the scheduler does at that minute."""
    if one.id in due_deadlines(session, now=minute(at)):
        process_deadline(Context(session, system("jobs"), minute(at)), request_id=one.id)
    session.commit()


def states(session: Session, one: HelpRequest) -> list[str]:
    rows = session.scalars(
        select(RequestPlace)
        .where(RequestPlace.request_id == one.id, RequestPlace.round_no == one.round_no)
        .order_by(RequestPlace.number)
        .execution_options(populate_existing=True)
    )
    return [row.state for row in rows]


def test_looking_goes_on_while_another_place_is_served(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = asked_for(session, place, 3)
    for verb, at in ((accept_match, 1), (arrive_at_task, 5)):
        do(session, place, verb, one, people[0], at)
    assert (one.state, states(session, one)) == ("in_progress", ["arrived", "open", "open"])
    assert do(session, place, accept_match, one, people[1], 6).place_no == 2
    look(session, one, 7)
    assert one.next_action_at is not None and one.next_action_at > minute(7)
    # The open asks of the others are still open, and somebody who was not asked may take a place.
    assert do(session, place, accept_match, one, people[2], 8).place_no == 3
    assert (one.state, one.places_taken) == ("in_progress", 3)
    with pytest.raises(Taken):
        do(session, place, accept_match, one, people[3], 9)


def test_what_was_served_can_be_finished_when_another_gave_up(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = asked_for(session, place, 2)
    for who in people[:2]:
        do(session, place, accept_match, one, who, 1)
    do(session, place, arrive_at_task, one, people[0], 5)
    do(session, place, give_up, one, people[1], 6)
    assert (one.state, states(session, one)) == ("in_progress", ["arrived", "open"])
    do(session, place, finish_task, one, people[0], 30)
    assert (one.state, one.places_taken) == ("matching", 1)
    assert told(session)[-1] == "request_part_finished"
    look(session, one, 31)
    assert match_of(session, one, people[2]).state == "sent"
    for verb, at in ((accept_match, 32), (arrive_at_task, 35), (finish_task, 50)):
        do(session, place, verb, one, people[2], at)
    assert (one.state, states(session, one)) == ("finished", ["finished", "finished"])
    assert told(session)[-1] == "request_finished_rate"


def test_part_that_is_not_needed_any_more_ends_what_was_served(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 2)
    for who in people[:2]:
        do(session, place, accept_match, one, who, 1)
    for verb, at in ((arrive_at_task, 5), (finish_task, 20)):
        do(session, place, verb, one, people[0], at)
    assert one.state == "assigned"
    do(session, place, give_up, one, people[1], 25)
    change_request(
        Context(session, boss, minute(26)), request_id=one.id, version=None, volunteers_needed=1
    )
    session.commit()
    assert (one.state, states(session, one)) == ("finished", ["finished", "left"])
    assert told(session)[-1] == "request_finished_rate"


def test_cancelling_keeps_what_was_served(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = asked_for(session, place, 2)
    for who in people[:2]:
        do(session, place, accept_match, one, who, 1)
    for verb, at in ((arrive_at_task, 5), (finish_task, 20)):
        do(session, place, verb, one, people[0], at)
    cancel_request(Context(session, resident("web"), minute(21)), code=one.code, why="够了")
    session.commit()
    assert (one.state, states(session, one)) == ("finished", ["finished", "left"])
    assert match_of(session, one, people[1]).end_reason == "cancelled"


def test_more_can_be_wanted_while_it_is_served(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 1)
    for verb, at in ((accept_match, 1), (arrive_at_task, 5)):
        do(session, place, verb, one, people[0], at)
    change_request(
        Context(session, boss, minute(6)), request_id=one.id, version=None, volunteers_needed=2
    )
    session.commit()
    assert (one.state, states(session, one)) == ("in_progress", ["arrived", "open"])
    look(session, one, 6)
    # The volunteer notified that the place was taken is asked first.
    assert match_of(session, one, people[1]).state == "sent"
    assert told(session, person=people[1]) == ["match_asked", "match_taken", "match_open_again"]


@pytest.mark.parametrize("back", [undo_acceptance, give_up])
def test_whoever_was_told_taken_is_asked_first(
    session: Session,
    place: Community,
    people: list[Person],
    back: Verb,
) -> None:
    one = asked_for(session, place, 1)
    do(session, place, accept_match, one, people[0], 1)
    lost = match_of(session, one, people[1])
    assert (lost.state, lost.end_reason) == ("expired", "taken")
    do(session, place, back, one, people[0], 2)
    assert see_match(session, person_id=people[1].id, token=lost.token).may_accept
    look(session, one, 2)
    session.refresh(lost)
    assert (lost.state, lost.end_reason) == ("sent", None)
    assert lost.deadline_at is not None and lost.deadline_at > minute(2)
    assert told(session, person=people[1])[-1] == "match_open_again"
    assert "match.sent_again" in kinds(session, one)
    do(session, place, accept_match, one, people[1], 3)
    assert one.state == "assigned"


def test_village_of_two_is_not_told_that_nobody_is_near(session: Session, place: Community) -> None:
    first, second = volunteer(session, place, north_m=50), volunteer(session, place, north_m=90)
    chief = coordinator(session, place.here)
    one = asked_for(session, place, 1)
    do(session, place, accept_match, one, first, 1)
    do(session, place, undo_acceptance, one, first, 2)
    for at in (2, 3, 4):
        look(session, one, at)
    assert match_of(session, one, second).state == "sent"
    assert told(session, person=chief) == [] and one.attention is None


def test_withdrawn_ask_is_not_asked_again_at_once_but_when_a_place_is_free(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 1)
    match = match_of(session, one, people[0])
    withdraw_match(Context(session, boss, minute(1)), match_id=match.id)
    session.commit()
    for at in (1, 2):
        look(session, one, at)
    session.refresh(match)
    assert (match.state, match.end_reason) == ("withdrawn", "coordinator")
    do(session, place, accept_match, one, people[1], 3)
    do(session, place, give_up, one, people[1], 4)
    look(session, one, 4)
    session.refresh(match)
    assert match.state == "sent"


def test_coordinator_gives_it_to_whoever_agrees_now(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 1)
    far = volunteer(session, place, north_m=60_000)
    do(session, place, decline_match, one, people[0], 1)
    do(session, place, accept_match, one, people[1], 2)
    do(session, place, give_up, one, people[1], 3)
    for at, who in enumerate((people[0], people[1], far), start=4):
        match = assign_volunteer(
            Context(session, boss, minute(at)), request_id=one.id, person_id=who.id, agreed=True
        )
        session.commit()
        assert (match.state, one.state) == ("accepted", "assigned")
        withdraw_match(Context(session, boss, minute(at)), match_id=match.id)
        session.commit()


def test_changes_reach_whoever_was_asked_or_has_accepted(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 2)
    do(session, place, accept_match, one, people[0], 1)
    later = NOW + timedelta(hours=2)
    change_request(
        Context(session, boss, minute(2)),
        request_id=one.id,
        version=None,
        wanted_from=later,
        wanted_to=later + timedelta(hours=2),
    )
    session.commit()
    assert told(session, person=people[0])[-1] == "task_changed"
    assert told(session, person=people[1])[-1] == "match_changed"
    assert told(session)[-1] == "request_changed"


def test_whoever_is_at_the_door_is_told_what_is_wanted_now(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = asked_for(session, place, 1)
    do(session, place, accept_match, one, people[0], 1)
    do(session, place, arrive_at_task, one, people[0], 2)
    changes: dict[str, Any] = {
        "wanted_from": NOW + timedelta(hours=2),
        "wanted_to": NOW + timedelta(hours=4),
    }
    for at, more in enumerate((changes, {"need": "还要一袋米"}), start=3):
        change_request(Context(session, boss, minute(at)), request_id=one.id, version=None, **more)
        session.commit()
        # The time is no news: they are there.
        is_told = "task_changed_there" in told(session, person=people[0])
        assert is_told == ("need" in more)


def test_ask_that_no_longer_fits_ends_and_is_no_answer(
    session: Session, place: Community, boss: Actor
) -> None:
    people = [volunteer(session, place, skills=[], north_m=60 * n) for n in (1, 2)]
    one = asked_for(session, place, 2)
    do(session, place, accept_match, one, people[0], 1)
    chief = session.get(Person, boss.person_id)
    assert chief is not None
    before = len(told(session, person=chief))
    # First aid is needed now, and nobody has learnt it.
    change_request(
        Context(session, boss, minute(2)),
        request_id=one.id,
        version=None,
        category_id=place.visit.id,
    )
    session.commit()
    asked = match_of(session, one, people[1])
    assert (asked.state, asked.end_reason) == ("expired", "changed")
    assert told(session, person=people[1])[-1] == "match_not_needed"
    assert told(session, person=people[0])[-1] == "task_changed"
    assert one.attention == "no_longer_fits" and len(told(session, person=chief)) == before + 1
    change_request(
        Context(session, boss, minute(3)),
        request_id=one.id,
        version=None,
        category_id=place.medicine.id,
    )
    session.commit()
    look(session, one, 3)
    session.refresh(asked)
    assert asked.state == "sent"


def test_whoever_was_not_asked_may_grab_while_another_is_served(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, of=place.visit, volunteers_needed=2)
    first = grab_request(Context(session, me(people[0], place), minute(1)), request_id=one.id)
    arrive_at_task(Context(session, me(people[0], place), minute(2)), match_id=first.id)
    second = grab_request(Context(session, me(people[1], place), minute(3)), request_id=one.id)
    session.commit()
    assert (second.place_no, one.state) == (2, "in_progress")
