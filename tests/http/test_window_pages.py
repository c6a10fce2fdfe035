"""Pages about time: another time after the wished one, what repeats, somebody found by name."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.repeats.models import RepeatRule
from app.repeats.rules import Schedule
from app.usecases.repeats.repeat_request import start_repeat
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import (
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.http.visitor import come_in, send
from tests.usecases.asking import HOUSE

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def test_after_the_wished_time_the_resident_chooses_another(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    one = request(session, place, wanted_from=now - 4 * HOUR, wanted_to=now - HOUR)
    page = f"/t/{one.code}"
    assert "还需要吗" not in client.get(page).get_data(as_text=True)
    process_deadline(Context(session, HOUSE, now), request_id=one.id)
    session.commit()
    assert "还需要吗" in client.get(page).get_data(as_text=True)
    status, shown = send(client, page, f"{page}/again", day="other", part="any")
    assert status == 422 and "请选 60 天以内的一天" in shown
    status, shown = send(client, page, f"{page}/again", day="tomorrow", part="morning")
    assert status == 200 and "还需要吗" not in shown
    session.refresh(one)
    assert one.wanted_from is not None and one.wanted_from > now and one.attention is None


def test_cancelling_repeating_help_asks_about_the_rest(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    one = request(session, place)
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    first = (now + timedelta(days=7)).date()
    schedule = Schedule((0, 2, 4), 600, 60, first)
    rule_id = start_repeat(Context(session, boss, now), request_id=one.id, schedule=schedule)
    session.commit()
    page = f"/t/{one.code}/cancel"
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert re.findall(r'name="repeat" value="(\w+)"', shown) == ["on", "off"]
    status, _ = send(client, page, page, repeat="off")
    assert status == 200
    assert session.get_one(RepeatRule, rule_id, populate_existing=True).state == "ended"


def test_the_coordinator_finds_somebody_by_name(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who_id = volunteer(session, place, name="何平", north_m=6000).id
    page = f"/c/requests/{request(session, place).id}"
    come_in(client, session, coordinator(session, place.here))
    assert f"{page}/find" in client.get(page).get_data(as_text=True)
    shown = client.get(f"{page}/find?words=何").get_data(as_text=True)
    assert f'id="p{who_id}" name="person"' in shown and "太远" in shown
    assert "没有找到这个人" in client.get(f"{page}/find?words=赵").get_data(as_text=True)
