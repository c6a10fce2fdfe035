"""Push reminders over HTTP: what is stored, what is refused, where a tap on a push leads."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification, PushSubscription
from app.people.models import Person
from app.usecases.messages.notify import notify_person
from tests import factories
from tests.factories import Community
from tests.fakes.push import Browser
from tests.http.visitor import TOKEN, come_in, send
from tests.usecases.asking import wave

PAGE = "/alerts"
ANDROID = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile"


@pytest.fixture
def place(session: Session) -> Community:
    return factories.community(session)


@pytest.fixture
def who(session: Session, client: FlaskClient, place: Community) -> Person:
    helper = factories.volunteer(session, place, categories=[place.medicine])
    come_in(client, session, helper)
    return helper


def phone(endpoint: str = "https://fcm.googleapis.com/fcm/send/abc") -> dict[str, Any]:
    return {"endpoint": endpoint, **Browser(endpoint).keys}


def switched_on(client: FlaskClient) -> str:
    client.environ_base["HTTP_USER_AGENT"] = ANDROID
    status, page = send(client, PAGE, PAGE, **phone())
    assert status == 200
    return page


def kept(session: Session) -> list[Any]:
    """The stored owner, log-in and phone. Releases the database afterwards."""
    session.rollback()
    columns = (PushSubscription.person_id, PushSubscription.session_id, PushSubscription.ref)
    rows = list(session.execute(select(*columns)))
    session.rollback()
    return rows


def test_a_phone_is_kept_tried_and_switched_off(
    client: FlaskClient, session: Session, who: Person
) -> None:
    page = switched_on(client)
    assert "安卓手机，Chrome 浏览器" in page and "这台手机会收到提醒" in page
    (device,) = kept(session)
    assert device.person_id == who.id and device.session_id is not None
    session.rollback()
    assert "让手机响一下提醒我" not in client.get("/v").get_data(as_text=True)
    for _ in range(2):
        send(client, PAGE, f"{PAGE}/{device.ref}/test")
    session.rollback()
    (row,) = session.scalars(select(Notification).where(Notification.channel == "push"))
    assert (row.template, row.address, row.person_id) == ("push_test", device.ref, who.id)
    session.rollback()
    _, page = send(client, PAGE, f"{PAGE}/{device.ref}/off")
    assert "已停用，短信照样会发给您" in page and kept(session) == []
    assert "让手机响一下提醒我" in client.get("/v").get_data(as_text=True)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"endpoint": "https://127.0.0.1:5432/"},
        {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "AAAA", "auth": "AAAA"},
    ],
)
def test_what_is_no_phone_is_refused(
    client: FlaskClient, session: Session, who: Person, sent: dict[str, str]
) -> None:
    status, page = send(client, PAGE, PAGE, **sent)
    assert status == 422 and kept(session) == []
    assert "不认得" in page or "钥匙不对" in page


def test_logging_out_here_forgets_this_phone(
    client: FlaskClient, session: Session, who: Person
) -> None:
    switched_on(client)
    send(client, PAGE, "/logout")
    assert kept(session) == []


def test_the_same_browser_with_another_log_in(
    client: FlaskClient, session: Session, who: Person, place: Community
) -> None:
    switched_on(client)
    first = kept(session)[0].session_id
    come_in(client, session, who)
    send(client, PAGE, f"{PAGE}/again", endpoint=phone()["endpoint"])
    assert kept(session)[0].session_id not in (None, first)
    come_in(client, session, factories.volunteer(session, place))
    send(client, PAGE, f"{PAGE}/again", endpoint="https://fcm.googleapis.com/other")
    assert len(kept(session)) == 1
    send(client, PAGE, f"{PAGE}/again", endpoint=phone()["endpoint"])
    assert kept(session) == []


def pushed(session: Session, who: Person, place: Community) -> tuple[str, Match]:
    """The token of a push that asks the volunteer, and the match."""
    wanted = factories.request(session, place, wanted_from=None, wanted_to=None)
    wave(session, wanted, now=utc_now())
    row = session.scalars(select(Notification).where(Notification.channel == "push")).one()
    return row.token, session.scalars(select(Match).where(Match.person_id == who.id)).one()


def test_a_tap_leads_to_the_ask_and_a_stale_one_says_so(
    client: FlaskClient, session: Session, who: Person, place: Community
) -> None:
    switched_on(client)
    token, match = pushed(session, who, place)
    page = client.get(f"{PAGE}/open/{token}", follow_redirects=True)
    assert page.request.path == f"/v/m/{match.token}"
    assert "这次不方便" in page.get_data(as_text=True)
    one = session.get_one(HelpRequest, match.request_id)
    one.state, one.places_taken = "assigned", 1
    match.end_reason, match.state = "taken", "expired"
    session.commit()
    page = client.get(f"{PAGE}/open/{token}", follow_redirects=True)
    assert "刚被别人接走了" in page.get_data(as_text=True)
    client.delete_cookie("diandan")
    away = client.get(f"{PAGE}/open/{token}")
    assert away.status_code == 303 and f"next={PAGE}/open/{token}" in away.headers["Location"]


@pytest.mark.parametrize(
    ("template", "subject", "params", "path"),
    [
        ("duty_begins", "shift:1", {"number": 1}, "/v/duty"),
        ("plan_called", "activation:1", {"number": 1}, "/v/plans"),
        ("push_test", "push_test", {}, "/alerts"),
        ("match_asked", "match:999", {"number": 1, "distance": 1, "minutes": 1}, "/v/duty"),
    ],
)
def test_every_push_leads_somewhere(
    client: FlaskClient,
    session: Session,
    who: Person,
    *,
    template: str,
    subject: str,
    params: dict[str, Any],
    path: str,
) -> None:
    switched_on(client)
    notify_person(session, who, template, subject=subject, now=utc_now(), by={"push"}, **params)
    session.commit()
    row = session.scalars(select(Notification).where(Notification.channel == "push")).one()
    token = row.token
    session.rollback()
    page = client.get(f"{PAGE}/open/{token}", follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, path)
    other = client.get(f"{PAGE}/open/no-such", follow_redirects=True)
    assert other.status_code == 200


def test_a_coordinator_is_led_to_the_case(
    client: FlaskClient, session: Session, place: Community
) -> None:
    chief = factories.coordinator(session, place.here)
    one = factories.request(session, place)
    come_in(client, session, chief)
    switched_on(client)
    notify_person(
        session,
        chief,
        "coordinator_attention",
        subject=f"help_request:{one.id}",
        now=utc_now(),
        request_id=one.id,
        code=one.code,
        reason="urgent",
    )
    session.commit()
    row = session.scalars(select(Notification).where(Notification.channel == "push")).one()
    token, request_id = row.token, one.id
    session.rollback()
    page = client.get(f"{PAGE}/open/{token}", follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, f"/c/requests/{request_id}")


def test_nobody_and_without_a_token_nothing(client: FlaskClient, session: Session) -> None:
    assert client.get(PAGE).status_code == 303
    assert TOKEN.search(client.get("/login").get_data(as_text=True))
    assert client.post(f"{PAGE}/again", data=phone()).status_code == 400
    assert "alerts.js" not in client.get("/").get_data(as_text=True)
