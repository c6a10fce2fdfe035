"""Cancelling while a volunteer is at the door: who has arrived may finish, nobody else comes."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Refused
from app.help_requests.models import HelpRequest
from app.hours.models import ServiceRecord
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.choose_volunteers import withdraw_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.follow_request import follow_request
from app.usecases.requests.rate_request import rate_request
from app.usecases.volunteers.decide_account import suspend_volunteer
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, kinds, match_of, me, told, wave
from tests.usecases.live import live

HOUR = timedelta(hours=1)
WEB = resident("web")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


@pytest.fixture
def people(session: Session, place: Community) -> list[Person]:
    return [volunteer(session, place, north_m=60 * n) for n in (1, 2, 3)]


def at_work(
    session: Session, place: Community, people: list[Person], *, of: int, came: int
) -> HelpRequest:
    """A request for `of` people, of whom `came` have arrived."""
    one = request(session, place, volunteers_needed=of)
    wave(session, one)
    for who in people[:came]:
        match_id = match_of(session, one, who).id
        accept_match(Context(session, me(who, place), NOW + MINUTE), match_id=match_id)
        arrive_at_task(Context(session, me(who, place), NOW + 5 * MINUTE), match_id=match_id)
    session.commit()
    return one


def cancel(session: Session, one: HelpRequest, actor: Actor = WEB) -> None:
    context = Context(session, actor, NOW + 10 * MINUTE)
    cancel_request(context, why="不用了", code=one.code)
    session.commit()
    session.refresh(one)


@pytest.mark.parametrize("of", [1, 2])
def test_whoever_is_at_the_door_finishes_and_nobody_else_is_asked(
    session: Session, place: Community, people: list[Person], boss: Actor, of: int
) -> None:
    one = at_work(session, place, people, of=of, came=1)
    cancel(session, one, boss if of == 1 else WEB)
    assert (one.state, one.volunteers_needed, one.places_taken) == ("in_progress", 1, 1)
    assert "help_request.rest_cancelled" in kinds(session, one)
    assert told(session)[-1] == "request_rest_cancelled"
    assert told(session, person=people[0])[-1] == "match_accepted"
    seen = follow_request(session, one.code, "zh")
    assert seen is not None and seen.ending
    with pytest.raises(Refused, match="已经取消了"):
        cancel(session, one)
    session.rollback()
    live(session, NOW + 10 * MINUTE, NOW + 40 * MINUTE)
    assert [match_of(session, one, who).state for who in people[1:]] == (
        ["expired", "expired"] if of == 1 else ["withdrawn", "withdrawn"]
    )
    actor = me(people[0], place)
    match_id = match_of(session, one, people[0]).id
    finish_task(Context(session, actor, NOW + HOUR), match_id=match_id)
    session.commit()
    session.refresh(one)
    assert (one.state, one.cancelled_at) == ("finished", None)
    assert told(session)[-1] == "request_finished_rate"
    assert len(session.scalars(select(ServiceRecord)).all()) == 1


@pytest.mark.parametrize("how", ["give_up", "withdraw", "suspend"])
def test_an_order_whose_only_volunteer_leaves_is_cancelled_then(
    session: Session, place: Community, people: list[Person], boss: Actor, how: str
) -> None:
    one = at_work(session, place, people, of=1, came=1)
    cancel(session, one)
    match = match_of(session, one, people[0])
    at = NOW + 20 * MINUTE
    if how == "give_up":
        give_up(Context(session, me(people[0], place), at), match_id=match.id)
    elif how == "withdraw":
        withdraw_match(Context(session, boss, at), match_id=match.id)
    else:
        context = Context(session, boss, at)
        who = people[0]
        suspend_volunteer(context, person_id=who.id, version=who.version, reason="停用")
    session.commit()
    session.refresh(one)
    assert (one.state, one.places_taken, one.next_action_at) == ("cancelled", 0, None)
    assert told(session)[-2:] == ["request_rest_cancelled", "request_cancelled"]
    live(session, at, at + HOUR)
    assert match_of(session, one, people[1]).state == "expired"


def test_when_one_of_two_at_work_leaves_the_other_finishes(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = at_work(session, place, people, of=3, came=2)
    cancel(session, one)
    assert (one.volunteers_needed, one.places_taken) == (2, 2)
    first, second = (match_of(session, one, who).id for who in people[:2])
    give_up(Context(session, me(people[0], place), NOW + 20 * MINUTE), match_id=first)
    session.commit()
    session.refresh(one)
    assert (one.state, one.volunteers_needed) == ("in_progress", 1)
    live(session, NOW + 20 * MINUTE, NOW + 50 * MINUTE)
    assert match_of(session, one, people[2]).state == "withdrawn"
    finish_task(Context(session, me(people[1], place), NOW + HOUR), match_id=second)
    session.commit()
    session.refresh(one)
    assert one.state == "finished"


def test_when_one_has_finished_and_the_other_leaves_it_can_be_rated(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = at_work(session, place, people, of=2, came=2)
    first, second = (match_of(session, one, who).id for who in people[:2])
    finish_task(Context(session, me(people[0], place), NOW + 9 * MINUTE), match_id=first)
    cancel(session, one)
    give_up(Context(session, me(people[1], place), NOW + 20 * MINUTE), match_id=second)
    session.commit()
    session.refresh(one)
    assert (one.state, one.volunteers_needed) == ("finished", 1)
    assert told(session)[-1] == "request_finished_rate"
    # A poor rating begins another round, of which nothing is cancelled.
    rate_request(Context(session, WEB, NOW + HOUR), code=one.code, stars=1, comment=None)
    session.commit()
    context = Context(session, boss, NOW + HOUR)
    send_wave(context, request_id=one.id, person_ids=[people[2].id])
    session.commit()
    third = match_of(session, one, people[2]).id
    actor = me(people[2], place)
    accept_match(Context(session, actor, NOW + HOUR), match_id=third)
    give_up(Context(session, actor, NOW + HOUR), match_id=third)
    session.commit()
    session.refresh(one)
    assert one.state == "matching"


def test_whoever_asks_for_more_after_all_is_served(
    session: Session, place: Community, people: list[Person], boss: Actor
) -> None:
    one = at_work(session, place, people, of=1, came=1)
    cancel(session, one)
    context = Context(session, boss, NOW + 20 * MINUTE)
    change_request(context, request_id=one.id, version=None, volunteers_needed=2)
    session.commit()
    live(session, NOW + 20 * MINUTE, NOW + 21 * MINUTE)
    session.refresh(one)
    assert one.cancelled_at is None
    assert match_of(session, one, people[1]).state == "sent"
