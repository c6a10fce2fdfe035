"""The demo's telephones: texts by the real entry point, from made-up numbers only."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import db
from app.dispatch.models import Match
from app.factory import create_app
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText
from app.offers.models import Offer
from app.usecases.dispatch.dispatch_wave import send_wave
from tests import factories
from tests.databases import Database
from tests.http.visitor import TOKEN, send

RESIDENT = "17409990001"
ORDER = "买药 民乐老村3栋 明天上午"
TAG = re.compile(r'data-tag="(\w+)"')
SHOWN = f"/phones?n={RESIDENT}"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def helper(session: Session) -> str:
    """The number of a volunteer in a made-up community, which has a coordinator, too."""
    place = factories.community(session)
    factories.coordinator(session, place.here)
    number = factories.volunteer(session, place, name="林晓").phone
    # The test's session takes SQLite's lock: release it while the application works.
    session.rollback()
    return number.removeprefix("+86")


@pytest.fixture
def demo(database: Database, helper: str) -> Iterator[FlaskClient]:
    """The application as it runs without a provider."""
    app = create_app(replace(database.config, demo=True))
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def shown(client: FlaskClient, address: str = "/phones") -> str:
    """The page as everybody sees it first."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def thread(client: FlaskClient, number: str) -> str:
    """The texts of a telephone."""
    return shown(client, f"/phones/{number}/thread")


def texted(session: Session) -> int:
    """How many texts came in."""
    found = session.scalar(select(func.count()).select_from(InboundText))
    session.rollback()
    return found or 0


def test_three_telephones_at_first(demo: FlaskClient, helper: str) -> None:
    page = shown(demo)
    for number in (RESIDENT, helper):
        assert f'id="phone-{number}"' in page and f'id="text-{number}"' in page
    assert page.count('class="phone"') == 3
    assert "这是演示" in page and "没有账号" in page and "周敏" in page


def test_an_order_is_read_placed_and_answered(
    demo: FlaskClient, session: Session, helper: str
) -> None:
    status, page = send(demo, SHOWN, f"/phones/{RESIDENT}", body=ORDER)
    assert status == 200
    order = session.scalars(select(HelpRequest)).one()
    code, request_id = order.code, order.id
    assert order.phone == f"+86{RESIDENT}" and order.source == "sms"
    session.rollback()
    assert ">下单<" in page and "民乐老村3栋" in page and "08:00–12:00" in page
    assert f'href="/c?code={code}"' in page and "记下了" in page
    # The volunteer is asked, and answers by text.
    people = [session.scalars(select(Offer.person_id)).one()]
    context = Context(session, system("jobs"), utc_now())
    send_wave(context, request_id=request_id, person_ids=people)
    number = session.scalars(select(Match.reply_number)).one()
    session.commit()
    assert f"回 1 {number}" in thread(demo, helper)
    send(demo, SHOWN, f"/phones/{helper}", body=f"1 {number}")
    assert "接了单" in thread(demo, helper)
    assert "志愿者已接单" in thread(demo, RESIDENT)


def test_the_same_form_sends_one_text(demo: FlaskClient, session: Session) -> None:
    key = secrets.token_urlsafe(18)
    for _ in range(2):
        send(demo, SHOWN, f"/phones/{RESIDENT}", body="查询", idempotency_key=key)
    assert texted(session) == 1
    send(demo, SHOWN, f"/phones/{RESIDENT}", body="查询")
    assert texted(session) == 2
    send(demo, SHOWN, f"/phones/{RESIDENT}", body="  ")
    assert texted(session) == 2


@pytest.mark.parametrize("number", ["13800138000", "+8613800138000", "1740999000", "174099900011"])
def test_nobody_texts_from_a_real_telephone(
    demo: FlaskClient, session: Session, number: str
) -> None:
    status, _ = send(demo, SHOWN, f"/phones/{number}", body="STOP")
    assert (status, texted(session)) == (404, 0)
    assert demo.get(f"/phones/{number}/thread").status_code == 404
    page = shown(demo, f"/phones?n={RESIDENT}&own={number.replace('+', '%2B')}")
    assert "只能用 1740 开头" in page and page.count('class="phone"') == 1


def test_one_more_telephone(demo: FlaskClient, helper: str) -> None:
    chosen = shown(demo, f"/phones?n={RESIDENT}&add={helper}")
    assert "林晓" in chosen and chosen.count('class="phone"') == 2
    typed = shown(demo, f"/phones?n={RESIDENT}&own=174 0999 0002")
    assert 'id="phone-17409990002"' in typed


def test_nothing_is_swapped_while_nothing_changes(demo: FlaskClient) -> None:
    path = f"/phones/{RESIDENT}/thread"
    first = demo.get(path, headers=HTMX)
    same = demo.get(path, headers={**HTMX, "If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    send(demo, SHOWN, f"/phones/{RESIDENT}", body="你好")
    now = demo.get(path, headers={**HTMX, "If-None-Match": first.headers["ETag"]})
    found = TAG.search(now.get_data(as_text=True))
    assert now.status_code == 200 and found and now.headers["ETag"] == f'"{found[1]}"'


def test_htmx_gets_the_telephone_alone_with_an_empty_field(demo: FlaskClient) -> None:
    token = TOKEN.search(shown(demo))
    assert token is not None
    form = {"csrf_token": token[1], "body": "你好", "n": [RESIDENT, "17409990002"]}
    answer = demo.post(f"/phones/{RESIDENT}", data=form, headers=HTMX, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "<html" not in page and page.count('class="phone"') == 1
    assert "你好" in page and page.count('value="17409990002"') == 1


def test_a_log_in_code_and_other_telephones_with_news(demo: FlaskClient, helper: str) -> None:
    assert "还没有收到短信" in shown(demo, f"/phones?n={RESIDENT}")
    send(demo, "/login", "/login", phone=helper)
    assert re.search(r"验证码 \d{6}", thread(demo, helper))
    news = demo.get(f"/phones/news?n={RESIDENT}")
    assert f'id="news-{helper}"' in news.get_data(as_text=True)
    tag = {"If-None-Match": news.headers["ETag"]}
    assert demo.get(f"/phones/news?n={RESIDENT}", headers=tag).status_code == 304
    # One that is shown is not offered again.
    page = shown(demo, f"/phones?n={RESIDENT}&n={helper}")
    assert f'id="news-{helper}"' not in page


def test_there_are_none_outside_of_the_demo(
    client: FlaskClient, session: Session, helper: str
) -> None:
    assert client.get("/phones").status_code == 404
    status, _ = send(client, "/login", f"/phones/{RESIDENT}", body=ORDER)
    assert (status, texted(session)) == (404, 0)


def test_there_are_none_where_people_are_real(database: Database, session: Session) -> None:
    """Without a provider the demo is on by default, whoever is in the database."""
    place = factories.community(session)
    factories.person(session, place.here, phone="+8613800138000")
    factories.volunteer(session, place)
    session.rollback()
    app = create_app(replace(database.config, demo=True))
    assert app.test_client().get("/phones").status_code == 404
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
