"""Repeating help on pages: made from a request, skipped for a day, paused, read by residents."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import local_day, utc_now
from app.repeats.models import RepeatDay, RepeatRule
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send

CODE = "MNPQRTVW"


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def make(
    session: Session, client: FlaskClient, place: Community, **more: object
) -> tuple[int, str]:
    about = request(session, place, state="assigned")
    about.code = CODE
    session.commit()
    familiar = volunteer(session, place, name="王建国")
    page = f"/c/repeats/new/{about.id}"
    session.commit()
    assert "王建国" in client.get(page).get_data(as_text=True)
    # Computed now, because midnight may pass while the tests run.
    today = local_day(utc_now(), ZoneInfo("Asia/Shanghai"))
    values: dict[str, object] = {
        "weekdays": [2, 4],
        "start": "10:00",
        "minutes": 60,
        "first": (today + timedelta(days=2)).isoformat(),
        "until": "",
        "familiar": familiar.id,
        "substitute": 0,
    }
    session.commit()
    return send(client, page, page, **{**values, **more})


def test_coordinator_makes_it_weekly_leaves_out_a_day_and_pauses(
    session: Session, client: FlaskClient, place: Community
) -> None:
    status, page = make(session, client, place)
    assert status == 200 and "每周三、周五 10:00，1 小时" in page
    assert "先问：王建国；还没有替补" in page
    rule = session.scalars(select(RepeatRule)).one()
    day = rule.next_day
    assert day is not None
    here, one = "/c/repeats", f"/c/repeats/{rule.id}"
    session.commit()
    _, page = send(client, here, f"{one}/skip", day=day.isoformat())
    assert session.scalars(select(RepeatDay.state)).all() == ["skipped"]
    session.commit()
    _, page = send(client, here, f"{one}/pause")
    assert "已暂停" in page
    followed = client.get(f"/t/{CODE}").get_data(as_text=True)
    assert "定期服务：每周三、周五 10:00，1 小时，下次安排" in followed and "王建国" not in followed


def test_what_is_wrong_stands_at_its_field(
    session: Session, client: FlaskClient, place: Community
) -> None:
    status, page = make(session, client, place, minutes=5)
    assert status == 422 and "请填 15 分钟到 12 小时" in page
    assert session.scalars(select(RepeatRule)).all() == []


def test_coordinator_of_elsewhere_sees_and_makes_nothing(
    session: Session, client: FlaskClient, place: Community
) -> None:
    make(session, client, place)
    come_in(client, session, coordinator(session, place.other))
    assert "民乐老村" not in client.get("/c/repeats").get_data(as_text=True)
    other = f"/c/repeats/new/{request(session, place, state='assigned').id}"
    session.commit()
    assert client.get(other).status_code in (403, 404)
