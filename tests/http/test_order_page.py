"""An order's page after ordering: what was sent, how many come, and what holds now."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.clock import utc_now
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send
from tests.usecases.asking import HOUSE, match_of, me, wave

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def accept(session: Session, place: Community, one: HelpRequest, *people: Person) -> None:
    for who in people:
        context = Context(session, me(who, place), utc_now())
        accept_match(context, match_id=match_of(session, one, who).id)
    session.commit()


def tag(page: str) -> str:
    """The words of the first tag."""
    return page.split('<span class="tag ')[1].split("</svg>")[1].split("</span>")[0].strip()


def test_it_repeats_what_was_ordered(
    session: Session, client: FlaskClient, place: Community
) -> None:
    one = request(
        session,
        place,
        need="米 10 斤，油一桶，送到3栋502室，电话 13800138000",
        wishes=["woman", "no_dogs"],
        spoken_language="yue",
    )
    session.commit()
    shown = client.get(f"/t/{one.code}?new=1").get_data(as_text=True)
    assert "米 10 斤，油一桶" in shown and "要 1 位志愿者" in shown
    assert "希望来的是女性、家里有狗" in shown and "粤语" in shown
    # The code is in texts of volunteers too, so the page tells no more than an ask does.
    assert "502室" not in shown and "13800138000" not in shown and one.phone not in shown
    cancel_request(Context(session, resident("web"), utc_now()), code=one.code, why="不用了")
    session.commit()
    assert "油一桶" not in client.get(f"/t/{one.code}").get_data(as_text=True)


def test_that_fewer_are_enough_is_confirmed_and_the_number_stays(
    session: Session, client: FlaskClient, place: Community
) -> None:
    place.medicine.together = True
    who, now = volunteer(session, place), utc_now()
    start, end = now - HOUR, now + 3 * HOUR
    one = request(session, place, volunteers_needed=2, wanted_from=start, wanted_to=end)
    wave(session, one, now=now - 3 * HOUR)
    context = Context(session, me(who, place), now - 3 * HOUR)
    accept_match(context, match_id=match_of(session, one, who).id)
    session.commit()
    process_deadline(Context(session, HOUSE, now), request_id=one.id)
    session.commit()
    page = f"/t/{one.code}"
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    # The button stands below the notice, before what has happened.
    assert shown.index("先不来") < shown.index("有 1 位就够了") < shown.index("经过")
    status, shown = send(client, page, f"{page}/enough")
    assert status == 200 and "已按 1 位安排" in shown
    assert "要 1 位志愿者，已有 1 位" in shown
    assert "已按 1 位安排" in client.get(page).get_data(as_text=True)


def test_the_tag_says_that_one_of_two_has_finished(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    first, second = volunteer(session, place), volunteer(session, place, name="何平")
    one = request(session, place, volunteers_needed=2, wanted_from=None, wanted_to=None)
    wave(session, one, now=now)
    session.commit()
    accept(session, place, one, first, second)
    page = f"/t/{one.code}"
    assert tag(client.get(page).get_data(as_text=True)) == "已接单"
    session.commit()
    match = match_of(session, one, first)
    for verb in (arrive_at_task, finish_task):
        verb(Context(session, me(first, place), now), match_id=match.id)
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert tag(shown) == "1 位已做完，还有 1 位要来"
    assert "已有 1 位做完，还有 1 位会过来" in shown
    come_in(client, session, coordinator(session, place.here))
    for path in (f"/c/requests/{one.id}", "/c"):
        assert "1 位已做完，还有 1 位要来" in client.get(path).get_data(as_text=True), path
    match = match_of(session, one, second)
    arrive_at_task(Context(session, me(second, place), now), match_id=match.id)
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert tag(shown) == "服务中，1 位已做完"
    assert "已有 1 位做完，还有志愿者正在为您服务" in shown
    finish_task(Context(session, me(second, place), now), match_id=match.id)
    session.commit()
    assert tag(client.get(page).get_data(as_text=True)) == "待评价"
