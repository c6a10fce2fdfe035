"""Addresses: the gazetteer first, then cached answers, else a pin by a coordinator."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.models import GeocodeAnswer, Place
from app.core.actor import resident, system
from app.core.context import Context
from app.core.errors import NotAllowed
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.trail.models import Event
from app.usecases.requests.locate_requests import (
    Located,
    known_place,
    record_location,
    store_answer,
    to_locate,
    was_asked,
)
from tests.factories import HOME, NOW, Community, community, coordinator, request

JOBS = system("jobs")
SOON = NOW + timedelta(minutes=1)
DUE = NOW + timedelta(hours=2)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def lost(session: Session, place: Community) -> HelpRequest:
    return waiting(session, place)


def waiting(session: Session, place: Community, state: str = "open") -> HelpRequest:
    return request(
        session,
        place,
        state=state,
        place_state="to_geocode",
        lat=None,
        lon=None,
        area_id=place.district.id,
        area_path=place.district.path,
        address="龙华民治大道8号",
        next_action_at=DUE,
    )


def told(session: Session) -> list[str]:
    return [row.address for row in session.scalars(select(Notification))]


def test_what_nobody_looked_up_is_listed(
    session: Session, place: Community, lost: HelpRequest
) -> None:
    second = waiting(session, place)
    waiting(session, place, "cancelled")
    request(session, place)
    assert to_locate(session, limit=9) == [
        (lost.id, "龙华民治大道8号"),
        (second.id, "龙华民治大道8号"),
    ]
    assert len(to_locate(session, limit=1)) == 1


@pytest.mark.parametrize(
    "address", ["民乐老村3栋", "龙华区民乐老村 3 号楼 502 室", "民治街道民乐老村三栋"]
)
def test_gazetteer_knows_the_longest_name_in_an_address(
    session: Session, place: Community, address: str
) -> None:
    known = known_place(session, address)
    assert known is not None
    assert (known.place_id, known.lat, known.source) == (
        place.building.id,
        place.building.lat,
        "gazetteer",
    )


def test_estate_is_found_where_the_building_is_not_known(
    session: Session, place: Community
) -> None:
    known = known_place(session, "民乐老村 19 栋 101")
    assert known is not None and known.place_id == place.estate.id


def test_two_places_of_one_name_are_no_answer(session: Session, place: Community) -> None:
    session.add(
        Place(
            public_code="twin",
            area_id=place.other.id,
            area_path=place.other.path,
            kind="estate",
            name="民乐老村",
            search_key="民乐老村",
            rough_name="民乐老村",
            lat=HOME[0] + 0.06,
            lon=HOME[1],
        )
    )
    session.commit()
    assert known_place(session, "民乐老村 19 栋") is None
    assert known_place(session, "") is None


def test_answer_of_a_geocoder_is_kept_under_a_hash(session: Session, place: Community) -> None:
    answer = Located(*HOME, "amap", "")
    store_answer(session, address="民治大道 8 号", answer=answer, now=NOW)
    session.commit()
    assert known_place(session, "民治大道8号") == answer
    assert known_place(session, "民治大道9号") is None
    assert "民治" not in session.scalars(select(GeocodeAnswer.address_hash)).one()


def test_unknown_address_is_asked_again_after_a_day(session: Session, place: Community) -> None:
    assert not was_asked(session, "某处", now=NOW)
    store_answer(session, address="某处", answer=None, now=NOW)
    assert was_asked(session, "某处")
    assert was_asked(session, "某处", now=NOW + timedelta(hours=23))
    tomorrow = NOW + timedelta(days=1)
    assert not was_asked(session, "某处", now=tomorrow)
    store_answer(session, address="某处", answer=Located(*HOME, "amap", ""), now=tomorrow)
    session.commit()
    known = known_place(session, "某处")
    assert known is not None and not was_asked(session, "某处", now=tomorrow)
    store_answer(session, address="某处", answer=None, now=tomorrow)
    assert known_place(session, "某处") == known


def test_found_request_moves_to_its_area_and_is_looked_at(
    session: Session, place: Community, lost: HelpRequest
) -> None:
    record_location(
        Context(session, JOBS, SOON), request_id=lost.id, answer=Located(*HOME, "amap", "")
    )
    session.commit()
    assert (lost.place_state, lost.area_path, lost.rough_place) == (
        "known",
        place.here.path,
        "民乐社区",
    )
    assert (lost.lat, lost.lon, lost.next_action_at, lost.version) == (*HOME, SOON, 2)
    line = session.scalars(select(Event)).one()
    assert (line.kind, line.details) == ("help_request.located", {"source": "amap"})
    assert told(session) == []


def test_gazetteer_answer_brings_the_name_of_the_estate(
    session: Session, place: Community, lost: HelpRequest
) -> None:
    record_location(
        Context(session, JOBS, SOON), request_id=lost.id, answer=known_place(session, "民乐老村3栋")
    )
    assert (lost.place_id, lost.rough_place) == (place.building.id, "民乐老村")


def test_urgent_request_is_told_to_the_coordinators_of_where_it_is(
    session: Session, place: Community, lost: HelpRequest
) -> None:
    chief = coordinator(session, place.here)
    lost.urgency = "urgent"
    session.commit()
    record_location(
        Context(session, JOBS, SOON), request_id=lost.id, answer=Located(*HOME, "amap", "")
    )
    assert told(session) == [chief.phone]


@pytest.mark.parametrize("answer", [None, Located(39.9, 116.4, "amap", "")])
def test_no_answer_or_one_elsewhere_asks_a_coordinator_for_a_pin(
    session: Session, place: Community, lost: HelpRequest, answer: Located | None
) -> None:
    chief = coordinator(session, place.district)
    record_location(Context(session, JOBS, SOON), request_id=lost.id, answer=answer)
    session.commit()
    assert (lost.place_state, lost.attention, lost.lat) == ("needs_pin", "needs_pin", None)
    assert told(session) == [chief.phone]
    assert session.scalars(select(Event.kind)).one() == "help_request.not_located"


def test_late_answer_moves_nothing(session: Session, place: Community) -> None:
    one = request(session, place)
    record_location(
        Context(session, JOBS, SOON), request_id=one.id, answer=Located(22.7, 114.1, "amap", "")
    )
    record_location(Context(session, JOBS, SOON), request_id=10**9, answer=None)
    session.commit()
    assert (one.version, one.area_id) == (1, place.here.id)
    assert session.scalars(select(Event)).all() == []


def test_only_the_house_or_a_coordinator_locates(session: Session, lost: HelpRequest) -> None:
    with pytest.raises(NotAllowed):
        record_location(Context(session, resident("web"), SOON), request_id=lost.id, answer=None)
