"""A coordinator's board: filters, codes, what waits for whom, few queries."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send, statements


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def shown(client: FlaskClient, address: str = "/c", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def ask(session: Session, of: HelpRequest, person_id: int, state: str = "sent") -> None:
    session.add(
        Match(
            token=f"{of.id}-{person_id}",
            request_id=of.id,
            person_id=person_id,
            state=state,
            made_at=utc_now(),
            sent_at=utc_now(),
            deadline_at=utc_now() + timedelta(minutes=9, seconds=30),
        )
    )
    session.commit()


def test_says_what_each_waits_for_and_why_it_is_late(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    late = request(
        session, place, state="submitted", submitted_at=now, due_at=now - timedelta(minutes=52)
    )
    matching = request(session, place, state="matching", submitted_at=now, due_at=None)
    for _ in range(2):
        ask(session, matching, volunteer(session, place).id)
    page = shown(client)
    assert "1 单超时，请先看" in page and "审核超时 52 分钟" in page
    assert "等 2 位志愿者答复，还有 9 分钟" in page
    assert page.index(f'id="case-{late.id}"') < page.index(f'id="case-{matching.id}"')
    assert "陈阿姨" not in page and "栋502" not in page


def test_approves_from_the_board_once(
    session: Session, client: FlaskClient, place: Community
) -> None:
    one = request(session, place, state="submitted", due_at=None)
    identity, version = one.id, one.version
    session.commit()
    path = f"/c/requests/{identity}/approve"
    status, page = send(client, "/c", path, version=version, back="board")
    assert status == 200 and "待派单" in page and 'id="queue"' in page
    # A second coordinator clicks on a stale page.
    status, page = send(client, "/c", path, version=version, back="board")
    assert status == 200 and "状态已经变了" in page
    session.expire_all()
    assert session.get_one(HelpRequest, identity).state == "open"


def test_filters_by_state_category_and_area(
    session: Session, client: FlaskClient, place: Community
) -> None:
    medicine = request(session, place, due_at=None)
    visit = request(session, place, of=place.visit, state="submitted", due_at=None)
    closed = request(session, place, state="closed", due_at=None)

    def found(address: str) -> set[int]:
        page = shown(client, address)
        return {one.id for one in (medicine, visit, closed) if f'id="case-{one.id}"' in page}

    assert found("/c") == {medicine.id, visit.id}
    assert found("/c?state=submitted") == {visit.id}
    assert found("/c?state=closed") == {closed.id}
    assert found(f"/c?category={place.medicine.id}") == {medicine.id}
    assert found(f"/c?area={place.here.id}") == {medicine.id, visit.id}
    # An area of another coordinator is no filter and shows nothing more.
    assert found(f"/c?area={place.other.id}&state=nonsense&page=x") == {medicine.id, visit.id}
    assert found(f"/c?code={closed.code[:5].lower()}") == {closed.id}


def test_a_whole_code_opens_its_request(
    session: Session, client: FlaskClient, place: Community
) -> None:
    one = request(session, place, state="closed", due_at=None)
    there = request(session, place, area_id=place.other.id, area_path=place.other.path)
    answer = client.get(f"/c?code={one.code.lower()}")
    assert answer.status_code == 303 and answer.location == f"/c/requests/{one.id}"
    assert "没有符合的需求单" in shown(client, f"/c?code={there.code}")


def test_refreshes_only_when_something_changed(
    session: Session, client: FlaskClient, place: Community
) -> None:
    one = request(session, place, state="matching", due_at=None)
    first = client.get("/c", headers={"HX-Request": "true"})
    tag = {"HX-Request": "true", "If-None-Match": first.headers["ETag"]}
    again = {client.get("/c", headers=tag).status_code for _ in range(2)}
    # A minute may begin in between.
    assert 304 in again
    ask(session, one, volunteer(session, place).id)
    assert client.get("/c", headers=tag).status_code == 200


def test_a_message_that_reached_nobody_is_seen(
    session: Session, client: FlaskClient, place: Community
) -> None:
    one = request(session, place, due_at=None)
    assert "有通知没送到" not in shown(client)
    session.add(
        Notification(
            token="t",
            subject=f"help_request:{one.id}",
            recipient="phone:x",
            template="request_open",
            request_id=one.id,
            channel="sms",
            address="+8617400000009",
            language="zh_Hans",
            params="{}",
            state="failed",
            made_at=utc_now(),
        )
    )
    session.commit()
    assert "居民没收到通知，请打电话" in shown(client)


def test_asks_as_often_for_forty_rows_as_for_one(
    session: Session, client: FlaskClient, place: Community
) -> None:
    ask(session, request(session, place, state="matching"), volunteer(session, place).id)
    shown(client)
    with statements(client) as for_one:
        shown(client)
    for _ in range(39):
        request(session, place)
    session.commit()
    with statements(client) as for_all:
        shown(client)
    assert len(for_one) == len(for_all)
