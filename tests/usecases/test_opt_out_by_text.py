"""STOP and START by text, by phone and by account; and kind words, which are answered rarely."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications.models import Notification
from app.people.models import Person
from app.usecases.messages.notify import notify_resident
from tests.factories import (
    Community,
    administrator,
    coordinator,
    on_duty,
    request,
    volunteer,
)
from tests.usecases.texting import Phone, community_for_texts, orders


@pytest.fixture
def place(session: Session) -> Community:
    return community_for_texts(session)


@pytest.fixture
def phone(session: Session, place: Community) -> Phone:
    return Phone(session)


def test_stop_holds_for_the_phone_and_empties_its_outbox(
    session: Session, place: Community, phone: Phone
) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("退订").outcome == "stop"
    states = {
        row.template: row.state
        for row in session.scalars(select(Notification))
        if row.address == phone.number
    }
    assert states == {"order_read_back": "cancelled", "stopped": "pending"}
    phone.got()
    phone.text("查询")
    assert phone.got() == []
    phone.text("恢复")
    phone.text("查询")
    assert phone.got() == ["welcome_back", "status_reply"]


@pytest.mark.parametrize("make", [coordinator, administrator])
def test_who_works_here_is_asked_before_texts_stop(
    session: Session, place: Community, make: Callable[..., Person]
) -> None:
    who = make(session, place.here)
    phone = Phone(session, who.phone)
    assert phone.text("t").outcome == "stop_asked"
    session.refresh(who)
    assert who.opted_out_at is None
    assert phone.text("1").outcome == "stop"
    session.refresh(who)
    assert who.opted_out_at is not None


def test_who_is_on_duty_is_asked_before_texts_stop(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    on_duty(session, who, place.here)
    assert Phone(session, who.phone).text("STOP").outcome == "stop_asked"


def test_kind_words_are_answered_once_an_hour(session: Session, phone: Phone) -> None:
    for _ in range(3):
        phone.text("谢谢")
    assert phone.got() == ["thanks_back"] and orders(session) == []
    phone.now += timedelta(hours=1)
    phone.text("谢谢")
    assert phone.got() == ["thanks_back"]


def test_who_texted_stop_gets_no_texts_about_an_order_from_the_web(
    session: Session, place: Community, phone: Phone
) -> None:
    phone.text("退订")
    one = request(session, place, phone=phone.number)
    phone.got()
    notify_resident(session, one, "request_open", now=phone.now)
    session.commit()
    assert phone.got() == []
    phone.text("恢复")
    notify_resident(session, one, "request_matched", now=phone.now)
    session.commit()
    assert phone.got() == ["welcome_back", "request_matched"]
