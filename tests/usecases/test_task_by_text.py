"""A volunteer does a task by text alone, from the yes to the rating."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.help_requests.models import RequestNote
from tests.factories import (
    Community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import match_of, wave
from tests.usecases.texting import Phone, community_for_texts, orders


@pytest.fixture
def place(session: Session) -> Community:
    return community_for_texts(session)


@pytest.fixture
def phone(session: Session, place: Community) -> Phone:
    return Phone(session)


@pytest.mark.parametrize(
    ("yes", "going", "there", "done"),
    [
        ("好的我去", "出发了", "到了", "完成了"),
        ("1", "on my way", "arrived", "done"),
        ("得", "而家出发", "到咗", "搞掂"),
    ],
)
def test_a_task_goes_by_text_from_the_yes_to_the_rating(
    session: Session, place: Community, yes: str, going: str, there: str, done: str
) -> None:
    helper = Phone(session, volunteer(session, place).phone)
    one = request(session, place)
    resident = Phone(session, one.phone)
    wave(session, one)
    assert helper.got() == ["match_asked"]
    steps = [(yes, "accepted"), (going, "on_the_way"), (there, "arrived"), (done, "finished")]
    for body, outcome in steps:
        assert helper.text(body).outcome == outcome, body
    assert resident.got() == ["request_matched", "volunteer_on_way", "request_finished_rate"]
    resident.now = helper.now
    assert resident.text("5 谢谢").outcome == "rated"
    assert [one.state for one in orders(session)] == ["closed"]


def test_the_resident_hears_how_late_the_volunteer_will_be(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    helper = Phone(session, who.phone)
    helper.text("1")
    resident = Phone(session, one.phone)
    resident.got()
    assert helper.text("堵车 晚20分钟").outcome == "late"
    assert resident.got() == ["volunteer_late_by"] and "20 分钟" in resident.last_words()
    assert match_of(session, one, who).state == "accepted"


def test_nobody_at_home_is_told_to_coordinators(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    one = request(session, place)
    helper = Phone(session, volunteer(session, place).phone)
    wave(session, one)
    helper.text("1")
    helper.text("没人在家")
    session.refresh(one)
    assert one.attention == "nobody_home"
    assert Phone(session, chief.phone).got() != []


def test_words_with_a_yes_are_kept_for_a_person(session: Session, place: Community) -> None:
    one = request(session, place)
    who = volunteer(session, place)
    helper = Phone(session, who.phone)
    wave(session, one)
    number = match_of(session, one, who).reply_number
    assert helper.text(f"1 {number} 但是要晚半小时").outcome == "accepted"
    assert "但是要晚半小时" in session.scalars(select(RequestNote)).one().text
