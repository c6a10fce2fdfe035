"""Texts that come in are stored under their provider's id, and handled once."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.trail.models import Event
from app.usecases.texts.receive_text import handle_text
from tests.databases import Database
from tests.factories import NOW, Community, community, phone_number
from tests.usecases.texting import stored_text, text_in


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def count_of(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_replayed_text_is_stored_and_handled_once(session: Session, place: Community) -> None:
    phone = phone_number()
    first = stored_text(session, phone, "代买药 民乐老村3栋", provider_id="SM-same")
    assert first is not None
    assert stored_text(session, phone, "代买药 民乐老村3栋", provider_id="SM-same") is None
    handle_text(session, inbound_id=first, region="CN", now=NOW)
    handle_text(session, inbound_id=first, region="CN", now=NOW)
    session.commit()
    assert count_of(session, HelpRequest) == 1
    told = session.scalars(select(Notification)).all()
    assert [(one.template, one.address) for one in told] == [("order_read_back", phone)]


def test_two_providers_may_give_the_same_id(session: Session, place: Community) -> None:
    phone = phone_number()
    first = stored_text(session, phone, "帮助", provider="twilio", provider_id="1")
    other = stored_text(session, phone, "帮助", provider="gateway", provider_id="1")
    assert first is not None and other is not None and first != other
    assert stored_text(session, phone, "帮助", provider="gateway", provider_id="1") is None


def test_number_without_a_country_is_of_the_region(session: Session, place: Community) -> None:
    done = text_in(session, "9123 4567", "代买药 民乐老村3栋", region="HK")
    request = session.get_one(HelpRequest, done.request_id)
    assert request.phone == "+85291234567"
    assert done.sender_lookup == request.phone_lookup
    assert text_in(session, "9123 4567", "代买药", region="CN").outcome == "bad_sender"


def test_one_order_sent_twice_at_one_moment_is_one_order(database: Database) -> None:
    phone = phone_number()
    with database.new_session() as session:
        community(session)
        both = [stored_text(session, phone, "代买药 民乐老村3栋 明天上午") for _ in range(2)]
        session.commit()
    together = threading.Barrier(len(both))

    def work(stored: int | None) -> None:
        with database.new_session() as session:
            together.wait()
            handle_text(session, inbound_id=stored or 0, region="CN", now=NOW)
            session.commit()

    threads = [threading.Thread(target=work, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.new_session() as session:
        assert count_of(session, HelpRequest) == 1
        told = session.scalars(select(Notification.template)).all()
        assert told == ["order_read_back", "order_read_back"]


def test_two_hands_on_one_text_do_its_work_once(database: Database) -> None:
    with database.new_session() as session:
        community(session)
        stored = stored_text(session, phone_number(), "代买药 民乐老村3栋")
        session.commit()
    assert stored is not None

    def work() -> None:
        with database.new_session() as session:
            handle_text(session, inbound_id=stored, region="CN", now=NOW)
            session.commit()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.new_session() as session:
        assert count_of(session, HelpRequest) == 1
        assert list(session.scalars(select(Event.kind))).count("text.handled") == 1
