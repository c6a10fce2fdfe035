"""A coordinator's page of a request: reasons, every action, story and messages in words."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification, NotificationStep
from app.trail.models import Event
from app.usecases.messages.notify import notify_resident
from app.usecases.shared.acknowledged import looked_after
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def made(session: Session, place: Community, **values: Any) -> int:
    """A request that waits for the coordinator."""
    given: dict[str, Any] = {
        "submitted_at": utc_now(),
        "due_at": utc_now() + timedelta(hours=1),
        **values,
    }
    identity = request(session, place, wanted_from=None, wanted_to=None, **given).id
    session.commit()
    return identity


def act(client: FlaskClient, identity: int, what: str, **values: object) -> tuple[int, str]:
    page = f"/c/requests/{identity}"
    return send(client, page, f"{page}/{what}", **values)


def matches(session: Session, identity: int) -> list[tuple[int, str, int]]:
    session.expire_all()
    rows = session.execute(
        select(Match.person_id, Match.state, Match.position)
        .where(Match.request_id == identity)
        .order_by(Match.position, Match.id)
    ).all()
    session.commit()
    return [(person, state, position) for person, state, position in rows]


def test_says_why_whom_and_why_not(session: Session, client: FlaskClient, place: Community) -> None:
    volunteer(session, place, name="近邻", north_m=450)
    volunteer(session, place, name="走不远", offer={"radius_m": 200}, north_m=450)
    page = client.get(f"/c/requests/{made(session, place)}").get_data(as_text=True)
    assert "骑车约 6 分钟" in page and "390 米" in page
    assert "1 人合适，1 人不合适" in page and "太远：390 米，最多 200 米" in page
    # Phone and address are hidden until somebody opens them.
    assert "栋502" not in page and "陈阿姨" not in page


def test_asks_in_the_order_that_was_chosen_and_adds_somebody(
    session: Session, client: FlaskClient, place: Community
) -> None:
    near, far = (volunteer(session, place, north_m=far).id for far in (100, 900))
    added = volunteer(session, place, offer={"radius_m": 200}, north_m=500).id
    identity = made(session, place)
    people = {"person": [near, far, added]}
    order = {f"order-{near}": 3, f"order-{far}": 1, f"order-{added}": 2}
    status, page = act(client, identity, "send", version=1, **people, **order)
    assert status == 200 and "等 3 位志愿者答复" in page
    assert [one[0] for one in matches(session, identity)] == [far, added, near]
    asked = session.scalar(select(Match.id).where(Match.person_id == near))
    session.commit()
    status, page = act(client, identity, f"withdraw/{asked}")
    assert status == 200 and "等 2 位志愿者答复" in page
    # Somebody chose from a stale page.
    status, page = act(client, identity, "send", version=1, person=near)
    assert status == 200 and "状态已经变了" in page


def test_assigns_only_who_agreed(session: Session, client: FlaskClient, place: Community) -> None:
    helper = volunteer(session, place).id
    identity = made(session, place)
    status, page = act(client, identity, "assign", version=1, person=helper)
    assert status == 422 and "得到同意后再指派" in page
    status, page = act(client, identity, "assign", version=1, person=helper, agreed="y")
    assert status == 200 and "已接单" in page
    assert [one[1] for one in matches(session, identity)] == ["accepted"]


def test_errors_stand_at_their_field_and_nothing_typed_is_lost(
    session: Session, client: FlaskClient, place: Community
) -> None:
    identity = made(session, place, state="submitted")
    status, page = act(client, identity, "reject", version=1, reason=" ")
    assert status == 422 and 'href="#reason"' in page and "居民会看到" in page
    status, page = act(client, identity, "extend", version=1, minutes=0, reason="家属晚点到")
    assert status == 422 and 'href="#minutes"' in page and "家属晚点到" in page
    status, page = act(client, identity, "extend", version=1, minutes=30, reason="家属晚点到")
    assert status == 200 and "延长时限：30 分钟" in page
    status, page = act(client, identity, "note", note="门铃坏了")
    assert status == 200 and page.count("门铃坏了") >= 1
    status, page = act(client, identity, "reject", version=2, reason="重复")
    assert status == 200 and "未通过" in page
    assert act(client, identity, "pin", version=3)[0] == 422
    assert act(client, identity, "duplicate", version=3)[0] == 422


def test_a_look_at_the_number_is_in_the_trail(
    session: Session, client: FlaskClient, place: Community
) -> None:
    identity = made(session, place)
    status, page = act(client, identity, "reveal")
    assert status == 200 and "陈阿姨" in page and "栋502" in page and "查看居民的电话和地址" in page
    kinds = session.scalars(select(Event.kind).where(Event.request_id == identity)).all()
    assert "help_request.revealed" in kinds


def test_messages_with_their_history(
    session: Session, client: FlaskClient, place: Community
) -> None:
    identity = made(session, place)
    one = session.get_one(HelpRequest, identity)
    notify_resident(session, one, "request_open", now=utc_now())
    told = session.scalars(select(Notification)).one()
    told.state, told.last_code = "failed", "30003"
    session.add(
        NotificationStep(notification_id=told.id, at=utc_now(), state="failed", code="30003")
    )
    session.commit()
    page = client.get(f"/c/requests/{identity}").get_data(as_text=True)
    assert "居民：正在找志愿者" in page and "没有送到（30003）" in page
    assert told.address not in page
    session.rollback()


def test_tells_of_news_and_keeps_silent_without(
    session: Session, client: FlaskClient, place: Community
) -> None:
    identity = made(session, place)
    act(client, identity, "note", note="第一条")
    newest = session.scalars(select(Event.seq).where(Event.request_id == identity)).all()[-1]
    session.commit()
    assert client.get(f"/c/requests/{identity}/news?seen={newest}").status_code == 204
    act(client, identity, "note", note="第二条")
    answer = client.get(f"/c/requests/{identity}/news?seen={newest}")
    assert answer.status_code == 200 and "有新情况" in answer.get_data(as_text=True)


def test_every_state_has_a_page_and_paper(
    session: Session, client: FlaskClient, place: Community
) -> None:
    states = ("submitted", "open", "matching", "assigned", "in_progress", "finished")
    for state in (*states, "closed", "reopened", "rejected", "cancelled"):
        identity = made(session, place, state=state)
        for address in (f"/c/requests/{identity}", f"/c/requests/{identity}/print"):
            assert client.get(address).status_code == 200, (state, address)


def test_nobody_else_sees_it(session: Session, client: FlaskClient, place: Community) -> None:
    identity = made(session, place, area_id=place.other.id, area_path=place.other.path)
    for address in ("", "/print", "/news"):
        assert client.get(f"/c/requests/{identity}{address}").status_code == 403


def test_everybody_near_has_a_reason_on_demand(
    session: Session, client: FlaskClient, place: Community
) -> None:
    other = volunteer(session, place, name="不做买药", categories=[place.visit])
    identity = made(session, place)
    page = client.get(f"/c/requests/{identity}").get_data(as_text=True)
    assert "不做买药" not in page and f"/c/requests/{identity}/near" in page
    url = f"/c/requests/{identity}/near"
    part = client.get(url, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "不做买药" in part and f"/c/people/{other.id}" in part and "<html" not in part
    # Without scripts: the same list on a separate page.
    assert part.strip() in client.get(url).get_data(as_text=True)


def test_who_looks_after_it_is_said_to_everybody_for_half_an_hour(
    session: Session, client: FlaskClient, place: Community
) -> None:
    identity = made(session, place, attention="nobody_near")
    assert "我在处理" in client.get(f"/c/requests/{identity}").get_data(as_text=True)
    _, page = act(client, identity, "acknowledge")
    assert "起在处理" in page and "我在处理" not in page
    colleague = coordinator(session, place.here, name="同班")
    come_in(client, session, colleague)
    assert "起在处理" in client.get("/c").get_data(as_text=True)
    seen_by_colleague = client.get(f"/c/requests/{identity}").get_data(as_text=True)
    # A colleague may still take it over.
    assert "起在处理" in seen_by_colleague and "我来接手" in seen_by_colleague
    later = utc_now() + timedelta(minutes=31)
    assert set(looked_after(session, [identity], utc_now())) == {identity}
    assert looked_after(session, [identity], later) == {}


def test_people_of_one_name_are_told_apart_and_their_answer_is_shown(
    session: Session, client: FlaskClient, place: Community
) -> None:
    people = [volunteer(session, place, name="何小平", north_m=far) for far in (100, 300)]
    ids, phones = [one.id for one in people], [one.phone for one in people]
    area, identity = place.here.name_zh, made(session, place)
    assert act(client, identity, "send", version=1, person=ids[:1])[0] == 200
    session.execute(update(Match).values(state="declined", end_reason="busy"))
    session.commit()
    page = client.get(f"/c/requests/{identity}/find?words=何").get_data(as_text=True)
    for phone in phones:
        assert f"尾号 {phone[-4:]}" in page and phone not in page
    assert page.count(area) >= 2 and page.count("这次不方便") == 1
    assert "这一单已经问过" not in page
    # Who gave up is not said to have been withdrawn by us.
    session.execute(update(Match).values(state="accepted"))
    session.execute(update(Match).values(state="withdrawn", end_reason="cannot_come"))
    session.commit()
    page = client.get(f"/c/requests/{identity}/find?words=何").get_data(as_text=True)
    assert "来不了了" in page and "已撤回" not in page
