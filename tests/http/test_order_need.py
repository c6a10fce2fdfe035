"""The first step of an order: how many usually come, and what to write for this kind of help."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Community, category, community
from tests.http.orders import up_to


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    category(session, "carry", "搬重物", volunteers_needed=2, hint_zh="搬家具、搬米上楼")
    session.commit()
    return made


def test_the_usual_number_is_said_for_the_chosen_kind(
    client: FlaskClient, place: Community
) -> None:
    two = client.get("/order/need?category=carry").get_data(as_text=True)
    assert "按平常的安排（2 位）" in two and "平常来 2 位，要改人数？" in two
    one = client.get("/order/need?category=medicine").get_data(as_text=True)
    assert "按平常的安排（1 位）" in one and "要不止一个人来？" in one
    # Before a kind is chosen the kinds themselves say it.
    none = client.get("/order/need").get_data(as_text=True)
    assert "搬家具、搬米上楼（平常来 2 位）" in none and "按平常的安排<" in none


def test_the_example_is_of_the_chosen_kind(client: FlaskClient, place: Community) -> None:
    carry = client.get("/order/need?category=carry").get_data(as_text=True)
    assert "没有电梯" in carry and "降压药" not in carry
    assert "买一盒降压药" in client.get("/order/need?category=medicine").get_data(as_text=True)


def test_the_check_says_how_many_come(
    session: Session, client: FlaskClient, place: Community
) -> None:
    up_to(client, "contact")
    assert "1 位" in client.get("/order/check").get_data(as_text=True)
    place.medicine.volunteers_needed = 3
    session.commit()
    assert "3 位" in client.get("/order/check").get_data(as_text=True)
    place.medicine.wishes = ["companion"]
    place.medicine.volunteers_needed = 1
    session.commit()
    up_to(client, "contact", wishes="companion")
    assert "2 位" in client.get("/order/check").get_data(as_text=True)
