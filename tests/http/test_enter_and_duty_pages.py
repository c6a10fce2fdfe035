"""代录 on one screen, and the page that says who is on duty and what is missing."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.help_requests.models import HelpRequest
from app.rotation.models import Rota, Shift
from tests.factories import Community, community, coordinator, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


CALL = {
    "phone": "17409990001",
    "category": "medicine",
    "need": "买一盒降压药",
    "place": "民乐老村3栋",
    "door": "502",
    "day": "soon",
    "part": "any",
    "urgency": "urgent",
    "spoken": "",
}


def test_a_caller_is_entered_at_once(
    session: Session, client: FlaskClient, place: Community
) -> None:
    family = {"for_family": "y", "visited_name": "陈阿姨"}
    status, page = send(client, "/c/new", "/c/new", **CALL, **family)
    assert status == 200 and "代录" in page
    made = session.scalars(select(HelpRequest)).one()
    assert (made.source, made.urgency, made.visited_name) == ("phone", "urgent", "陈阿姨")
    assert made.lat is not None and made.entered_by is not None


def test_nothing_typed_is_lost(session: Session, client: FlaskClient, place: Community) -> None:
    wrong = {**CALL, "phone": "12", "need": ""}
    status, page = send(client, "/c/new", "/c/new", **wrong)
    assert status == 422 and 'href="#need"' in page and "民乐老村3栋" in page
    assert session.scalars(select(HelpRequest)).all() == []


def test_says_who_is_on_duty_and_what_is_missing(
    session: Session, client: FlaskClient, place: Community
) -> None:
    page = client.get("/c/duty").get_data(as_text=True)
    assert "还没有轮值表" in page
    helper, now = volunteer(session, place, name="值班的人"), utc_now()
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="轮值", pattern=[])
    session.add(rota)
    session.flush()
    shift = Shift(
        rota_id=rota.id,
        person_id=helper.id,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=40),
        state="agreed",
        agreed_at=now,
    )
    session.add(shift)
    session.commit()
    page = client.get("/c/duty").get_data(as_text=True)
    assert page.count("值班的人") >= 2 and "接下来 72 小时" in page and "没有人值班" in page
