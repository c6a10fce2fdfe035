"""Pages of help that begins only when everybody is found."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send
from tests.usecases.asking import HOUSE, match_of, me, wave

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.together = True
    session.commit()
    return made


@pytest.fixture
def who(session: Session, place: Community) -> Person:
    return volunteer(session, place)


@pytest.fixture
def held(session: Session, place: Community, who: Person) -> HelpRequest:
    """A lift for two whose time has come with one yes."""
    now = utc_now()
    one = request(
        session,
        place,
        volunteers_needed=2,
        wanted_from=now - HOUR,
        wanted_to=now + 3 * HOUR,
    )
    wave(session, one, now=now - 3 * HOUR)
    context = Context(session, me(who, place), now - 3 * HOUR)
    accept_match(context, match_id=match_of(session, one, who).id)
    session.commit()
    process_deadline(Context(session, HOUSE, now), request_id=one.id)
    session.commit()
    return one


def test_the_volunteer_is_told_to_wait_and_cannot_set_out(
    session: Session, client: FlaskClient, place: Community, who: Person, held: HelpRequest
) -> None:
    come_in(client, session, who)
    page = f"/v/m/{match_of(session, held, who).token}"
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert "还缺 1 位" in shown and "我出发了" not in shown
    _, shown = send(client, page, f"{page}/set-out")
    assert "要一起去" in shown
    assert match_of(session, held, who).state == "accepted"


def test_the_resident_is_asked_for_another_time_or_says_that_one_is_enough(
    session: Session, client: FlaskClient, place: Community, who: Person, held: HelpRequest
) -> None:
    page = f"/t/{held.code}"
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert "先不来" in shown and "要换一个时间吗" in shown and "有 1 位就够了" in shown
    status, shown = send(client, page, f"{page}/enough")
    assert status == 200 and "就够了" not in shown and "要换一个时间吗" not in shown
    session.refresh(held)
    assert (held.state, held.volunteers_needed) == ("assigned", 1)
    session.commit()
    # An old page is refused.
    status, _ = send(client, f"{page}/cancel", f"{page}/enough")
    assert status == 409


def test_the_case_says_that_the_team_is_not_whole(
    session: Session, client: FlaskClient, place: Community, held: HelpRequest
) -> None:
    come_in(client, session, coordinator(session, place.here))
    page = f"/c/requests/{held.id}"
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert "人齐了才去" in shown and "要一起去的人还没有齐" in shown
