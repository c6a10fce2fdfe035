"""Texts by Twilio's signed webhook: understood, stored if not, handled once if sent twice."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.channels.twilio.settings import TwilioSettings
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import db
from app.dispatch.models import Match
from app.factory import create_app
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText, Notification
from app.usecases.dispatch.dispatch_wave import send_wave
from tests import factories
from tests.databases import Database

URL = "http://127.0.0.1:8000"
TOKEN = "a-token-of-the-tests"
CALLER = "+8613800138000"
_ids = count(1)


@pytest.fixture
def region() -> str:
    """How a number without a country code is read."""
    return "CN"


@pytest.fixture
def hooked(database: Database, region: str) -> Iterator[FlaskClient]:
    """The application with Twilio configured."""
    twilio = TwilioSettings("AC1", TOKEN, "+15005550006")
    config = replace(database.config, providers=(twilio,), public_url=URL, phone_region=region)
    app: Flask = create_app(config)
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def post(
    client: FlaskClient, path: str, form: dict[str, str], *, signed: bool = True
) -> TestResponse:
    """Posts a form as Twilio does."""
    signature = RequestValidator(TOKEN).compute_signature(f"{URL}{path}", form)
    headers = {"X-Twilio-Signature": signature if signed else "forged"}
    return client.post(path, data=form, headers=headers, base_url=URL)


def text(
    client: FlaskClient, body: str, *, sender: str = CALLER, sid: str = "", signed: bool = True
) -> TestResponse:
    """Sends a text as Twilio does."""
    form = {"MessageSid": sid or f"SM{next(_ids)}", "From": sender, "Body": body}
    return post(client, "/hooks/twilio/sms", form, signed=signed)


def only_request(session: Session) -> HelpRequest:
    """The only help request."""
    session.rollback()
    found = session.scalars(select(HelpRequest)).one()
    session.expunge(found)
    # The test's session takes SQLite's lock: release it while the application works.
    session.rollback()
    return found


def test_order_by_text_is_understood(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    assert text(hooked, "代买药 民乐老村3栋 明天上午").status_code == 200
    request = only_request(session)
    assert (request.source, request.state) == ("sms", "open")
    assert request.rough_place == "民乐老村"
    assert request.wanted_from is not None
    assert request.phone_confirmed_at is not None
    told = session.scalars(select(Notification.template)).all()
    assert "order_read_back" in told


@pytest.mark.parametrize("body", ["我头晕，家里没人", "x" * 100_000])
def test_text_that_is_not_understood_is_kept(
    hooked: FlaskClient, session: Session, body: str
) -> None:
    factories.community(session)
    assert text(hooked, body).status_code == 200
    request = only_request(session)
    assert request.attention == "not_understood" and request.state == "submitted"
    assert request.need == body[: len(request.need)]


def test_emoji_only_text_is_answered(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    assert text(hooked, "😀😀").status_code == 200
    session.rollback()
    assert session.scalar(select(func.count()).select_from(InboundText)) == 1
    assert session.scalar(select(func.count()).select_from(Notification)) == 1


def test_replay_changes_nothing(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    for _ in range(3):
        assert text(hooked, "代买药 民乐老村3栋", sid="SMsame").status_code == 200
    only_request(session)


def test_forged_signature_is_refused(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    assert text(hooked, "代买药", signed=False).status_code == 403
    assert session.scalar(select(func.count()).select_from(InboundText)) == 0


def test_status_and_cancel_by_code(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    text(hooked, "代买药 民乐老村3栋")
    code = only_request(session).code
    text(hooked, f"查询 {code.lower()}")
    text(hooked, f"取消 {code}")
    assert only_request(session).state == "cancelled"
    told = session.scalars(select(Notification.template)).all()
    assert {"status_reply", "request_cancelled"} <= set(told)


def test_yes_and_no_by_text(hooked: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    first = factories.volunteer(session, place, phone="+8613800138001")
    second = factories.volunteer(session, place, phone="+8613800138002", north_m=300)
    request = factories.request(session, place, wanted_from=None, wanted_to=None)
    now = utc_now()
    send_wave(Context(session, system("jobs"), now), request_id=request.id)
    session.commit()
    numbers = {m.person_id: m.reply_number for m in session.scalars(select(Match))}
    yes, no = (first.id, first.phone), (second.id, second.phone)
    session.rollback()
    text(hooked, f"0 {numbers[no[0]]}", sender=no[1])
    text(hooked, f"１　{numbers[yes[0]]}", sender=yes[1])
    session.rollback()
    states = {m.person_id: m.state for m in session.scalars(select(Match))}
    assert states == {yes[0]: "accepted", no[0]: "declined"}
    assert only_request(session).state == "assigned"


@pytest.mark.parametrize("region", ["HK"])
def test_number_without_a_country_is_of_the_region(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    assert text(hooked, "代买药 民乐老村3栋", sender="91234567").status_code == 200
    assert only_request(session).phone == "+85291234567"


def test_receipt_moves_its_message(hooked: FlaskClient, session: Session) -> None:
    factories.community(session)
    text(hooked, "帮助")
    key = session.scalars(select(Notification.token)).one()
    session.rollback()
    told = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30007"}
    assert post(hooked, f"/hooks/twilio/status/{key}", told, signed=False).status_code == 403
    assert post(hooked, f"/hooks/twilio/status/{key}", told).status_code == 204
    row = session.scalars(select(Notification)).one()
    assert (row.state, row.provider_id, row.last_code) == ("failed", "SM1", "30007")


def test_without_twilio_there_is_no_hook(database: Database) -> None:
    app = create_app(replace(database.config, public_url=URL))
    assert text(app.test_client(), "代买药").status_code == 404
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
