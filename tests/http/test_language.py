"""Languages: by a link for everybody, by the account when logged in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from app.trail.models import Event
from tests.factories import community, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def helper(session: Session, client: FlaskClient) -> int:
    who = volunteer(session, community(session))
    identity = who.id
    come_in(client, session, who)
    return identity


def language_of(session: Session, person_id: int) -> str:
    session.rollback()
    found = session.scalars(select(Person.language).where(Person.id == person_id)).one()
    session.rollback()
    return found


def test_a_visitor_follows_a_link(client: FlaskClient) -> None:
    page = client.get("/?lang=en").get_data(as_text=True)
    assert '<html lang="en"' in page and 'href="/?lang=zh_Hant"' in page


def test_of_an_account_texts_follow_the_pages(
    session: Session, client: FlaskClient, helper: int
) -> None:
    assert language_of(session, helper) == "zh_Hans"
    for _ in range(2):
        status, page = send(client, "/v", "/language", language="en", next="/v?day=1")
        assert status == 200 and '<html lang="en"' in page
        assert "Pages and the texts that you are sent are in this language now." in page
    assert language_of(session, helper) == "en"
    kinds = session.scalars(select(Event.kind).where(Event.kind == "account.language_set")).all()
    session.rollback()
    assert kinds == ["account.language_set"]
    # A link from a poster or a friend changes only the page; the switch drops its parameter.
    shown = client.get("/v?lang=zh_Hans&day=1").get_data(as_text=True)
    assert 'name="next" value="/v?day=1"' in shown
    assert language_of(session, helper) == "en"


def test_a_language_that_we_do_not_speak_changes_nothing(
    session: Session, client: FlaskClient, helper: int
) -> None:
    status, _ = send(client, "/v", "/language", language="tlh", next="/v")
    assert status == 422
    assert language_of(session, helper) == "zh_Hans"


@pytest.mark.parametrize("address", ["//[", "http://[::1", "http://a]b"])
def test_what_is_no_address_leads_to_the_first_page(client: FlaskClient, address: str) -> None:
    assert client.get("/login", query_string={"next": address}).status_code == 200
