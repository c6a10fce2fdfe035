"""Answers of volunteers: yes, not this time, undo, cannot come, grab; nobody loses a request."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import NotAllowed, NotFound, Refused, Stale, Taken
from app.dispatch.models import Match, Wave
from app.dispatch.rules import MOST_GIVEN_BACK
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.models import Event
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, set_out
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

SOON = NOW + MINUTE


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def people(session: Session, place: Community) -> list[Person]:
    return [volunteer(session, place, north_m=100 * n) for n in (1, 2, 3)]


@pytest.fixture
def asked(session: Session, place: Community, people: list[Person]) -> HelpRequest:
    one = request(session, place)
    assert wave(session, one).asked == 3
    return one


def yes(session: Session, place: Community, one: HelpRequest, who: Person) -> Match:
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), SOON), match_id=match.id)
    session.commit()
    return match


def test_first_yes_wins_and_the_others_are_told_kindly(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    won = yes(session, place, asked, people[1])
    assert (won.state, won.place_no, won.accepted_at) == ("accepted", 1, SOON)
    assert (asked.state, asked.places_taken, asked.state_since) == ("assigned", 1, SOON)
    for other in (people[0], people[2]):
        lost = match_of(session, asked, other)
        assert (lost.state, lost.end_reason) == ("expired", "taken")
        assert told(session, person=other) == ["match_asked", "match_taken"]
    assert told(session, person=people[1]) == ["match_asked", "match_accepted"]
    assert told(session) == ["request_matched"]
    assert session.scalars(select(Wave.ended_at)).one() == SOON
    assert kinds(session, asked)[-4:] == [
        "match.accepted",
        "help_request.fill",
        "match.expired",
        "match.expired",
    ]
    with pytest.raises(Taken):
        yes(session, place, asked, people[0])


def test_second_yes_of_the_winner_changes_nothing(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    yes(session, place, asked, people[0])
    lines, version = len(kinds(session, asked)), asked.version
    yes(session, place, asked, people[0])
    assert (len(kinds(session, asked)), asked.version) == (lines, version)


def test_two_places_have_two_numbers_and_the_third_is_late(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, volunteers_needed=2)
    wave(session, one)
    first = yes(session, place, one, people[0])
    assert (one.state, one.places_taken) == ("matching", 1)
    second = yes(session, place, one, people[1])
    assert {first.place_no, second.place_no} == {1, 2}
    assert (one.state, one.places_taken) == ("assigned", 2)
    with pytest.raises(Taken):
        yes(session, place, one, people[2])


def test_freed_place_gets_its_own_number_again(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, volunteers_needed=2)
    wave(session, one)
    first = yes(session, place, one, people[0])
    yes(session, place, one, people[1])
    give_up(Context(session, me(people[0], place), SOON), match_id=first.id)
    session.commit()
    assert yes(session, place, one, people[2]).place_no == 1
    assert (one.state, one.places_taken) == ("assigned", 2)


def test_yes_after_cancelling_is_told_that_nobody_is_needed(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    cancel_request(Context(session, chief, SOON), request_id=asked.id, why="不用了")
    session.commit()
    with pytest.raises(Stale) as refused:
        yes(session, place, asked, people[0])
    assert not isinstance(refused.value, Taken)
    session.rollback()
    assert (asked.state, asked.places_taken) == ("cancelled", 0)


def test_late_yes_is_welcome_until_somebody_else_came(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    late = match_of(session, asked, people[0])
    late.state, late.end_reason, late.ended_at = "expired", "deadline", SOON
    session.commit()
    won = yes(session, place, asked, people[0])
    assert (won.state, won.end_reason, won.ended_at) == ("accepted", None, None)


def test_yes_after_no_is_welcome_too(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    match = match_of(session, asked, people[0])
    decline_match(Context(session, me(people[0], place), SOON), match_id=match.id)
    assert yes(session, place, asked, people[0]).state == "accepted"


@pytest.mark.parametrize("verb", [accept_match, decline_match, undo_acceptance, give_up])
def test_match_of_somebody_else_is_not_found(
    session: Session, place: Community, people: list[Person], asked: HelpRequest, verb: object
) -> None:
    match = match_of(session, asked, people[0])
    with pytest.raises(NotFound):
        verb(Context(session, me(people[1], place), SOON), match_id=match.id)  # type: ignore[operator]
    with pytest.raises(NotFound):
        verb(Context(session, me(people[1], place), SOON), match_id=10**6)  # type: ignore[operator]


@pytest.mark.parametrize("verb", [accept_match, decline_match])
def test_suspended_volunteer_answers_nothing(
    session: Session, place: Community, people: list[Person], asked: HelpRequest, verb: object
) -> None:
    match = match_of(session, asked, people[0])
    people[0].state = "suspended"
    session.commit()
    with pytest.raises(NotAllowed):
        verb(Context(session, me(people[0], place), SOON), match_id=match.id)  # type: ignore[operator]
    session.rollback()
    assert (match.state, asked.places_taken) == ("sent", 0)


def test_no_has_somebody_else_looked_for_at_once(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    match = match_of(session, asked, people[0])
    for _ in range(2):
        decline_match(Context(session, me(people[0], place), SOON), match_id=match.id)
        session.commit()
    session.refresh(asked)
    assert (match.state, match.end_reason, asked.next_action_at) == ("declined", "busy", SOON)
    assert kinds(session, asked).count("match.declined") == 1
    with pytest.raises(Stale):
        give_up(Context(session, me(people[0], place), SOON), match_id=match.id)


def test_undo_is_possible_until_two_minutes_have_passed(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    match = yes(session, place, asked, people[0])
    actor = me(people[0], place)
    with pytest.raises(Refused):
        undo_acceptance(Context(session, actor, SOON + timedelta(minutes=2)), match_id=match.id)
    session.rollback()
    at = SOON + timedelta(minutes=1, seconds=59)
    undo_acceptance(Context(session, actor, at), match_id=match.id)
    session.commit()
    assert (match.state, match.place_no, match.accepted_at) == ("sent", None, None)
    assert (asked.state, asked.places_taken, asked.next_action_at) == ("matching", 0, at)
    assert told(session) == ["request_matched", "request_open"]
    with pytest.raises(Stale):
        undo_acceptance(Context(session, actor, at), match_id=match.id)


def test_undone_yes_may_be_said_again(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    match = yes(session, place, asked, people[0])
    undo_acceptance(Context(session, me(people[0], place), SOON), match_id=match.id)
    assert yes(session, place, asked, people[0]).state == "accepted"
    assert asked.state == "assigned"


@pytest.mark.parametrize("state", ["accepted", "on_the_way", "arrived"])
def test_late_give_up_sends_the_request_straight_back_to_matching(
    session: Session, place: Community, people: list[Person], asked: HelpRequest, state: str
) -> None:
    chief = coordinator(session, place.here)
    match = yes(session, place, asked, people[0])
    steps = {"accepted": (), "on_the_way": (set_out,), "arrived": (arrive_at_task,)}
    for step in steps[state]:
        step(Context(session, me(people[0], place), SOON), match_id=match.id)
    session.commit()
    late = NOW + timedelta(minutes=40)
    give_up(Context(session, me(people[0], place), late), match_id=match.id)
    session.commit()
    assert (match.state, match.end_reason, match.place_no) == ("withdrawn", "cannot_come", None)
    assert (asked.state, asked.places_taken, asked.next_action_at) == ("matching", 0, late)
    assert told(session)[-1] == "request_open"
    assert told(session, person=chief) == ["coordinator_attention"]


def test_given_up_by_mistake_may_be_taken_again_but_not_for_ever(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    chief = coordinator(session, place.here)
    for _ in range(MOST_GIVEN_BACK):
        match = yes(session, place, asked, people[0])
        give_up(Context(session, me(people[0], place), SOON), match_id=match.id)
        session.commit()
    assert told(session, person=chief) == ["coordinator_attention", "coordinator_digest"]
    with pytest.raises(Refused):
        yes(session, place, asked, people[0])
    boss = actor_for(chief, "coordinator", place.here)
    assign_volunteer(
        Context(session, boss, SOON), request_id=asked.id, person_id=people[0].id, agreed=True
    )
    assert (match.state, asked.state) == ("accepted", "assigned")


def test_second_undo_counts_as_giving_up(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    chief = coordinator(session, place.here)
    for ended in (None, "cannot_come"):
        match = yes(session, place, asked, people[0])
        undo_acceptance(Context(session, me(people[0], place), SOON), match_id=match.id)
        session.commit()
        assert match.end_reason == ended
    assert told(session, person=chief) == ["coordinator_attention"]


def test_grab_takes_a_place_once_and_has_a_reply_number(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, of=place.visit)
    grab_request(Context(session, me(people[0], place), SOON), request_id=one.id)
    session.commit()
    match = match_of(session, one, people[0])
    assert (match.state, match.place_no, one.state) == ("accepted", 1, "assigned")
    assert match.reply_number is not None and match.distance_m is not None
    again = grab_request(Context(session, me(people[0], place), SOON), request_id=one.id)
    assert again.id == match.id
    with pytest.raises(Taken):
        grab_request(Context(session, me(people[1], place), SOON), request_id=one.id)


def test_undone_grab_does_not_wait_for_an_answer_for_ever(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, of=place.visit)
    match = grab_request(Context(session, me(people[0], place), SOON), request_id=one.id)
    undo_acceptance(Context(session, me(people[0], place), SOON), match_id=match.id)
    session.commit()
    assert (match.state, match.ended_at, one.state) == ("expired", SOON, "matching")
    assert (
        grab_request(Context(session, me(people[0], place), SOON), request_id=one.id).id == match.id
    )
    assert match.state == "accepted"


def test_grab_needs_a_category_that_allows_it_and_somebody_who_fits(
    session: Session, place: Community, people: list[Person]
) -> None:
    closed = request(session, place)
    with pytest.raises(Refused):
        grab_request(Context(session, me(people[0], place), SOON), request_id=closed.id)
    one = request(session, place, of=place.visit)
    unskilled = volunteer(session, place, skills=[])
    far = volunteer(session, place, north_m=2300)
    for who in (unskilled, far):
        with pytest.raises(Refused):
            grab_request(Context(session, me(who, place), SOON), request_id=one.id)
    people[0].state = "suspended"
    session.commit()
    with pytest.raises(NotAllowed):
        grab_request(Context(session, me(people[0], place), SOON), request_id=one.id)
    session.rollback()
    assert session.scalars(select(Match)).all() == []


@pytest.mark.parametrize("state", ["submitted", "reopened"])
def test_nothing_is_grabbed_before_a_coordinator_looked(
    session: Session, place: Community, people: list[Person], state: str
) -> None:
    one = request(session, place, of=place.visit, state=state)
    with pytest.raises(Refused):
        grab_request(Context(session, me(people[0], place), SOON), request_id=one.id)


def test_grab_reaches_as_far_as_the_volunteer_goes(session: Session, place: Community) -> None:
    wide = volunteer(session, place, north_m=4000, offer={"radius_m": 5000})
    one = request(session, place, of=place.visit)
    assert (
        grab_request(Context(session, me(wide, place), SOON), request_id=one.id).state == "accepted"
    )


def test_transaction_that_dies_leaves_nothing(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    lines = len(session.scalars(select(Event.seq)).all())
    match = match_of(session, asked, people[0])
    accept_match(Context(session, me(people[0], place), SOON), match_id=match.id)
    session.flush()
    session.rollback()
    assert (match.state, asked.state, asked.places_taken) == ("sent", "matching", 0)
    assert told(session, person=people[0]) == ["match_asked"] and told(session) == []
    session.commit()
    assert len(session.scalars(select(Event.seq)).all()) == lines


def test_match_of_an_earlier_round_takes_no_place(
    session: Session, place: Community, people: list[Person], asked: HelpRequest
) -> None:
    session.execute(update(HelpRequest).values(round_no=2))
    session.commit()
    with pytest.raises(Stale):
        yes(session, place, asked, people[0])
