"""Repeating help on both databases: each day once, the familiar volunteer first, nothing lost."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, Refused, Stale
from app.dispatch.models import Match, Wave
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.queries import due_rules, rule_of
from app.repeats.rules import LEAD, Schedule
from app.usecases.dispatch.answer_match import decline_match
from app.usecases.repeats.place_repeat import place_next
from app.usecases.repeats.repeat_request import (
    end_repeat,
    name_volunteers,
    pause_repeat,
    resume_repeat,
    skip_day,
    start_repeat,
)
from app.usecases.requests.process_deadlines import process_deadline
from tests.databases import Database
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import HOUSE, kinds, match_of, me, told
from tests.usecases.test_accept_at_once import all_at_once

TODAY = date(2026, 3, 4)
WEEK = timedelta(days=7)
WEDNESDAYS = Schedule((2,), 10 * 60, 60, TODAY)
# Three days before the second Wednesday, 10:00 in Shenzhen.
SECOND = NOW + WEEK - LEAD


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def chief(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


@pytest.fixture
def first(session: Session, place: Community) -> HelpRequest:
    return request(session, place, state="assigned", volunteers_needed=1, places_taken=1)


def start(
    session: Session,
    chief: Actor,
    first: HelpRequest,
    schedule: Schedule = WEDNESDAYS,
    **named: int,
) -> int:
    rule_id = start_repeat(
        Context(session, chief, NOW), request_id=first.id, schedule=schedule, **named
    )
    session.commit()
    return rule_id


def tick(session: Session, at: datetime) -> list[HelpRequest]:
    """Places and returns what is due, one after the other."""
    placed = []
    while ids := due_rules(session, now=at, limit=10):
        placed += [place_next(Context(session, HOUSE, at), rule_id=one) for one in ids]
        session.commit()
    return [session.get_one(HelpRequest, one) for one in placed if one is not None]


def test_each_wednesday_is_placed_once_three_days_before(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    start(session, chief, first)
    assert tick(session, SECOND - timedelta(seconds=1)) == []
    (second,) = tick(session, SECOND)
    assert tick(session, SECOND) == []
    assert (second.wanted_from, second.wanted_to) == (NOW + WEEK, NOW + WEEK + timedelta(hours=1))
    assert (second.state, second.urgency, second.source) == ("open", "planned", "repeat")
    assert (second.need, second.phone, second.address) == (first.need, first.phone, first.address)
    assert second.code != first.code and kinds(session, second) == ["help_request.placed"]
    assert told(session)[-1] == "request_received"
    (third,) = tick(session, SECOND + WEEK)
    assert third.wanted_from == NOW + 2 * WEEK


def test_familiar_face_is_asked_alone_and_the_substitute_at_once_after_a_no(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    familiar, substitute, other = (
        volunteer(session, place, north_m=metres) for metres in (1500, 1200, 50)
    )
    start(session, chief, first, familiar_id=familiar.id, substitute_id=substitute.id)
    (second,) = tick(session, SECOND)
    assert second.state == "matching" and asked(session, second) == [familiar.id]
    assert session.scalars(select(Wave.audience)).all() == ["familiar"]
    no(session, place, second, familiar, SECOND)
    assert asked(session, second) == [familiar.id, substitute.id]
    no(session, place, second, substitute, SECOND)
    assert asked(session, second)[2:] == [other.id]


def asked(session: Session, one: HelpRequest) -> list[int]:
    rows = session.scalars(
        select(Match.person_id).where(Match.request_id == one.id).order_by(Match.id)
    )
    return list(rows)


def no(session: Session, place: Community, one: HelpRequest, who: Person, at: datetime) -> None:
    match = match_of(session, one, who)
    decline_match(Context(session, me(who, place), at), match_id=match.id)
    session.commit()
    process_deadline(Context(session, HOUSE, at), request_id=one.id)
    session.commit()


def test_silence_of_the_familiar_volunteers_starts_the_ordinary_search_from_its_beginning(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    familiar = volunteer(session, place)
    others = [volunteer(session, place, north_m=100 * n) for n in (1, 2, 3)]
    start(session, chief, first, familiar_id=familiar.id)
    (second,) = tick(session, SECOND)
    late = SECOND + timedelta(hours=24)
    process_deadline(Context(session, HOUSE, late), request_id=second.id)
    session.commit()
    newest = session.scalars(select(Wave).order_by(Wave.id.desc())).first()
    assert newest is not None and (newest.audience, newest.phase_no) == ("best", 0)
    assert asked(session, second)[1:] and set(asked(session, second)[1:]) <= {o.id for o in others}
    session.refresh(second)
    assert second.matching_since == late


def test_who_is_away_is_not_asked_and_who_served_last_is_familiar(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    served, substitute = volunteer(session, place), volunteer(session, place)
    session.add(
        Match(
            token="served",
            request_id=first.id,
            person_id=served.id,
            state="finished",
            place_no=1,
            made_at=NOW,
            finished_at=NOW,
        )
    )
    session.commit()
    start(session, chief, first, substitute_id=substitute.id)
    (second,) = tick(session, SECOND)
    assert asked(session, second) == [served.id]
    served.state = "suspended"
    session.commit()
    (third,) = tick(session, SECOND + WEEK)
    assert asked(session, third) == [substitute.id]


def test_left_out_day_is_not_placed_and_a_placed_one_is_cancelled(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    rule_id = start(session, chief, first)
    for _ in range(2):
        skip_day(Context(session, chief, NOW), rule_id=rule_id, day=TODAY + 2 * WEEK)
        session.commit()
    (second,) = tick(session, SECOND)
    assert tick(session, SECOND + WEEK) == []
    skip_day(Context(session, chief, SECOND), rule_id=rule_id, day=TODAY + WEEK)
    session.commit()
    session.refresh(second)
    assert second.state == "cancelled"
    assert set(session.scalars(select(RepeatDay.state).where(RepeatDay.day > TODAY))) == {"skipped"}
    with pytest.raises(Invalid):
        skip_day(Context(session, chief, NOW), rule_id=rule_id, day=TODAY + timedelta(days=1))
    assert kinds(session, first).count("repeat.day_skipped") == 2


def test_paused_places_nothing_and_resumes_with_the_next_day(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    rule_id = start(session, chief, first)
    pause_repeat(Context(session, chief, NOW), rule_id=rule_id)
    session.commit()
    assert tick(session, SECOND) == []
    back = NOW + timedelta(days=15)
    resume_repeat(Context(session, chief, back), rule_id=rule_id)
    session.commit()
    assert session.get_one(RepeatRule, rule_id).next_day == TODAY + 3 * WEEK
    end_repeat(Context(session, chief, back), rule_id=rule_id)
    session.commit()
    assert tick(session, back + WEEK) == []
    with pytest.raises(Stale):
        resume_repeat(Context(session, chief, back), rule_id=rule_id)


def test_it_ends_by_itself_and_misses_openly_what_is_over(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    until = replace(WEDNESDAYS, until=TODAY + 2 * WEEK)
    rule_id = start(session, chief, first, until)
    (third,) = tick(session, SECOND + WEEK + timedelta(days=1))
    assert third.wanted_from == NOW + 2 * WEEK
    days = session.execute(select(RepeatDay.day, RepeatDay.state).order_by(RepeatDay.day))
    assert [row.state for row in days] == ["placed", "missed", "placed"]
    assert session.get_one(RepeatRule, rule_id).state == "ended"
    assert {"repeat.missed", "repeat.ended"} <= set(kinds(session, first))


def test_only_what_was_verified_repeats_once_and_by_a_coordinator_of_the_area(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    unseen = request(session, place, state="submitted")
    with pytest.raises(Refused):
        start(session, chief, unseen)
    stranger = actor_for(coordinator(session, place.other), "coordinator", place.other)
    with pytest.raises(NotAllowed):
        start(session, stranger, first)
    with pytest.raises(Invalid) as wrong:
        start(session, chief, first, familiar_id=7777)
    assert set(wrong.value.fields) == {"familiar"}
    rule_id = start(session, chief, first)
    with pytest.raises(Stale):
        start(session, chief, first)
    for verb in (pause_repeat, end_repeat):
        with pytest.raises(NotAllowed):
            verb(Context(session, stranger, NOW), rule_id=rule_id)
        session.rollback()


def test_a_time_that_has_passed_today_is_not_missed_but_next_week(
    session: Session, place: Community, chief: Actor
) -> None:
    now = request(session, place, state="assigned", wanted_from=None, wanted_to=None)
    rule_id = start(session, chief, now, replace(WEDNESDAYS, start=9 * 60))
    later = request(session, place, state="assigned", wanted_from=None, wanted_to=None)
    other_id = start(session, chief, later, replace(WEDNESDAYS, start=11 * 60))
    days = [session.get_one(RepeatRule, one).next_day for one in (rule_id, other_id)]
    assert days == [TODAY + WEEK, TODAY]


def test_substitute_may_be_named_later(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    who = volunteer(session, place)
    rule_id = start(session, chief, first)
    with pytest.raises(Invalid):
        name_volunteers(
            Context(session, chief, NOW), rule_id=rule_id, familiar_id=who.id, substitute_id=who.id
        )
    session.rollback()
    name_volunteers(
        Context(session, chief, NOW), rule_id=rule_id, familiar_id=None, substitute_id=who.id
    )
    session.commit()
    (second,) = tick(session, SECOND)
    assert asked(session, second) == [who.id]
    rule = rule_of(session, second.id)
    assert rule is not None and rule.id == rule_id


def test_two_schedulers_place_a_day_once(
    database: Database, session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    familiar = volunteer(session, place)
    rule_id = start(session, chief, first, familiar_id=familiar.id)
    session.commit()
    all_at_once(
        database, [lambda own: place_next(Context(own, HOUSE, SECOND), rule_id=rule_id)] * 6
    )
    assert len(session.scalars(select(HelpRequest.id)).all()) == 2
    assert len(session.scalars(select(Match.id)).all()) == 1


def test_placing_that_dies_places_nothing_and_the_next_tick_does(
    database: Database, session: Session, chief: Actor, first: HelpRequest
) -> None:
    rule_id = start(session, chief, first)
    session.commit()
    with database.new_session() as dying:
        assert place_next(Context(dying, HOUSE, SECOND), rule_id=rule_id) is not None
        dying.flush()
    assert len(session.scalars(select(HelpRequest.id)).all()) == 1
    session.commit()
    assert len(tick(session, SECOND)) == 1
