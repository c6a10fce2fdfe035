"""A volunteer's offer page: hours without a box stay; a place is found or reported as unknown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.offers.models import Offer
from app.people.models import LoginSession, Person
from app.web.common.week_hours import Hours, other_hours, ticked, week_of
from tests.factories import Community, community, volunteer

OWN = [{"day": 2, "from": "07:30", "to": "08:30"}]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def helper(session: Session, place: Community) -> Person:
    return volunteer(session, place, offer={"hours": [*OWN, *week_of(["weekend"])]})


@pytest.fixture
def phone(app: Flask, session: Session, helper: Person) -> FlaskClient:
    now = datetime.now(UTC)
    session.add(
        LoginSession(
            token_hash=lookup_hash("session", "t" * 40),
            person_id=helper.id,
            made_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("diandan", "t" * 40)
    return client


def kept(session: Session, helper_id: int) -> tuple[Hours, float]:
    """The stored hours and latitude. Releases the lock at once."""
    chosen = select(Offer.hours, Offer.lat).where(Offer.person_id == helper_id)
    hours, lat = session.execute(chosen).one()
    session.rollback()
    return hours, lat


def form(house: Community, **more: object) -> dict[str, object]:
    return {
        "categories": [house.medicine.id],
        "radius_m": 2000,
        "max_load": 2,
        "languages": ["zh_Hans"],
        **more,
    }


def test_hours_that_fit_no_box_stay(
    session: Session, place: Community, helper: Person, phone: FlaskClient
) -> None:
    helper_id, boxes = helper.id, form(place, hours=["night"])
    session.rollback()
    assert "07:30–08:30" in phone.get("/v/offer").text
    saved = phone.post("/v/offer", data={**boxes, "keep_hours": "y"})
    assert saved.status_code == 303
    hours, _ = kept(session, helper_id)
    assert ticked(hours) == ["night"] and other_hours(hours) == OWN
    phone.post("/v/offer", data=boxes)
    assert other_hours(kept(session, helper_id)[0]) == []


def test_the_means_of_travel_is_asked_and_kept(
    session: Session, place: Community, helper: Person, phone: FlaskClient
) -> None:
    """Somebody who was never asked counts as going by bicycle, as everybody did before."""
    chosen = select(Offer.travel).where(Offer.person_id == helper.id)
    boxes = form(place, hours=["weekend"])
    assert session.scalar(chosen) == "bicycle"
    session.rollback()
    page = phone.get("/v/offer").text
    assert "您怎么去？" in page and re.search(r'value="bicycle"[^>]*checked', page)
    assert phone.post("/v/offer", data={**boxes, "travel": "boat"}).status_code == 422
    assert phone.post("/v/offer", data={**boxes, "travel": "car"}).status_code == 303
    assert session.scalar(chosen) == "car"
    session.rollback()


def test_an_offer_needs_some_time(session: Session, place: Community, phone: FlaskClient) -> None:
    boxes = form(place)
    session.rollback()
    refused = phone.post("/v/offer", data=boxes)
    assert refused.status_code == 422 and "请至少选一个时段" in refused.text


def test_a_place_that_is_known_moves_the_start(
    session: Session, place: Community, helper: Person, phone: FlaskClient
) -> None:
    helper_id, name, north = helper.id, place.building.name, place.building.lat
    good, wrong = (form(place, hours=["weekend"], place=one) for one in (name, "天涯海角"))
    session.rollback()
    phone.post("/v/offer", data=good)
    assert kept(session, helper_id)[1] == pytest.approx(north)
    unknown = phone.post("/v/offer", data=wrong)
    assert unknown.status_code == 422 and "没有找到这个地方" in unknown.text


def test_a_date_that_differs_is_written_shown_and_taken_back(
    session: Session, helper: Person, phone: FlaskClient
) -> None:
    helper_id = helper.id
    session.rollback()
    there = "/v/offer/dates"
    only = {"day": "2099-02-03", "kind": "only", "start": "09:00", "end": "11:30"}
    assert phone.post(there, data={"day": "2099-02-02", "kind": "off"}).status_code == 303
    assert phone.post(there, data=only).status_code == 303
    assert phone.post(there, data={**only, "start": "10:00"}).status_code == 303
    dates = [one for one in kept(session, helper_id)[0] if "date" in one]
    assert dates == [
        {"date": "2099-02-02"},
        {"date": "2099-02-03", "from": "10:00", "to": "11:30"},
    ]
    page = phone.get(there).text
    assert "10:00–11:30" in page and "没有空" in page
    phone.post(f"{there}/drop", data={"day": "2099-02-03"})
    assert kept(session, helper_id)[0][-1] == {"date": "2099-02-02"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": "", "kind": "off"}, "请选一个日期"),
        ({"day": "2001-02-03", "kind": "off"}, "请选今天或以后的日期"),
        ({"day": "2099-02-03", "kind": "only"}, "请写从几点到几点"),
        ({"day": "2099-02-03", "kind": "only", "start": "11:00", "end": "10:00"}, "服务时间不对"),
    ],
)
def test_a_date_that_makes_no_sense_is_said_at_its_field(
    session: Session, phone: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    session.rollback()
    refused = phone.post("/v/offer/dates", data=wrong)
    assert refused.status_code == 422 and said in refused.text


def test_the_page_says_what_a_week_counts_and_keeps_it(
    session: Session, place: Community, helper: Person, phone: FlaskClient
) -> None:
    helper_id, boxes = helper.id, form(place, hours=["weekend"])
    limit = select(Offer.weekly_limit).where(Offer.person_id == helper_id)
    session.rollback()
    assert "问过您、您没有接的不算" in phone.get("/v/offer").text
    assert phone.post("/v/offer", data={**boxes, "weekly_limit": 3}).status_code == 303
    assert session.scalar(limit) == 3
    session.rollback()
    # A page from before without the field keeps what was chosen.
    assert phone.post("/v/offer", data=boxes).status_code == 303
    assert session.scalar(limit) == 3
