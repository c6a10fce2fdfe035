"""Fatigued and resting people are asked before a coordinator is notified that nobody is near."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match, Wave
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.process_deadlines import process_deadline
from app.usecases.requests.see_board import open_case
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    on_duty,
    request,
    volunteer,
)
from tests.usecases.asking import HOUSE, MINUTE, match_of, told

HOUR = timedelta(hours=1)
TOKENS = count()


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def tire(session: Session, place: Community, *people: Person) -> None:
    """Asked five times in the last hour, for other help."""
    other = request(session, place, state="closed")
    asks = [
        {
            "token": f"tired-{next(TOKENS)}",
            "request_id": other.id,
            "person_id": who.id,
            "round_no": turn,
            "state": "declined",
            "made_at": NOW - HOUR,
            "sent_at": NOW - HOUR,
        }
        for who in people
        for turn in range(5)
    ]
    session.execute(insert(Match), asks)
    session.commit()


def asked(session: Session, one: HelpRequest) -> set[int]:
    return set(session.scalars(select(Match.person_id).where(Match.request_id == one.id)))


def wave_of(session: Session, one: HelpRequest) -> Wave:
    newest = select(Wave).where(Wave.request_id == one.id).order_by(Wave.id.desc())
    return session.scalars(newest.limit(1)).one()


def test_where_everybody_is_fatigued_they_are_asked_and_nobody_is_told_nobody(
    session: Session, place: Community
) -> None:
    boss = coordinator(session, place.here)
    people = [volunteer(session, place, north_m=100 * n) for n in (1, 2, 3)]
    tire(session, place, *people)
    one = request(session, place)
    sent = send_wave(Context(session, HOUSE, NOW), request_id=one.id)
    session.commit()
    assert (sent.audience, sent.asked) == ("last_resort", 3)
    assert asked(session, one) == {who.id for who in people}
    assert told(session, person=boss) == []
    flag = match_of(session, one, people[0]).reasons[-1]
    assert (flag["code"], flag["numbers"]["code"]) == ("last_resort", "fatigued")
    # The coordinator is notified only after their time to answer.
    process_deadline(Context(session, HOUSE, NOW + 31 * MINUTE), request_id=one.id)
    assert told(session, person=boss) == ["coordinator_attention"]


def test_the_resting_come_after_the_fatigued_and_the_reason_is_kept(
    session: Session, place: Community
) -> None:
    tired = volunteer(session, place, north_m=900)
    rests = volunteer(session, place, north_m=100)
    tire(session, place, tired)
    on_duty(session, rests, place.other, start=NOW - 9 * HOUR, hours=8)
    duty = volunteer(session, place, north_m=1900)
    on_duty(session, duty, place.here)
    one = request(session, place)
    send_wave(Context(session, HOUSE, NOW), request_id=one.id)
    session.commit()
    assert asked(session, one) == {duty.id}
    left = {out["person"]: out["reasons"][0]["code"] for out in wave_of(session, one).left_out}
    assert (left[tired.id], left[rests.id]) == ("fatigued", "resting")
    only = request(session, place)
    for who in (tired, rests):
        who.state = "suspended"
    rests.state = "active"
    duty.state = "suspended"
    session.commit()
    assert send_wave(Context(session, HOUSE, NOW), request_id=only.id).audience == "last_resort"
    assert asked(session, only) == {rests.id}


def test_urgent_asks_the_resting_at_once(session: Session, place: Community) -> None:
    rests = volunteer(session, place)
    on_duty(session, rests, place.other, start=NOW - 9 * HOUR, hours=8)
    one = request(session, place, urgency="urgent")
    assert send_wave(Context(session, HOUSE, NOW), request_id=one.id).asked == 1
    assert asked(session, one) == {rests.id}


def test_at_the_end_of_all_phases_they_are_asked_too(session: Session, place: Community) -> None:
    tired = volunteer(session, place)
    tire(session, place, tired)
    one = request(session, place, state="matching", matching_since=NOW - 9 * HOUR)
    assert send_wave(Context(session, HOUSE, NOW), request_id=one.id).audience == "last_resort"
    assert asked(session, one) == {tired.id}


def test_the_coordinator_sees_them_with_the_reason(session: Session, place: Community) -> None:
    tired, rests = volunteer(session, place), volunteer(session, place)
    tire(session, place, tired)
    on_duty(session, rests, place.other, start=NOW - 9 * HOUR, hours=8)
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    case = open_case(Context(session, boss, NOW), request_id=request(session, place).id)
    assert {key: why.code for key, why in case.spared.items()} == {tired.id: "fatigued"}
    assert case.ranking is not None
    reasons = {one.person_id: one.reasons for one in case.ranking.left_out}
    assert [why.code for why in reasons[rests.id]] == ["resting"]
