"""A coordinator finds anybody by name or phone, and reads what speaks against each."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import NotAllowed
from app.people.models import Person
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.find_person import FORBIDDEN, FoundPerson, find_person_for
from app.usecases.volunteers.block_pair import block_pair
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    grant,
    on_duty,
    person,
    request,
    volunteer,
)
from tests.usecases.asking import match_of


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def find(session: Session, boss: Actor, request_id: int, words: str) -> tuple[FoundPerson, ...]:
    return find_person_for(
        Context(session, boss, NOW), request_id=request_id, words=words, region="CN"
    ).people


def codes(one: FoundPerson) -> list[str]:
    return [why.code for why in one.against]


def test_by_name_with_everything_against_each_and_the_fitting_first(
    session: Session, place: Community, boss: Actor
) -> None:
    far = volunteer(session, place, name="何小平", north_m=6000)
    busy = volunteer(session, place, name="何平安")
    near = volunteer(session, place, name="老何", north_m=900)
    volunteer(session, place, name="林晓")
    on_duty(session, busy, place.other, start=NOW - timedelta(hours=1))
    one = request(session, place)
    found = find(session, boss, one.id, " 何 ")
    assert [each.person_id for each in found] == [near.id, busy.id, far.id]
    assert [codes(each) for each in found] == [[], ["on_duty_then"], ["too_far"]]
    assert round(found[0].metres or 0, -2) == 800
    assert find(session, boss, one.id, "") == find(session, boss, one.id, "没有") == ()


def test_by_the_whole_phone_number_and_without_an_offer(
    session: Session, place: Community, boss: Actor
) -> None:
    new = person(session, place.here, name="何平")
    grant(session, new, "volunteer", place.here)
    one = request(session, place)
    for words in (new.phone, new.phone.removeprefix("+86"), "何平"):
        (found,) = find(session, boss, one.id, words)
        assert (found.person_id, found.metres, codes(found)) == (new.id, None, ["no_offer"])
    assert find(session, boss, one.id, new.phone[-6:]) == ()


def test_only_active_volunteers_of_the_coordinators_areas(
    session: Session, place: Community, boss: Actor
) -> None:
    resident = person(session, place.here, name="何平")
    away = volunteer(session, place, name="何平")
    away.area_path = place.other.path
    volunteer(session, place, name="何平", state="suspended")
    one = request(session, place)
    session.commit()
    assert find(session, boss, one.id, "何平") == ()
    stranger = actor_for(resident, "coordinator", place.other)
    with pytest.raises(NotAllowed):
        find(session, stranger, one.id, "何平")


def test_who_must_not_meet_may_not_be_asked(
    session: Session, place: Community, boss: Actor
) -> None:
    who: Person = volunteer(session, place, name="何平")
    one = request(session, place)
    assert codes(find(session, boss, one.id, "何平")[0]) == []
    block_pair(Context(session, boss, NOW), person_id=who.id, request_id=one.id, reason="吵过架")
    (found,) = find(session, boss, one.id, "何平")
    assert set(codes(found)) == {"blocked"} <= FORBIDDEN


def test_whoever_is_found_is_asked_though_many_live_nearer(
    session: Session, place: Community, boss: Actor
) -> None:
    for _ in range(60):
        volunteer(session, place, north_m=100)
    last = volunteer(session, place, name="何平", north_m=1900)
    one = request(session, place)
    (found,) = find(session, boss, one.id, "何平")
    sent = send_wave(Context(session, boss, NOW), request_id=one.id, person_ids=[found.person_id])
    assert (sent.audience, sent.asked) == ("manual", 1)
    assert match_of(session, one, last).state == "sent"


def test_of_a_request_without_a_place_nothing_is_said_about_offers(
    session: Session, place: Community, boss: Actor
) -> None:
    volunteer(session, place, name="何小平")
    one = request(session, place, lat=None, lon=None, place_state="needs_pin")
    (found,) = find(session, boss, one.id, "何小平")
    assert codes(found)[0] == "no_place" and "no_offer" not in codes(found)
