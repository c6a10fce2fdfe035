"""Routes under abuse: robots, scanners, double clicks, stale tabs. Nothing is done twice."""

import secrets

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.limits.models import LimitCount, LimitRule
from app.people.models import Person
from app.web.common.honeypot import FIELD
from tests import factories
from tests.databases import Database
from tests.http.orders import ANSWERS, answer, ordered, up_to
from tests.http.visitor import TOKEN, come_in, send

KEY = "a-key-of-the-tests-only"


@pytest.fixture(autouse=True)
def place(session: Session) -> factories.Community:
    made = factories.community(session)
    session.rollback()
    return made


def states(session: Session) -> list[str]:
    """The states of all orders, oldest first. Releases SQLite's lock."""
    session.rollback()
    found = list(session.scalars(select(HelpRequest.state).order_by(HelpRequest.id)))
    session.rollback()
    return found


def asked(session: Session, place: factories.Community) -> tuple[Person, Match]:
    """A volunteer who was asked."""
    who = factories.volunteer(session, place)
    request = factories.request(session, place, state="matching", next_action_at=None)
    match = Match(
        token=secrets.token_urlsafe(18),
        request_id=request.id,
        person_id=who.id,
        state="sent",
        made_at=utc_now(),
        sent_at=utc_now(),
    )
    session.add(match)
    session.commit()
    return who, match


def test_double_click_orders_once(client: FlaskClient, session: Session) -> None:
    up_to(client, "contact")
    cookie = client.get_cookie("order")
    first = answer(client, "check", idempotency_key=KEY)
    assert cookie is not None
    client.set_cookie("order", cookie.value)
    page = client.get("/order/need").get_data(as_text=True)
    token = TOKEN.search(page)
    assert token is not None
    form = {"csrf_token": token.group(1), "idempotency_key": KEY}
    second = client.post("/order/check", data=form)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(states(session)) == 1


def test_form_that_a_robot_filled_in(client: FlaskClient, session: Session) -> None:
    up_to(client, "contact")
    page = client.get("/order/check").get_data(as_text=True)
    assert f'name="{FIELD}"' in page
    refused = answer(client, "check", **{FIELD: "http://spam.example"})
    assert refused.status_code == 409 and "程序填的" in refused.get_data(as_text=True)
    assert states(session) == []
    # A person whose browser caused it only has to press again.
    assert answer(client, "check").status_code == 303


def test_limits_are_rows_and_lose_nothing(client: FlaskClient, session: Session) -> None:
    session.add(LimitRule(kind="order_phone", per_day=1))
    session.commit()
    ordered(client)
    up_to(client, "contact")
    refused = answer(client, "check")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 429
    assert "次数已经用完" in page and ANSWERS["need"]["need"] in page
    # Another phone may, until the limits of the address range and of the day are reached.
    answer(client, "contact", phone="17409990003")
    assert answer(client, "check").status_code == 303
    for kind in ("order_range", "order_all"):
        session.merge(LimitRule(kind=kind, per_day=2))
        session.commit()
        up_to(client, "contact", phone="17409990004")
        assert answer(client, "check").status_code == 429
    assert len(states(session)) == 2
    kept = session.scalars(select(LimitCount.subject)).all()
    session.rollback()
    assert kept and not any("1740999" in subject for subject in kept)


def test_form_without_its_token_and_with_a_stale_one(client: FlaskClient, session: Session) -> None:
    up_to(client, "contact")
    for form in ({}, {"csrf_token": "x"}, {"csrf_token": "x" * 3000}):
        refused = client.post("/order/check", data=form)
        assert refused.status_code == 400
        assert "您填的内容还在" in refused.get_data(as_text=True)
    client.delete_cookie("session")
    assert client.post("/order/check", data={"csrf_token": KEY}).status_code == 400
    assert states(session) == []
    assert answer(client, "check").status_code == 303


def test_cookies_that_are_nonsense(client: FlaskClient) -> None:
    for wrong in ("x", "é", "a" * 3000, "eyJ4IjoxfQ.aaa.bbb", "'; --", "%00"):
        for name in ("diandan", "session", "order", "elder", "lang", "codes"):
            client.set_cookie(name, wrong)
        for path in ("/", "/order/need", "/login", "/join"):
            assert client.get(path).status_code == 200, (wrong, path)
        assert client.get("/v").status_code == 303


def test_name_that_is_not_ours(client: FlaskClient) -> None:
    for name in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::1"):
        refused = client.get("/login", headers={"Host": name})
        assert refused.status_code in (400, 421), name
        assert "evil" not in refused.get_data(as_text=True)
    assert client.get("/health", headers={"Host": "10.0.0.1"}).status_code == 200
    assert client.get("/login", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_link_scanner_accepts_and_cancels_nothing(
    client: FlaskClient, session: Session, place: factories.Community
) -> None:
    who, match = asked(session, place)
    token, match_id = match.token, match.id
    come_in(client, session, who)
    session.rollback()
    for step in ("", "/accept", "/decline", "/set-out", "/arrive", "/finish", "/give-up"):
        for method in ("GET", "HEAD"):
            status = client.open(f"/v/m/{token}{step}", method=method).status_code
            assert status == (405 if step else 200)
    code = ordered(client)
    assert client.get(f"/t/{code}/cancel").status_code == 200
    assert client.get(f"/t/{code}/rate").status_code == 405
    assert states(session) == ["matching", "open"]
    assert session.get_one(Match, match_id, populate_existing=True).state == "sent"


def test_suspended_volunteer_is_told(
    client: FlaskClient, session: Session, place: factories.Community
) -> None:
    who, match = asked(session, place)
    token, match_id = match.token, match.id
    come_in(client, session, who)
    page = client.get(f"/v/m/{token}").get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None
    who.state = "suspended"
    session.commit()
    form = {"csrf_token": found.group(1), "idempotency_key": KEY}
    refused = client.post(f"/v/m/{token}/accept", data=form)
    # Either the log-in has ended, or the use case says why not.
    assert refused.status_code in (303, 403)
    session.rollback()
    assert session.get_one(Match, match_id, populate_existing=True).state == "sent"


def test_two_coordinators_and_a_stale_tab(
    client: FlaskClient, session: Session, place: factories.Community
) -> None:
    chiefs = [factories.coordinator(session, place.here) for _ in range(2)]
    waiting = factories.request(session, place, of=place.visit, state="submitted")
    path, version = f"/c/requests/{waiting.id}", waiting.version
    others = client.application.test_client()
    come_in(client, session, chiefs[0])
    come_in(others, session, chiefs[1])
    session.rollback()
    status, _ = send(client, path, f"{path}/approve", version=version)
    assert status == 200
    # The other one still has the old page.
    status, page = send(others, path, f"{path}/reject", version=version, reason="重复了")
    assert status == 200 and "状态已经变了" in page
    assert states(session) == ["open"]


def test_locked_database_is_busy_and_no_fault(
    client: FlaskClient, session: Session, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.db.PATIENCE_MS", 300)
    up_to(client, "contact")
    session.rollback()
    with database.new_session() as other:
        if database.url.startswith("sqlite"):
            other.execute(text("UPDATE trail_head SET seq = seq"))
        else:
            other.execute(text("LOCK TABLE help_request IN ACCESS EXCLUSIVE MODE"))
        busy = answer(client, "check")
        other.rollback()
    assert busy.status_code == 503 and busy.headers["Retry-After"]
    assert "很忙" in busy.get_data(as_text=True)
    assert answer(client, "check").status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(HelpRequest)) == 1
