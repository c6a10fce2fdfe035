"""Wishes on pages: of residents, callers, volunteers; what a category asks for; who came before."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.catalogue.queries import shared_skills
from app.core.clock import utc_now
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.people.queries import blocked_from
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.requests.do_task import arrive_at_task, finish_task
from tests.factories import (
    Community,
    administrator,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.http.orders import ordered, up_to
from tests.http.test_admin_pages import CATEGORY
from tests.http.visitor import come_in, send
from tests.usecases.asking import match_of, me, wave


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def ask_for(session: Session, place: Community, *wishes: str) -> None:
    place.medicine.wishes = list(wishes)
    session.commit()


def stored(session: Session, code: str) -> HelpRequest:
    found = session.scalars(select(HelpRequest).where(HelpRequest.code == code)).one()
    session.refresh(found)
    return found


def test_a_resident_is_asked_only_what_the_category_asks(
    session: Session, client: FlaskClient, place: Community
) -> None:
    up_to(client, "when")
    assert 'name="wishes"' not in client.get("/order/contact").get_data(as_text=True)
    ask_for(session, place, "woman", "companion")
    page = client.get("/order/contact").get_data(as_text=True)
    assert "希望来的是女性" in page and "家里有狗" not in page
    up_to(client, "contact", wishes=["companion", "woman"])
    page = client.get("/order/check").get_data(as_text=True)
    assert "希望来的是女性、希望两个人一起来" in page
    one = stored(session, ordered(client, wishes="companion"))
    assert (one.wishes, one.volunteers_needed) == (["companion"], 2)


def test_a_wish_that_is_not_asked_for_is_refused(
    session: Session, client: FlaskClient, place: Community
) -> None:
    ask_for(session, place, "woman")
    assert up_to(client, "contact", wishes="no_dogs").status_code == 422
    assert stored(session, ordered(client)).wishes == []


def test_a_coordinator_enters_and_changes_a_callers_wishes(
    session: Session, client: FlaskClient, place: Community
) -> None:
    ask_for(session, place, "woman", "no_dogs")
    come_in(client, session, coordinator(session, place.here))
    call: dict[str, Any] = {
        "category": "medicine",
        "need": "买药",
        "phone": "17409990007",
        "place": "民乐老村3栋",
        "day": "soon",
        "part": "any",
        "wishes": "no_dogs",
    }
    status, page = send(client, "/c/new", "/c/new", **call)
    assert status == 200 and "家里有狗" in page
    one = session.scalars(select(HelpRequest)).one()
    case = f"/c/requests/{one.id}"
    session.commit()
    send(client, case, f"{case}/change", volunteers_needed=1, asks_wishes="y", wishes="woman")
    session.refresh(one)
    assert one.wishes == ["woman"]
    session.commit()
    # A form without the question leaves them.
    send(client, case, f"{case}/change", volunteers_needed=2)
    session.refresh(one)
    assert (one.wishes, one.volunteers_needed) == (["woman"], 2)


def test_a_volunteer_says_wishes_and_may_take_them_back(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place)
    come_in(client, session, who)
    form = {
        "categories": place.medicine.id,
        "keep_hours": "y",
        "radius_m": 2000,
        "max_load": 2,
        "weekly_limit": 7,
        "languages": "zh_Hans",
    }
    offer = session.scalars(select(Offer).where(Offer.person_id == who.id)).one()
    for said, kept in (
        ({"wishes": "no_dogs", "woman": "y"}, (["no_dogs"], True)),
        ({}, ([], False)),
    ):
        session.commit()
        hours = {"hours": "weekend"}
        status, page = send(client, "/v/offer", "/v/offer", **form, **hours, **said)
        assert status == 200 and "已保存" in page
        session.refresh(offer)
        assert (offer.wishes, offer.woman) == kept


def test_an_administrator_says_what_a_category_asks_and_needs(
    session: Session, client: FlaskClient, place: Community
) -> None:
    come_in(client, session, administrator(session, place.district))
    new, team = "/a/categories/new", {"together": "y", "wishes": ["woman", "companion"]}
    aid = place.first_aid.id
    session.commit()
    status, page = send(client, new, new, one_is_enough_ids=aid, **team, **CATEGORY)
    assert status == 422 and "请先在上面选这项技能" in page
    both = {"skill_ids": aid, "one_is_enough_ids": aid}
    status, page = send(client, new, new, **both, **team, **CATEGORY)
    assert status == 200 and "人齐了才去" in page and "有一位会就行" in page
    made = session.scalars(select(Category).where(Category.code == "sewing")).one()
    assert (made.together, made.wishes) == (True, ["woman", "companion"])
    assert shared_skills(session, made.id) == {aid}
    edit = f"/a/categories/{made.id}/edit"
    session.commit()
    page = client.get(edit).get_data(as_text=True)
    assert page.count(" checked") >= 5
    send(client, edit, edit, version=1, skill_ids=aid, **CATEGORY)
    session.refresh(made)
    assert (made.together, made.wishes, shared_skills(session, made.id)) == (False, [], frozenset())


def test_a_resident_says_that_somebody_shall_not_come_again(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place)
    now = utc_now()
    one = request(session, place, wanted_from=None, wanted_to=None)
    page = f"/t/{one.code}"
    wave(session, one, now=now)
    assert "不想再请" not in client.get(page).get_data(as_text=True)
    match = match_of(session, one, who)
    for verb in (accept_match, arrive_at_task, finish_task):
        verb(Context(session, me(who, place), now), match_id=match.id)
    session.commit()
    assert "以后不再请林志愿者来" in client.get(page).get_data(as_text=True)
    status, shown = send(client, page, f"{page}/not-again/1")
    assert status == 200 and "以后不再请林志愿者来。" in shown and f"{page}/not-again" not in shown
    assert blocked_from(session, one.phone_lookup) == {who.id}
    session.commit()
    assert send(client, page, f"{page}/not-again/7")[0] == 409
