"""Steps that come late, or in the middle of others: nobody is asked or told what is not so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Refused, Stale
from app.dispatch.models import Escalation, Match
from app.help_requests.models import HelpRequest
from app.hours.models import ServiceRecord
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.verify_request import (
    approve_request,
    link_duplicate,
    unlink_duplicate,
)
from app.usecases.volunteers.block_pair import block_pair
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, kinds, match_of, me, told, wave
from tests.usecases.live import live

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def yes(session: Session, place: Community, one: HelpRequest, who: Person, at: datetime) -> int:
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), at), match_id=match.id)
    session.commit()
    return match.id


def arrive(session: Session, place: Community, match_id: int, who: Person, at: datetime) -> None:
    arrive_at_task(Context(session, me(who, place), at), match_id=match_id)
    session.commit()


def test_replacing_who_is_missing_asks_nobody_for_a_past_time(
    session: Session, place: Community
) -> None:
    first = volunteer(session, place, north_m=50)
    over = NOW + 80 * MINUTE
    one = request(session, place, wanted_to=over)
    wave(session, one)
    yes(session, place, one, first, NOW + MINUTE)
    volunteer(session, place, north_m=60)
    live(session, NOW + 2 * MINUTE, NOW + 3 * HOUR)
    session.refresh(one)
    assert match_of(session, one, first).end_reason == "no_show"
    assert one.attention == "window_over"
    asked = session.scalars(select(Match.sent_at).where(Match.request_id == one.id))
    assert all(at is not None and at < over for at in asked)


def test_a_new_time_before_any_check_ends_the_old_asks(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    at = NOW + 10 * MINUTE
    one = request(session, place, wanted_to=at)
    wave(session, one)
    old = match_of(session, one, who).id
    context = Context(session, resident("web"), at)
    choose_new_time(context, code=one.code, wanted_from=at + HOUR, wanted_to=at + 3 * HOUR)
    session.commit()
    assert session.get_one(Match, old, populate_existing=True).state == "expired"
    with pytest.raises(Stale, match="再问您"):
        accept_match(Context(session, me(who, place), at), match_id=old)
    session.rollback()
    live(session, at, at + MINUTE)
    yes(session, place, one, who, at + 2 * MINUTE)


def test_the_resident_hears_that_people_are_missing_at_the_end(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    one = request(session, place, volunteers_needed=2, wanted_to=NOW + 30 * MINUTE)
    wave(session, one)
    yes(session, place, one, who, NOW + MINUTE)
    live(session, NOW + 2 * MINUTE, NOW + 40 * MINUTE)
    assert told(session) == ["request_short_over"]


def test_a_coordinator_asks_nobody_for_a_past_time(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = request(session, place, wanted_to=NOW + HOUR)
    late = Context(session, boss, NOW + 2 * HOUR)
    for chosen in (None, [who.id]):
        with pytest.raises(Refused, match="请先改时间"):
            send_wave(late, request_id=one.id, person_ids=chosen)
        session.rollback()
    urgent = request(session, place, urgency="urgent", wanted_to=NOW + HOUR)
    assert send_wave(late, request_id=urgent.id, person_ids=[who.id]).asked == 1


def test_who_is_blocked_is_asked_no_longer_and_cannot_say_yes(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    context = Context(session, boss, NOW + MINUTE)
    block_pair(context, person_id=who.id, request_id=one.id, reason="不合适")
    session.commit()
    assert match_of(session, one, who).state == "withdrawn"
    assert told(session, person=who) == ["match_asked"]
    with pytest.raises(Refused):
        yes(session, place, one, who, NOW + 2 * MINUTE)


def test_who_is_at_work_may_finish_when_the_rest_is_cancelled(
    session: Session, place: Community
) -> None:
    people = [volunteer(session, place, north_m=metres) for metres in (50, 60)]
    one = request(session, place, volunteers_needed=2)
    wave(session, one)
    tasks = [yes(session, place, one, who, NOW + MINUTE) for who in people]
    for match_id, who in zip(tasks, people, strict=True):
        arrive(session, place, match_id, who, NOW + 5 * MINUTE)
    finish_task(Context(session, me(people[0], place), NOW + HOUR), match_id=tasks[0])
    cancel_request(Context(session, resident("web"), NOW + HOUR), why="", code=one.code)
    session.commit()
    session.refresh(one)
    assert one.state == "in_progress" and "help_request.rest_cancelled" in kinds(session, one)
    assert told(session, person=people[1])[-1] == "match_accepted"
    finish_task(Context(session, me(people[1], place), NOW + 2 * HOUR), match_id=tasks[1])
    session.commit()
    session.refresh(one)
    assert one.state == "finished" and told(session)[-1] == "request_finished_rate"
    assert len(session.scalars(select(ServiceRecord)).all()) == 2


def test_a_merged_order_is_not_called_cancelled_and_may_come_back(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one, other = request(session, place, volunteers_needed=2), request(session, place)
    assign_volunteer(Context(session, boss, NOW), request_id=one.id, person_id=who.id, agreed=True)
    session.commit()
    session.refresh(one)
    merging = Context(session, boss, NOW + MINUTE)
    link_duplicate(merging, request_id=one.id, of_id=other.id, version=None)
    session.commit()
    assert told(session, person=who)[-1] == "match_withdrawn"
    session.refresh(one)
    unlink_duplicate(merging, request_id=one.id, version=None)
    session.commit()
    session.refresh(one)
    approve_request(merging, request_id=one.id, version=None)
    session.commit()
    live(session, NOW + MINUTE, NOW + 7 * MINUTE)
    assert match_of(session, one, who).state == "sent"


def test_what_is_done_does_not_become_urgent(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    task = yes(session, place, one, who, NOW + MINUTE)
    arrive(session, place, task, who, NOW + 5 * MINUTE)
    finish_task(Context(session, me(who, place), NOW + HOUR), match_id=task)
    session.commit()
    late = Context(session, boss, NOW + HOUR)
    change_request(late, request_id=one.id, version=None, urgency="urgent")
    session.commit()
    assert session.scalars(select(Escalation)).all() == []
