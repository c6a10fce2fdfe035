"""What else a volunteer has at that time stands on the page, and a yes then needs a second tap."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from tests.factories import Community, community, coordinator, on_duty, request, volunteer
from tests.http.visitor import come_in, send

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def tomorrow(session: Session, place: Community, state: str = "matching") -> HelpRequest:
    start = utc_now() + timedelta(days=1)
    end = start + 2 * HOUR
    return request(session, place, state=state, wanted_from=start, wanted_to=end)


def ask(session: Session, one: HelpRequest, who: Person, state: str = "sent") -> str:
    """A match in this state; its page."""
    now, token = utc_now(), f"token-{one.id}-{who.id}"
    session.add(
        Match(
            token=token,
            request_id=one.id,
            person_id=who.id,
            state=state,
            made_at=now,
            sent_at=now,
            deadline_at=now + HOUR,
            accepted_at=now if state == "accepted" else None,
            place_no=1 if state == "accepted" else None,
        )
    )
    session.commit()
    return f"/v/m/{token}"


def test_the_page_says_it_and_the_second_tap_is_the_yes(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place)
    come_in(client, session, who)
    free = ask(session, tomorrow(session, place), who)
    assert "时间有冲突" not in client.get(free).get_data(as_text=True)
    ask(session, tomorrow(session, place, "assigned"), who, "accepted")
    assert "您那时已经有一单（" in client.get(free).get_data(as_text=True)
    status, shown = send(client, free, f"{free}/accept")
    assert status == 409 and "我知道，还是去" in shown and 'name="knowing" value="y"' in shown
    status, shown = send(client, free, f"{free}/accept", knowing="y")
    assert status == 200 and "我出发了" in shown


def test_duty_at_that_time_is_said(session: Session, client: FlaskClient, place: Community) -> None:
    who = volunteer(session, place)
    come_in(client, session, who)
    page = ask(session, tomorrow(session, place), who)
    on_duty(session, who, place.here, start=utc_now() + timedelta(days=1))
    assert "您那时在值班（" in client.get(page).get_data(as_text=True)


def test_taking_from_the_list_asks_once_more(
    session: Session, client: FlaskClient, place: Community
) -> None:
    place.medicine.grab = True
    who = volunteer(session, place)
    come_in(client, session, who)
    ask(session, tomorrow(session, place, "assigned"), who, "accepted")
    take = f"/v/grab/{tomorrow(session, place).id}"
    session.commit()
    status, shown = send(client, "/v", take)
    assert status == 409 and "我知道，还是去" in shown
    status, shown = send(client, "/v", take, knowing="y")
    assert status == 200 and "我出发了" in shown


def test_the_coordinator_sees_it_beside_the_name(
    session: Session, client: FlaskClient, place: Community
) -> None:
    asked, near = volunteer(session, place), volunteer(session, place, name="何平")
    one = tomorrow(session, place)
    ask(session, one, asked)
    for who in (asked, near):
        ask(session, tomorrow(session, place, "assigned"), who, "accepted")
    come_in(client, session, coordinator(session, place.here))
    shown = client.get(f"/c/requests/{one.id}").get_data(as_text=True)
    assert shown.count("那时有别的单（") >= 4


def test_an_old_page_says_why_and_shows_what_is_true_now(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place)
    come_in(client, session, who)
    page = ask(session, tomorrow(session, place), who)
    send(client, page, f"{page}/accept")
    _, shown = send(client, page, f"{page}/give-up")
    assert "我又可以去了" in shown
    status, shown = send(client, page, f"{page}/set-out")
    assert status == 200 and "我又可以去了" in shown
    assert "刚才点的没有算数" in shown and "状态已经变了" in shown


def test_an_ended_ask_names_those_that_wait(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place)
    come_in(client, session, who)
    page = ask(session, tomorrow(session, place), who)
    ask(session, tomorrow(session, place), who)
    status, shown = send(client, page, f"{page}/decline")
    assert status == 200 and "还有 1 单在等您回复" in shown and "没有别的单" not in shown
