"""Placing an order: by web, by text, by a coordinator for a caller."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.codes import normalise_code
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotAllowed
from app.help_requests.models import HelpRequest
from app.limits.models import LimitCount, LimitRule
from app.notifications.models import Notification
from app.trail.models import Event, EventNote
from app.usecases.requests.place_request import NewOrder, Placed, place_request
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    phone_number,
)

WEB, SMS = resident("web"), resident("sms")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def wish(place: Community) -> NewOrder:
    return NewOrder(
        category_id=place.medicine.id,
        need=" 买一盒降压药 ",
        phone="174 0999 8877",
        source="web",
        place_id=place.building.id,
        address="民乐老村3栋 502",
    )


def put(session: Session, order: NewOrder, **given: Any) -> HelpRequest:
    values: dict[str, Any] = {"actor": WEB, "now": NOW, "region": "CN", **given}
    context = Context(session, values.pop("actor"), values.pop("now"))
    placed: Placed = place_request(context, order=order, **values)
    session.commit()
    made = session.get_one(HelpRequest, placed.request_id)
    assert made.code == placed.code == normalise_code(placed.code)
    return made


def wrong(session: Session, order: NewOrder, **given: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        put(session, order, **given)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(HelpRequest)) == 0
    return set(refused.value.fields)


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [(row.template, row.address) for row in rows]


def test_web_order_at_a_place_goes_out_at_once(
    session: Session, place: Community, wish: NewOrder
) -> None:
    made = put(session, wish)
    assert (made.state, made.area_path, made.rough_place) == ("open", place.here.path, "民乐老村")
    assert (made.lat, made.lon, made.place_state) == (place.building.lat, HOME[1], "known")
    assert (made.need, made.phone) == ("买一盒降压药", "+8617409998877")
    assert (made.next_action_at, made.due_at) == (NOW, NOW + timedelta(hours=2))
    assert made.attention is None and len(made.arrival_code) == 4


def test_unconfirmed_number_gets_no_text(session: Session, wish: NewOrder) -> None:
    assert put(session, wish).phone_confirmed_at is None
    assert told(session) == []


def test_trail_has_the_order_and_nothing_personal(session: Session, wish: NewOrder) -> None:
    made = put(session, wish)
    line = session.scalars(select(Event)).one()
    assert (line.kind, line.request_id, line.door) == ("help_request.placed", made.id, "web")
    assert line.details["source"] == "web" and line.details["state"] == "open"
    written = f"{line.details}{line.subject_id}{line.kind}"
    for personal in ("降压药", "7409998877", "502", made.code):
        assert personal not in written
    assert session.scalars(select(EventNote)).all() == []


def test_category_that_is_verified_first_waits(
    session: Session, place: Community, wish: NewOrder
) -> None:
    made = put(session, replace(wish, category_id=place.visit.id))
    assert (made.state, made.next_action_at) == ("submitted", NOW + timedelta(minutes=30))


def test_point_belongs_to_the_smallest_area(
    session: Session, place: Community, wish: NewOrder
) -> None:
    pin = replace(wish, place_id=None, lat=HOME[0] - 0.01, lon=HOME[1])
    made = put(session, pin)
    assert (made.area_id, made.rough_place) == (place.here.id, "民乐社区")
    between = put(session, replace(pin, lat=HOME[0] + 0.03, phone=phone_number()))
    assert between.area_id == place.subdistrict.id


def test_point_outside_of_every_area_is_refused(session: Session, wish: NewOrder) -> None:
    assert wrong(session, replace(wish, place_id=None, lat=31.2, lon=121.4)) == {"place"}
    assert wrong(session, replace(wish, place_id=None, lat=float("nan"), lon=121.4)) == {"place"}


def test_address_without_a_pin_is_looked_up(
    session: Session, place: Community, wish: NewOrder
) -> None:
    made = put(session, replace(wish, place_id=None))
    assert (made.place_state, made.area_id, made.lat) == ("to_geocode", place.district.id, None)


def test_web_order_without_any_place_is_refused(session: Session, wish: NewOrder) -> None:
    assert wrong(session, replace(wish, place_id=None, address="  ")) == {"place"}
    assert wrong(session, replace(wish, place_id=10**9, address=None)) == {"place"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "叔叔的手机"}, "phone"),
        ({"need": " \n "}, "need"),
        ({"need": "药" * 1001}, "need"),
        ({"need": "a" * 100_000}, "need"),
        ({"category_id": 10**9}, "category"),
        ({"name": "陈" * 41}, "name"),
        ({"address": "a" * 201}, "address"),
        ({"wanted_to": NOW}, "wanted"),
        ({"wanted_from": NOW + timedelta(days=62)}, "wanted"),
        ({"wanted_from": NOW + timedelta(2), "wanted_to": NOW + timedelta(1)}, "wanted"),
        ({"volunteers_needed": 0}, "volunteers_needed"),
        ({"urgency": "now!"}, "urgency"),
        ({"spoken_language": "x" * 11}, "spoken_language"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    session: Session, wish: NewOrder, given: dict[str, Any], field: str
) -> None:
    assert wrong(session, replace(wish, **given)) == {field}


def test_every_wrong_field_is_said_at_once(session: Session, wish: NewOrder) -> None:
    bad = replace(wish, phone="1", need="", place_id=None, address=None)
    assert wrong(session, bad) == {"phone", "need", "place"}


def test_need_of_a_thousand_characters_is_kept_whole(session: Session, wish: NewOrder) -> None:
    assert put(session, replace(wish, need="药" * 1000)).need == "药" * 1000


def test_limit_of_a_phone_is_a_row_and_counts_nothing_beyond(
    session: Session, wish: NewOrder
) -> None:
    session.add(LimitRule(kind="order_phone", per_day=2))
    session.commit()
    put(session, wish)
    put(session, replace(wish, phone="+86 17409998877"))
    with pytest.raises(LimitReached):
        put(session, wish)
    session.rollback()
    put(session, replace(wish, phone=phone_number()))
    assert session.scalar(select(func.count()).select_from(HelpRequest)) == 3
    put(session, wish, now=NOW + timedelta(days=1))


def test_limit_of_an_address_range(session: Session, wish: NewOrder) -> None:
    session.add(LimitRule(kind="order_range", per_day=1))
    session.commit()
    put(session, wish, address_range="10.1.2.0/24")
    with pytest.raises(LimitReached):
        put(session, replace(wish, phone=phone_number()), address_range="10.1.2.0/24")
    session.rollback()
    put(session, wish, address_range="10.9.9.0/24")
    assert "10.1.2" not in "".join(session.scalars(select(LimitCount.subject)))


def test_text_beyond_the_limit_is_kept_for_the_coordinator(
    session: Session, place: Community, wish: NewOrder
) -> None:
    chief = coordinator(session, place.here)
    session.add(LimitRule(kind="order_phone", per_day=0))
    session.commit()
    made = put(session, replace(wish, source="sms"), actor=SMS, phone_confirmed=True)
    assert (made.state, made.attention) == ("submitted", "over_limit")
    assert ("coordinator_attention", chief.phone) in told(session)


def test_text_is_confirmed_to_the_phone_it_came_from(session: Session, wish: NewOrder) -> None:
    made = put(session, replace(wish, source="sms"), actor=SMS, phone_confirmed=True)
    assert made.phone_confirmed_at == NOW
    assert told(session) == [("request_received", "+8617409998877")]


def test_text_without_a_place_waits_for_a_pin(
    session: Session, place: Community, wish: NewOrder
) -> None:
    lost = replace(wish, source="sms", place_id=None, address=None)
    made = put(session, lost, actor=SMS, phone_confirmed=True)
    assert (made.area_id, made.place_state) == (place.district.id, "needs_pin")
    assert (made.state, made.attention) == ("submitted", "needs_pin")


@pytest.mark.parametrize(
    "given",
    [
        {"need": ""},
        {"need": "😀" * 5000},
        {"wanted_to": NOW - timedelta(hours=1)},
        {"category_id": 10**9},
        {"volunteers_needed": 99, "urgency": "???", "spoken_language": "y" * 30},
        {"lat": 31.2, "lon": 121.4, "place_id": None},
        {"phone": "10086"},
    ],
)
def test_text_is_never_refused(session: Session, wish: NewOrder, given: dict[str, Any]) -> None:
    odd = replace(wish, source="sms", **given)
    made = put(session, odd, actor=SMS, phone_confirmed=True)
    assert made.state == "submitted" or given.get("lat")
    assert made.attention == "not_understood" or given.get("lat")
    assert len(made.need) <= 1000 and made.wanted_to is None


def test_raw_text_is_laid_before_a_coordinator(
    session: Session, place: Community, wish: NewOrder
) -> None:
    chief = coordinator(session, place.here)
    made = put(session, replace(wish, source="sms", raw_text=True), actor=SMS)
    assert (made.state, made.attention) == ("submitted", "not_understood")
    assert told(session) == [("coordinator_attention", chief.phone)]


def test_order_for_a_caller_is_open_and_confirmed(
    session: Session, place: Community, wish: NewOrder
) -> None:
    who = coordinator(session, place.here)
    desk = actor_for(who, "coordinator", place.here)
    typed = replace(wish, source="phone", category_id=place.visit.id)
    made = put(session, typed, actor=desk)
    assert (made.state, made.entered_by, made.phone_confirmed_by) == ("open", who.id, who.id)
    assert (made.phone_confirmed_at, made.next_action_at) == (NOW, NOW)
    assert told(session) == [("request_received", "+8617409998877")]


def test_caller_without_a_known_place_stays_with_who_typed_it_in(
    session: Session, place: Community, wish: NewOrder
) -> None:
    who = coordinator(session, place.here)
    desk = actor_for(who, "coordinator", place.here)
    typed = replace(wish, source="phone", place_id=None, address=None)
    made = put(session, typed, actor=desk)
    assert (made.area_id, made.place_state) == (place.here.id, "needs_pin")
    assert (made.state, made.attention) == ("open", "needs_pin")


def test_only_a_coordinator_of_the_area_types_in(
    session: Session, place: Community, wish: NewOrder
) -> None:
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    for actor in (WEB, other):
        with pytest.raises(NotAllowed):
            put(session, replace(wish, source="phone"), actor=actor)
        session.rollback()


def test_caller_is_not_held_by_the_limits(
    session: Session, place: Community, wish: NewOrder
) -> None:
    session.add(LimitRule(kind="order_all", per_day=0))
    session.commit()
    desk = actor_for(coordinator(session, place.here), "coordinator", place.here)
    assert put(session, replace(wish, source="phone"), actor=desk).state == "open"


def test_urgent_order_is_told_to_the_coordinators(
    session: Session, place: Community, wish: NewOrder
) -> None:
    chief = coordinator(session, place.here)
    coordinator(session, place.other)
    put(session, replace(wish, urgency="urgent"))
    assert told(session) == [("coordinator_attention", chief.phone)]


def test_personal_columns_are_encrypted(session: Session, wish: NewOrder) -> None:
    put(session, replace(wish, name="陈阿姨"))
    raw = session.connection().exec_driver_sql(
        "SELECT name, phone, need, address, arrival_code FROM help_request"
    )
    stored = b"".join(bytes(value) for value in raw.one())
    for plain in ("陈阿姨", "7409998877", "降压药", "502"):
        assert plain.encode() not in stored
