"""代叫: somebody orders for a family member. Both numbers are stored, only one ever gets texts."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.requests.place_request import NewOrder, place_request
from app.usecases.requests.reveal_task import reveal_task
from tests.factories import NOW, Community, community, volunteer
from tests.usecases.asking import match_of, me, wave

DAUGHTER, MOTHER = "+8617409998877", "+8617409996655"


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def wish(place: Community) -> NewOrder:
    return NewOrder(
        category_id=place.medicine.id,
        need="给妈妈买降压药",
        phone=DAUGHTER,
        name="陈女士",
        visited_name="陈阿姨",
        visited_phone="174 0999 6655",
        source="web",
        place_id=place.building.id,
        address="民乐老村3栋 502",
    )


def put(session: Session, order: NewOrder) -> HelpRequest:
    placed = place_request(
        Context(session, resident("web"), NOW), order=order, region="CN", phone_confirmed=True
    )
    session.commit()
    return session.get_one(HelpRequest, placed.request_id)


def test_both_are_kept_and_neither_is_readable_in_the_table(
    session: Session, wish: NewOrder
) -> None:
    made = put(session, wish)
    assert (made.name, made.phone) == ("陈女士", DAUGHTER)
    assert (made.visited_name, made.visited_phone) == ("陈阿姨", MOTHER)
    stored = session.execute(text("SELECT visited_name, visited_phone FROM help_request")).one()
    for value in stored:
        kept = bytes(value)
        assert "陈阿姨".encode() not in kept and b"6655" not in kept


def test_only_whoever_ordered_is_texted(session: Session, wish: NewOrder) -> None:
    put(session, wish)
    sent = session.scalars(select(Notification.address)).all()
    assert sent and set(sent) == {DAUGHTER}


def test_volunteer_learns_whom_to_visit_only_after_yes(
    session: Session, place: Community, wish: NewOrder
) -> None:
    helper = volunteer(session, place)
    made = put(session, wish)
    wave(session, made)
    match, actor = match_of(session, made, helper), me(helper, place)
    with pytest.raises(NotAllowed):
        reveal_task(Context(session, actor, NOW), match_id=match.id)
    accept_match(Context(session, actor, NOW), match_id=match.id)
    shown = reveal_task(Context(session, actor, NOW), match_id=match.id)
    assert (shown.visited_name, shown.visited_phone) == ("陈阿姨", MOTHER)
    assert (shown.name, shown.phone) == ("陈女士", DAUGHTER)


@pytest.mark.parametrize(("field", "value"), [("visited_phone", "12"), ("visited_name", "很" * 41)])
def test_what_is_wrong_is_said_at_its_field(
    session: Session, wish: NewOrder, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        put(session, replace(wish, **{field: value}))  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}


def test_a_family_member_without_a_phone_is_fine(session: Session, wish: NewOrder) -> None:
    made = put(session, replace(wish, visited_phone=" "))
    assert made.visited_phone is None and made.visited_name == "陈阿姨"
