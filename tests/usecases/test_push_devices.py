"""Reminders on a phone: switched on by its owner alone, forgotten with the log-in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound
from app.notifications.models import PushSubscription
from app.people.models import Person
from app.trail.models import Event
from app.usecases.accounts.log_in import end_log_ins, revoke_session
from app.usecases.community.clean_up import clean_up
from app.usecases.delivery.manage_devices import (
    MOST_DEVICES,
    devices_of,
    endpoint_lookup,
    seen_again,
    send_test,
    turn_off,
    turn_on,
)
from app.usecases.messages.notify import notify_person
from tests import factories
from tests.factories import NOW, Community
from tests.fakes.push import PushService
from tests.usecases.devices import Postman, log_in_of, own, phone_of, rows


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with PushService(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.certificate))
        yield made
        assert made.complaints == []


@pytest.fixture
def place(session: Session) -> Community:
    return factories.community(session)


@pytest.fixture
def who(session: Session, place: Community) -> Person:
    return factories.volunteer(session, place)


def why_off(session: Session) -> list[str]:
    session.commit()
    found = session.scalars(
        select(Event.details).where(Event.kind == "device.off").order_by(Event.seq)
    )
    return [one["why"] for one in found]


def remind(session: Session, who: Person) -> None:
    notify_person(session, who, "duty_begins", subject="shift:1", now=NOW, number=11)
    session.commit()


def test_one_tells_the_phone_too_and_the_text_goes_as_ever(
    session: Session, service: PushService, who: Person
) -> None:
    browser, postman = phone_of(session, service, who), Postman(session, service)
    remind(session, who)
    postman.deliver()
    (push,) = browser.pushes
    assert push.told["title"] == "您的值班开始了" and push.told["tag"] == "shift:1"
    assert len(postman.texts) == 1 and "11" in postman.texts[0]
    (row,) = rows(session, "push", who)
    assert row.state == "accepted"
    (device,) = devices_of(session, who.id)
    assert (device.answered_at, device.answer) == (NOW, "accepted")
    # The second time, nothing happens.
    remind(session, who)
    postman.deliver()
    assert len(browser.pushes) == 1


def test_in_the_persons_language(session: Session, service: PushService, who: Person) -> None:
    who.language = "en"
    browser = phone_of(session, service, who)
    remind(session, who)
    Postman(session, service).deliver()
    assert browser.pushes[0].told["lang"] == "en"
    assert browser.pushes[0].told["title"].isascii()


def test_nothing_that_can_be_read_is_in_the_database(
    session: Session, service: PushService, who: Person
) -> None:
    browser = phone_of(session, service, who)
    remind(session, who)
    (row,) = session.execute(
        text("SELECT endpoint, p256dh, auth, endpoint_lookup FROM push_subscription")
    ).all()
    assert all(browser.endpoint.encode() not in bytes(one) for one in row[:3])
    assert row[3] == endpoint_lookup(browser.endpoint) and browser.endpoint not in row[3]
    trail = str([dict(one) for one in session.scalars(select(Event.details))])
    assert browser.endpoint not in trail and browser.keys["auth"] not in trail


@pytest.mark.parametrize(
    "endpoint",
    ["https://evil.example/push", "http://fcm.googleapis.com/x", "https://169.254.169.254/", ""],
)
def test_an_address_that_is_no_push_service_is_refused(
    session: Session, service: PushService, who: Person, endpoint: str
) -> None:
    keys = service.subscribed().keys
    with pytest.raises(Invalid):
        turn_on(
            Context(session, own(who), NOW),
            session_id=log_in_of(session, who).id,
            endpoint=endpoint,
            **keys,
            device="",
            hosts=set(),
        )
    assert devices_of(session, who.id) == []


def test_who_does_not_belong_is_refused(
    session: Session, service: PushService, place: Community
) -> None:
    pending = factories.person(session, place.here, state="pending")
    with pytest.raises(NotAllowed):
        phone_of(session, service, pending)


def test_a_phone_that_changes_hands_reminds_the_new_one_only(
    session: Session, service: PushService, who: Person, place: Community
) -> None:
    browser, other = phone_of(session, service, who), factories.volunteer(session, place)
    remind(session, who)
    given: dict[str, Any] = {
        "endpoint": browser.endpoint,
        **browser.keys,
        "hosts": {service.host},
    }
    log_in = log_in_of(session, other)
    turn_on(Context(session, own(other), NOW), session_id=log_in.id, device="", **given)
    session.commit()
    postman = Postman(session, service)
    postman.deliver()
    # A push on its way to the earlier phone fails, the text is sent.
    assert browser.pushes == [] and len(postman.texts) == 1
    assert rows(session, "push", who)[0].last_code == "gone"
    assert devices_of(session, who.id) == [] and len(devices_of(session, other.id)) == 1


def test_another_log_in_takes_its_phone_along(
    session: Session, service: PushService, who: Person, place: Community
) -> None:
    browser, later = phone_of(session, service, who), log_in_of(session, who, now=NOW.replace(2027))
    again: dict[str, Any] = {"session_id": later.id, "endpoint": browser.endpoint}
    seen_again(Context(session, own(who), NOW), **again)
    (device,) = devices_of(session, who.id)
    assert device.session_id == later.id
    stranger = factories.volunteer(session, place)
    seen_again(Context(session, own(stranger), NOW), **again)
    assert devices_of(session, who.id) == devices_of(session, stranger.id) == []
    assert why_off(session) == ["passed_on"]


def test_logging_out_forgets_this_phone_and_no_other(
    session: Session, service: PushService, who: Person
) -> None:
    here, there = log_in_of(session, who), log_in_of(session, who, now=NOW.replace(2027))
    phone_of(session, service, who, log_in=here)
    kept = phone_of(session, service, who, log_in=there)
    revoke_session(Context(session, own(who), NOW), session_id=here.id)
    (device,) = devices_of(session, who.id)
    assert device.endpoint == kept.endpoint
    end_log_ins(Context(session, own(who), NOW), person_id=who.id)
    assert devices_of(session, who.id) == []
    assert why_off(session) == ["logged_out", "logged_out"]


def test_a_browser_that_is_gone_is_forgotten(
    session: Session, service: PushService, who: Person
) -> None:
    phone_of(session, service, who)
    postman = Postman(session, service)
    remind(session, who)
    service.answer(410)
    postman.deliver()
    assert devices_of(session, who.id) == [] and why_off(session) == ["gone"]
    assert rows(session, "push", who)[0].state == "failed"
    assert len(postman.texts) == 1


def test_only_ones_own_is_switched_off_and_tried(
    session: Session, service: PushService, who: Person, place: Community
) -> None:
    browser, stranger = phone_of(session, service, who), factories.volunteer(session, place)
    (device,) = devices_of(session, who.id)
    ref = device.ref
    with pytest.raises(NotFound):
        turn_off(Context(session, own(stranger), NOW), ref=ref)
    with pytest.raises(NotFound):
        send_test(Context(session, own(stranger), NOW), ref=ref)
    for _ in range(3):
        send_test(Context(session, own(who), NOW), ref=ref)
    session.commit()
    Postman(session, service).deliver()
    assert [one.told["tag"] for one in browser.pushes] == ["push_test"]
    turn_off(Context(session, own(who), NOW), ref=ref)
    with pytest.raises(NotFound):
        turn_off(Context(session, own(who), NOW), ref=ref)
    assert devices_of(session, who.id) == [] and why_off(session) == ["asked"]


def test_the_oldest_goes_when_there_are_too_many(
    session: Session, service: PushService, who: Person
) -> None:
    log_in = log_in_of(session, who)
    browsers = [phone_of(session, service, who, log_in=log_in) for _ in range(MOST_DEVICES + 1)]
    left = {one.endpoint for one in session.scalars(select(PushSubscription))}
    assert left == {one.endpoint for one in browsers[1:]}


def test_who_stopped_the_texts_is_still_reminded_on_the_phone(
    session: Session, service: PushService, who: Person
) -> None:
    browser, who.opted_out_at = phone_of(session, service, who), NOW
    remind(session, who)
    postman = Postman(session, service)
    postman.deliver()
    assert len(browser.pushes) == 1 and postman.texts == []


def test_a_log_in_that_ran_out_long_ago_leaves_the_phone(
    session: Session, service: PushService, who: Person
) -> None:
    phone_of(session, service, who)
    clean_up(session, now=NOW + timedelta(days=365))
    session.commit()
    (device,) = devices_of(session, who.id)
    assert device.session_id is None
    end_log_ins(Context(session, own(who), NOW), person_id=who.id)
    assert devices_of(session, who.id) == []
