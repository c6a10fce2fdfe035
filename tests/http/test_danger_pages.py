"""Words of danger typed on the web: the numbers to call at once, and nothing blocks."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.errors import LimitReached
from app.help_requests.models import HelpRequest
from app.limits.models import LimitRule
from app.notifications.models import Notification
from tests.factories import Community, community, coordinator, request
from tests.http.orders import ANSWERS, CODE, answer, up_to
from tests.http.visitor import TOKEN, come_in, send

CRY = "老人摔倒了，流了好多血"
CALL_120 = 'class="call-bar" href="tel:120"'
CALL = {
    "phone": "17409990001",
    "category": "medicine",
    "need": CRY,
    "place": "民乐老村3栋",
    "door": "502",
    "day": "soon",
    "part": "any",
    "urgency": "",
    "spoken": "",
}


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def typed(client: FlaskClient, page: str, path: str, need: str) -> str:
    """What htmx shows while the need is typed."""
    found = TOKEN.search(client.get(page).get_data(as_text=True))
    assert found is not None
    shown = client.post(path, data={"csrf_token": found.group(1), "need": need})
    assert shown.status_code == 200
    return shown.get_data(as_text=True)


def placed(session: Session) -> HelpRequest:
    session.expire_all()
    return session.scalars(select(HelpRequest)).one()


def test_numbers_appear_while_the_need_is_typed(client: FlaskClient, place: Community) -> None:
    page = client.get("/order/need?category=medicine").get_data(as_text=True)
    assert 'hx-post="/order/danger"' in page and "call-bar" not in page
    shown = typed(client, "/order/need", "/order/danger", CRY)
    assert CALL_120 in shown and 'role="alert"' in shown and "<html" not in shown
    assert "tel:119" in typed(client, "/order/need", "/order/danger", "厨房着火了")
    assert typed(client, "/order/need", "/order/danger", "买一盒降压药").strip() == ""


def test_every_step_shows_them_and_the_order_is_placed_as_urgent(
    session: Session, client: FlaskClient, place: Community
) -> None:
    chief = coordinator(session, place.here)
    assert answer(client, "need", need=CRY).status_code == 303
    for step in ("where", "when", "contact"):
        assert CALL_120 in client.get(f"/order/{step}").get_data(as_text=True), step
        assert answer(client, step, **ANSWERS[step]).status_code == 303
    assert CALL_120 in client.get("/order/check").get_data(as_text=True)
    code = CODE.search(answer(client, "check").headers["Location"])
    made = placed(session)
    assert (made.urgency, made.attention) == ("urgent", "danger")
    row = session.scalars(select(Notification).where(Notification.person_id == chief.id)).one()
    assert row.template == "coordinator_attention" and "danger" in row.params
    assert code is not None
    after = client.get(f"/t/{code.group(1)}").get_data(as_text=True)
    assert CALL_120 in after and after.index("tel:120", after.index("<main")) < after.index("<h1")


def test_missing_answer_keeps_the_numbers_in_sight(client: FlaskClient, place: Community) -> None:
    shown = answer(client, "need", need=CRY, category="")
    assert shown.status_code == 422 and CALL_120 in shown.get_data(as_text=True)


def test_used_up_limit_of_a_phone_blocks_no_cry(
    session: Session, client: FlaskClient, place: Community
) -> None:
    session.add(LimitRule(kind="order_phone", per_day=0))
    session.commit()
    up_to(client, "contact")
    assert answer(client, "check").status_code == LimitReached.status
    assert answer(client, "need", need=CRY).status_code == 303
    assert answer(client, "check").status_code in (302, 303)
    assert placed(session).attention == "danger"


def test_ordinary_order_names_no_number_of_its_own(client: FlaskClient, place: Community) -> None:
    up_to(client, "contact")
    assert CALL_120 not in client.get("/order/check").get_data(as_text=True)


def test_doubtful_words_are_urgent_without_an_alarm(
    session: Session, client: FlaskClient, place: Community
) -> None:
    answer(client, "need", need="摔了一跤，没事，想请人来看看")
    assert "情况危急，请先打电话" in client.get("/order/where").get_data(as_text=True)
    for step in ("where", "when", "contact", "check"):
        answer(client, step)
    made = placed(session)
    assert (made.urgency, made.attention) == ("urgent", None)


def test_coordinator_reads_the_hint_and_the_request_is_danger(
    session: Session, client: FlaskClient, place: Community
) -> None:
    come_in(client, session, coordinator(session, place.here))
    assert 'hx-post="/c/new/danger"' in client.get("/c/new").get_data(as_text=True)
    hint = typed(client, "/c/new", "/c/new/danger", CRY)
    assert "请来电的人马上打 120" in hint and 'name="no_danger"' in hint
    status, page = send(client, "/c/new", "/c/new", **CALL)
    made = placed(session)
    assert status == 200 and "有危险，请马上打电话问" in page
    assert (made.urgency, made.attention) == ("urgent", "danger")
    where, version = f"/c/requests/{made.id}", made.version
    session.commit()
    status, page = send(client, where, f"{where}/no-danger", version=version)
    assert status == 200 and "问过了，没有危险" not in page
    assert placed(session).attention is None


def test_coordinator_says_no_while_typing(
    session: Session, client: FlaskClient, place: Community
) -> None:
    come_in(client, session, coordinator(session, place.here))
    send(client, "/c/new", "/c/new", **CALL, no_danger="y")
    made = placed(session)
    assert (made.urgency, made.attention) == (place.medicine.urgency, None)


def test_hint_stays_when_the_form_comes_back(
    session: Session, client: FlaskClient, place: Community
) -> None:
    come_in(client, session, coordinator(session, place.here))
    status, page = send(client, "/c/new", "/c/new", **{**CALL, "phone": "12"}, no_danger="y")
    assert status == 422 and "请来电的人马上打 120" in page
    checkbox = re.search(r'<input[^>]*name="no_danger"[^>]*>', page)
    assert checkbox is not None and "checked" in checkbox.group()


def test_board_lists_danger_before_older_urgent_orders(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    older = request(session, place, urgency="urgent", submitted_at=now)
    danger = request(session, place, urgency="urgent", attention="danger", submitted_at=now)
    come_in(client, session, coordinator(session, place.here))
    page = client.get("/c").get_data(as_text=True)
    assert page.index(f'id="case-{danger.id}"') < page.index(f'id="case-{older.id}"')
    assert "有危险，请马上打电话问" in page
