"""Amending a request: its place, its contents, its deadline, a note."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.datum import Datum, from_wgs84
from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, Refused, Stale
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.help_requests.queries import notes_of
from app.notifications.models import Notification
from app.trail.models import Event
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.extend_deadline import extend_deadline
from app.usecases.requests.set_pin import set_pin
from app.usecases.requests.write_note import write_note
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    take,
    volunteer,
)

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def desk(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [(row.template, row.address) for row in rows]


def pin(session: Session, desk: Actor, one: HelpRequest, **given: Any) -> None:
    values = {"lat": HOME[0], "lon": HOME[1], "datum": Datum.WGS84, "version": 1, **given}
    set_pin(Context(session, desk, SOON), request_id=one.id, **values)
    session.commit()


def mend(session: Session, desk: Actor, one: HelpRequest, **given: Any) -> None:
    values = {"version": one.version, "now": SOON, **given}
    at = values.pop("now")
    change_request(Context(session, desk, at), request_id=one.id, **values)
    session.commit()


def wrong(session: Session, desk: Actor, one: HelpRequest, **given: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        mend(session, desk, one, **given)
    return set(refused.value.fields)


def test_pin_puts_the_request_on_the_map(session: Session, place: Community, desk: Actor) -> None:
    lost: dict[str, Any] = {
        "lat": None,
        "lon": None,
        "place_state": "needs_pin",
        "attention": "needs_pin",
    }
    one = request(session, place, next_action_at=NOW + timedelta(hours=2), **lost)
    pin(session, desk, one)
    assert (one.lat, one.lon, one.place_state) == (*HOME, "known")
    assert (one.attention, one.next_action_at, one.version) == (None, SOON, 2)
    line = session.scalars(select(Event)).one()
    assert line.kind == "help_request.place_set"
    assert line.details == {"area": place.here.id, "datum": "wgs84"}


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_pin_of_another_datum_is_converted(
    session: Session, place: Community, desk: Actor, datum: Datum
) -> None:
    one = request(session, place)
    lat, lon = from_wgs84(*HOME, datum)
    assert abs(lat - HOME[0]) > 0.001
    pin(session, desk, one, lat=lat, lon=lon, datum=datum)
    assert one.lat == pytest.approx(HOME[0], abs=1e-7)
    assert one.lon == pytest.approx(HOME[1], abs=1e-7)


def test_pin_in_the_same_area_keeps_the_name_of_the_estate(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place)
    pin(session, desk, one)
    assert one.rough_place == "民乐老村"


def test_pin_in_another_area_hands_the_request_over(
    session: Session, place: Community, desk: Actor
) -> None:
    there = coordinator(session, place.other)
    one = request(session, place, attention="not_understood")
    pin(session, desk, one, lat=HOME[0] + 0.06)
    assert (one.area_id, one.area_path) == (place.other.id, place.other.path)
    assert one.rough_place == "民强社区"
    assert told(session) == [("coordinator_attention", there.phone)]
    with pytest.raises(NotAllowed):
        pin(session, desk, one, version=2)


def test_pin_outside_of_every_area_is_refused(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place)
    with pytest.raises(Invalid) as refused:
        pin(session, desk, one, lat=39.9, lon=116.4)
    assert set(refused.value.fields) == {"place"} and one.version == 1


def test_stale_tab_and_strangers_change_nothing(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place)
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    with pytest.raises(Stale):
        pin(session, desk, one, version=7)
    with pytest.raises(Stale):
        mend(session, desk, one, version=7, need="买菜")
    for actor in (other, resident("web")):
        with pytest.raises(NotAllowed):
            pin(session, actor, one)
        with pytest.raises(NotAllowed):
            mend(session, actor, one, need="买菜")
        with pytest.raises(NotAllowed):
            write_note(Context(session, actor, SOON), request_id=one.id, text="看过")
    session.refresh(one)
    assert (one.version, one.need) == (1, "买一盒降压药")


def test_request_that_is_over_is_not_changed(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, state="closed")
    with pytest.raises(Refused):
        mend(session, desk, one, need="买菜")
    with pytest.raises(Refused):
        pin(session, desk, one)


def test_contents_change_and_the_trail_names_the_fields(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place)
    start, end = NOW + timedelta(hours=6), NOW + timedelta(hours=9)
    mend(
        session,
        desk,
        one,
        need=" 买两盒 ",
        urgency="urgent",
        address="民乐老村4栋101",
        wanted_from=start,
        wanted_to=end,
    )
    assert (one.need, one.urgency, one.address) == ("买两盒", "urgent", "民乐老村4栋101")
    assert (one.wanted_from, one.wanted_to, one.version) == (start, end, 2)
    line = session.scalars(select(Event)).one()
    assert line.details == {"fields": ["address", "need", "urgency", "wanted_from", "wanted_to"]}


def test_nothing_new_changes_nothing(session: Session, place: Community, desk: Actor) -> None:
    one = request(session, place)
    mend(session, desk, one, need=one.need, urgency=one.urgency, volunteers_needed=1)
    mend(session, desk, one)
    assert one.version == 1 and session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"need": "  "}, "need"),
        ({"need": "a" * 1001}, "need"),
        ({"urgency": "soonish"}, "urgency"),
        ({"volunteers_needed": 0}, "volunteers_needed"),
        ({"volunteers_needed": 21}, "volunteers_needed"),
        ({"category_id": 10**9}, "category"),
        ({"address": "a" * 201}, "address"),
        ({"wanted_to": NOW - timedelta(hours=1)}, "wanted"),
        ({"wanted_from": NOW + timedelta(hours=5)}, "wanted"),
    ],
)
def test_wrong_contents_are_said_at_their_field(
    session: Session, place: Community, desk: Actor, given: dict[str, Any], field: str
) -> None:
    one = request(session, place)
    assert wrong(session, desk, one, **given) == {field}
    session.refresh(one)
    assert one.version == 1


def test_new_category_brings_its_mode_and_urgency(
    session: Session, place: Community, desk: Actor
) -> None:
    place.visit.urgency = "planned"
    one = request(session, place)
    raised = request(session, place, urgency="urgent")
    for each in (one, raised):
        mend(session, desk, each, category_id=place.visit.id)
    assert (one.category_id, one.auto_dispatch, one.urgency) == (place.visit.id, False, "planned")
    assert raised.urgency == "urgent"


def test_address_of_a_request_without_a_place_is_looked_up(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, lat=None, lon=None, place_state="needs_pin")
    known = request(session, place)
    for each in (one, known):
        mend(session, desk, each, address="民乐老村5栋")
    assert (one.place_state, known.place_state) == ("to_geocode", "known")


def test_later_wish_gives_an_accepted_request_a_later_deadline(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, state="assigned", places_taken=1)
    start = NOW + timedelta(hours=3)
    mend(session, desk, one, wanted_from=start)
    assert one.due_at == one.next_action_at == start + timedelta(minutes=60)


def test_fewer_volunteers_who_are_all_found_assign_the_request(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, state="matching", volunteers_needed=2, places_taken=1)
    coming, asked = volunteer(session, place), volunteer(session, place)
    states = ((coming, "accepted"), (asked, "sent"))
    matches = [
        Match(
            token=f"t{who.id}",
            request_id=one.id,
            person_id=who.id,
            state=state,
            place_no=None,
            reply_number=40 + who.id % 10,
            made_at=NOW,
        )
        for who, state in states
    ]
    session.add_all(matches)
    take(session, matches[0])
    assert wrong(session, desk, one, volunteers_needed=0) == {"volunteers_needed"}
    mend(session, desk, one, volunteers_needed=1)
    session.refresh(one)
    assert (one.state, one.volunteers_needed, one.places_taken) == ("assigned", 1, 1)
    for match in matches:
        session.refresh(match)
    assert [match.state for match in matches] == ["accepted", "expired"]
    assert matches[1].end_reason == "fewer_needed"
    assert ("match_not_needed", asked.phone) in told(session)
    assert ("request_matched", one.phone) in told(session)
    assert coming.phone not in [address for _, address in told(session)]


def test_more_volunteers_send_an_assigned_request_back_to_matching(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, state="assigned", places_taken=1)
    mend(session, desk, one, volunteers_needed=2)
    session.refresh(one)
    assert (one.state, one.places_taken, one.next_action_at) == ("matching", 1, SOON)
    done = request(session, place, state="finished", places_taken=1)
    assert wrong(session, desk, done, volunteers_needed=2) == {"volunteers_needed"}


def extend(session: Session, desk: Actor, one: HelpRequest, **given: Any) -> None:
    values = {"version": one.version, "minutes": 30, "reason": "家属在路上", "now": SOON, **given}
    at = values.pop("now")
    extend_deadline(Context(session, desk, at), request_id=one.id, **values)
    session.commit()


def test_deadline_is_extended_before_it_passes(
    session: Session, place: Community, desk: Actor
) -> None:
    due = NOW + timedelta(hours=2)
    one = request(session, place, next_action_at=due)
    sooner = request(session, place, next_action_at=NOW + timedelta(minutes=9))
    extend(session, desk, one)
    extend(session, desk, sooner)
    assert one.due_at == one.next_action_at == due + timedelta(minutes=30)
    assert sooner.next_action_at == NOW + timedelta(minutes=9)
    line = session.scalars(select(Event)).first()
    assert line is not None and line.kind == "help_request.deadline_extended"
    assert line.details == {"minutes": 30} and line.note_digest is not None


def test_deadline_that_passed_is_not_extended(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, due_at=SOON)
    with pytest.raises(Refused):
        extend(session, desk, one)
    extend(session, desk, one, now=SOON - timedelta(seconds=1))
    without = request(session, place, due_at=None)
    with pytest.raises(Refused):
        extend(session, desk, without)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 7 * 1440 + 1}, "minutes"),
        ({"minutes": 10**15}, "minutes"),
    ],
)
def test_extension_needs_a_reason_and_a_sensible_time(
    session: Session, place: Community, desk: Actor, given: dict[str, Any], field: str
) -> None:
    one = request(session, place)
    with pytest.raises(Invalid) as refused:
        extend(session, desk, one, **given)
    assert set(refused.value.fields) == {field}


def test_note_is_kept_in_order_and_encrypted(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place, state="closed")
    for words in ("打过电话，没人接", "第二次接了"):
        write_note(Context(session, desk, SOON), request_id=one.id, text=words)
    session.commit()
    assert [note.text for note in notes_of(session, one.id)] == ["打过电话，没人接", "第二次接了"]
    raw = session.connection().exec_driver_sql("SELECT text FROM request_note").first()
    assert raw is not None and "电话".encode() not in bytes(raw[0])
    for words in (" ", "a" * 1001):
        with pytest.raises(Invalid):
            write_note(Context(session, desk, SOON), request_id=one.id, text=words)
