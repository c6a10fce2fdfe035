"""The rolling window on both databases: replaced, widened, on duty, coordinator, never twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, Stale
from app.dispatch.models import Match, Wave
from app.dispatch.queries import policy_in_force
from app.help_requests.models import HelpRequest
from app.matching.default_policy import default_policy
from app.matching.policy import as_mapping
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, decline_match, give_up
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.policies.choose_policy import choose_policy, drop_policy
from app.usecases.requests.process_deadlines import process_deadline
from tests.databases import Database
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
from tests.usecases.asking import HOUSE, MINUTE, kinds, match_of, me, told, wave
from tests.usecases.test_accept_at_once import all_at_once


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def near(session: Session, place: Community, count: int, *, metres: float = 100) -> list[Person]:
    return [volunteer(session, place, north_m=metres * n) for n in range(1, count + 1)]


def look(session: Session, one: HelpRequest, minutes: float) -> None:
    process_deadline(Context(session, system("jobs"), NOW + minutes * MINUTE), request_id=one.id)
    session.commit()


def asked(session: Session, one: HelpRequest) -> list[int]:
    rows = session.scalars(
        select(Match.person_id)
        .where(Match.request_id == one.id, Match.sent_at.is_not(None))
        .order_by(Match.sent_at, Match.position, Match.id)
    )
    return list(rows)


def no(session: Session, place: Community, one: HelpRequest, who: Person, minutes: float) -> None:
    match = match_of(session, one, who)
    decline_match(Context(session, me(who, place), NOW + minutes * MINUTE), match_id=match.id)
    session.commit()


def test_refusal_is_replaced_in_the_same_wave_with_time_of_its_own(
    session: Session, place: Community
) -> None:
    people = near(session, place, 5)
    one = request(session, place)
    wave(session, one)
    no(session, place, one, people[0], 5)
    look(session, one, 5)
    assert asked(session, one) == [who.id for who in people[:4]]
    assert len(session.scalars(select(Wave)).all()) == 1
    fourth = match_of(session, one, people[3])
    assert fourth.deadline_at == NOW + 35 * MINUTE and fourth.chance == pytest.approx(0.4)
    assert told(session, person=people[3]) == ["match_asked"]
    session.refresh(one)
    assert one.next_action_at == NOW + 30 * MINUTE


def test_silence_frees_slots_and_a_late_yes_is_still_welcome(
    session: Session, place: Community
) -> None:
    people = near(session, place, 12)
    one = request(session, place)
    wave(session, one)
    look(session, one, 30)
    assert len(asked(session, one)) == 8
    assert [w.audience for w in session.scalars(select(Wave).order_by(Wave.id))] == [
        "best",
        "wider",
    ]
    late = match_of(session, one, people[0])
    assert (late.state, late.end_reason) == ("expired", "deadline")
    accept_match(Context(session, me(people[0], place), NOW + 31 * MINUTE), match_id=late.id)
    session.commit()
    session.refresh(one)
    assert one.state == "assigned"


def test_from_near_to_far_to_duty_to_the_coordinator_and_nobody_twice(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here)
    (here,) = near(session, place, 1)
    far = volunteer(session, place, north_m=2500, offer={"radius_m": 5000})
    duty = volunteer(session, place, north_m=6000, offer={"radius_m": 500})
    on_duty(session, duty, place.here)
    one = request(session, place)
    wave(session, one)
    for minute, who in enumerate((here, far, duty), start=1):
        assert asked(session, one)[-1] == who.id
        no(session, place, one, who, minute)
        look(session, one, minute)
    session.refresh(one)
    assert (one.state, one.attention) == ("matching", "nobody_near")
    assert asked(session, one) == [here.id, far.id, duty.id]
    assert told(session, person=chief) == ["coordinator_attention"]
    assert one.next_action_at == NOW + 18 * MINUTE


def test_who_comes_after_the_coordinator_was_told_is_asked_at_the_next_look(
    session: Session, place: Community
) -> None:
    coordinator(session, place.here)
    one = request(session, place)
    wave(session, one)
    assert one.attention == "nobody_near"
    look(session, one, 30)
    session.refresh(one)
    assert one.escalation == 2 and kinds(session, one)[-1] == "help_request.escalated"
    (newcomer,) = near(session, place, 1)
    look(session, one, 60)
    session.refresh(one)
    assert asked(session, one) == [newcomer.id]
    assert (one.attention, one.escalation) == ("nobody_near", 2)
    no(session, place, one, newcomer, 61)
    look(session, one, 61)
    session.refresh(one)
    # The second alarm came an hour and a half after the first.
    assert (one.escalation, one.next_action_at) == (2, NOW + 76 * MINUTE)
    look(session, one, 90)
    session.refresh(one)
    assert one.escalation == 3


def test_urgent_asks_who_is_on_duty_first_even_far_and_out_of_hours(
    session: Session, place: Community
) -> None:
    near(session, place, 3)
    duty = volunteer(session, place, north_m=5000, offer={"hours": [], "radius_m": 500})
    on_duty(session, duty, place.here)
    one = request(session, place, urgency="urgent")
    assert wave(session, one).audience == "duty"
    assert asked(session, one) == [duty.id]
    look(session, one, 10)
    assert len(asked(session, one)) == 4


def test_outside_the_hours_of_an_offer_only_duty_is_asked(
    session: Session, place: Community
) -> None:
    volunteer(session, place, offer={"hours": []})
    sleeper = volunteer(session, place, offer={"hours": []})
    on_duty(session, sleeper, place.here)
    one = request(session, place)
    wave(session, one)
    assert asked(session, one) == [sleeper.id]


def test_who_was_asked_often_lately_is_spared_and_the_wave_says_so(
    session: Session, place: Community
) -> None:
    tired, fresh = near(session, place, 2)
    for n in range(5):
        old = request(session, place, state="closed")
        sent_at = NOW - timedelta(hours=n)
        session.add(
            Match(
                token=f"old-{n}",
                request_id=old.id,
                person_id=tired.id,
                state="declined",
                made_at=sent_at,
                sent_at=sent_at,
                answered_at=sent_at,
            )
        )
    session.commit()
    one = request(session, place)
    wave(session, one)
    assert asked(session, one) == [fresh.id]
    (left,) = session.scalars(select(Wave.left_out)).one()
    assert (left["person"], left["reasons"][0]["code"]) == (tired.id, "fatigued")
    urgent = request(session, place, urgency="urgent")
    wave(session, urgent)
    assert tired.id in asked(session, urgent)


def test_lost_volunteer_starts_the_phases_anew(session: Session, place: Community) -> None:
    people = near(session, place, 4)
    one = request(session, place)
    wave(session, one)
    match = match_of(session, one, people[0])
    accept_match(Context(session, me(people[0], place), NOW + MINUTE), match_id=match.id)
    late = NOW + timedelta(hours=3)
    give_up(Context(session, me(people[0], place), late), match_id=match.id)
    session.commit()
    look(session, one, 180)
    session.refresh(one)
    assert one.matching_since == late and one.attention is None
    # First those who were notified that the place was taken, then others beside them.
    waves = session.scalars(select(Wave).order_by(Wave.id)).all()
    assert [(one.audience, one.phase_no) for one in waves] == [
        ("best", 0),
        ("again", -1),
        ("best", 0),
    ]
    assert sorted(asked(session, one)[-3:]) == [person.id for person in people[1:]]


def test_coordinator_need_not_wait_for_the_next_wave(session: Session, place: Community) -> None:
    near(session, place, 8)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place)
    wave(session, one)
    sent = send_wave(Context(session, chief, NOW + MINUTE), request_id=one.id)
    session.commit()
    assert (sent.audience, sent.asked) == ("wider", 2)
    look(session, one, 2)
    assert len(asked(session, one)) == 5


def test_nobody_is_asked_for_a_place_that_is_taken(session: Session, place: Community) -> None:
    near(session, place, 3)
    one = request(session, place, state="assigned", places_taken=1)
    with pytest.raises(Stale):
        send_wave(Context(session, HOUSE, NOW), request_id=one.id)


def test_area_may_choose_another_policy_and_go_back(session: Session, place: Community) -> None:
    near(session, place, 9)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    crowd = as_mapping(default_policy("ordinary", size=9, radius_m=1500, minutes=30))
    crowd["phases"][0]["target"] = 1.0
    key: dict[str, Any] = {
        "area_id": place.here.id,
        "category_id": place.medicine.id,
        "urgency": "ordinary",
    }
    choose_policy(Context(session, chief, NOW), policy=crowd, **key)
    session.commit()
    with pytest.raises(Stale):
        choose_policy(Context(session, chief, NOW), policy=crowd, **key)
    choose_policy(Context(session, chief, NOW), policy=crowd, version=1, **key)
    session.commit()
    assert wave(session, request(session, place)).asked == 9
    drop_policy(Context(session, chief, NOW), **key)
    session.commit()
    # Those nine were asked about just now, once.
    assert wave(session, request(session, place)).asked == 3


def test_policy_is_checked_and_chosen_by_a_coordinator_of_the_area(
    session: Session, place: Community
) -> None:
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    stranger = actor_for(coordinator(session, place.other), "coordinator", place.other)
    ours = as_mapping(default_policy("ordinary", size=3, radius_m=1500, minutes=30))
    key: dict[str, Any] = {"area_id": place.here.id, "category_id": place.medicine.id}
    with pytest.raises(NotAllowed):
        choose_policy(Context(session, stranger, NOW), policy=ours, urgency="ordinary", **key)
    with pytest.raises(Invalid) as wrong:
        choose_policy(
            Context(session, chief, NOW), policy={**ours, "delay_s": -1}, urgency="ordinary", **key
        )
    assert set(wrong.value.fields) == {"delay_s"}
    with pytest.raises(Invalid):
        choose_policy(Context(session, chief, NOW), policy=ours, urgency="soon", **key)
    choose_policy(Context(session, chief, NOW), policy=ours, urgency="ordinary", **key)
    below, urgent = place.here.path, "urgent"
    assert policy_in_force(session, f"{below}99/", place.medicine.id, "ordinary") == ours
    assert policy_in_force(session, below, place.medicine.id, urgent) is None
    assert policy_in_force(session, place.other.path, place.medicine.id, "ordinary") is None


def test_two_schedulers_replace_a_refusal_once(
    database: Database, session: Session, place: Community
) -> None:
    people = near(session, place, 9)
    one = request(session, place)
    wave(session, one)
    no(session, place, one, people[0], 5)

    def tick(own: Session) -> None:
        process_deadline(Context(own, HOUSE, NOW + 5 * MINUTE), request_id=one_id)

    one_id = one.id
    session.commit()
    assert set(all_at_once(database, [tick] * 6)) == {"done"}
    assert len(asked(session, one)) == 4


def test_tick_that_dies_before_it_commits_asks_nobody_and_the_next_one_does(
    database: Database, session: Session, place: Community
) -> None:
    people = near(session, place, 3)
    one = request(session, place)
    one_id = one.id
    session.commit()
    with database.new_session() as dying:
        process_deadline(Context(dying, HOUSE, NOW), request_id=one_id)
        dying.flush()
    assert asked(session, one) == [] and told(session, person=people[0]) == []
    session.commit()
    look(session, one, 0)
    assert len(asked(session, one)) == 3 and told(session, person=people[0]) == ["match_asked"]
