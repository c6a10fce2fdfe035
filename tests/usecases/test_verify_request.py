"""Verifying (审单): approve, reject with a reason, link and unlink duplicates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.help_requests.queries import duplicates_of
from app.notifications.models import Notification
from app.trail.models import Event, EventNote
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.follow_request import follow_request
from app.usecases.requests.verify_request import (
    approve_request,
    link_duplicate,
    reject_request,
    unlink_duplicate,
)
from tests.databases import Database
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def desk(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def waiting(session: Session, place: Community, **values: Any) -> HelpRequest:
    return request(session, place, **{"state": "submitted", "next_action_at": None, **values})


def reread(session: Session, one: HelpRequest) -> HelpRequest:
    session.commit()
    session.refresh(one)
    return one


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [(row.template, row.address) for row in rows]


def test_approved_goes_on_to_dispatch(session: Session, place: Community, desk: Actor) -> None:
    one = waiting(session, place, attention="not_understood")
    approve_request(Context(session, desk, SOON), request_id=one.id, version=one.version)
    reread(session, one)
    assert (one.state, one.state_since, one.attention) == ("open", SOON, None)
    assert (one.next_action_at, one.due_at) == (SOON, SOON + timedelta(hours=2))
    assert told(session) == [("request_open", one.phone)]
    line = session.scalars(select(Event)).one()
    assert (line.kind, line.actor_id) == ("help_request.approve", desk.person_id)


def test_approved_without_a_place_still_needs_a_pin(
    session: Session, place: Community, desk: Actor
) -> None:
    one = waiting(session, place, place_state="needs_pin", lat=None, lon=None)
    asked = waiting(session, place, place_state="to_geocode", lat=None, lon=None)
    for each in (one, asked):
        approve_request(Context(session, desk, SOON), request_id=each.id, version=1)
    assert reread(session, one).attention == "needs_pin"
    assert reread(session, asked).attention is None


def test_two_coordinators_on_one_case(session: Session, place: Community, desk: Actor) -> None:
    one = waiting(session, place)
    approve_request(Context(session, desk, SOON), request_id=one.id, version=1)
    session.commit()
    with pytest.raises(Stale):
        reject_request(Context(session, desk, SOON), request_id=one.id, version=1, reason="重复")
    with pytest.raises(Stale):
        approve_request(Context(session, desk, SOON), request_id=one.id, version=None)
    assert reread(session, one).state == "open" and one.reason is None


def test_approval_and_rejection_at_once_have_one_winner(
    database: Database, session: Session, place: Community, desk: Actor
) -> None:
    one = waiting(session, place)
    given: dict[str, Any] = {"request_id": one.id, "version": 1}
    session.rollback()

    def decide(number: int) -> bool:
        with database.new_session() as own:
            try:
                if number % 2:
                    approve_request(Context(own, desk, SOON), **given)
                else:
                    reject_request(Context(own, desk, SOON), reason="重复", **given)
            except Stale:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, range(16))) == 1
    session.refresh(one)
    assert one.version == 2 and len(session.scalars(select(Event)).all()) == 1
    assert len(told(session)) == 1


def test_only_coordinators_of_the_area_verify(session: Session, place: Community) -> None:
    one = waiting(session, place)
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    helper = actor_for(volunteer(session, place), "volunteer", place.here)
    for actor in (other, helper, resident("web")):
        with pytest.raises(NotAllowed):
            approve_request(Context(session, actor, SOON), request_id=one.id, version=1)
        with pytest.raises(NotAllowed):
            reject_request(Context(session, actor, SOON), request_id=one.id, version=1, reason="不")
    assert reread(session, one).state == "submitted"


def test_administrator_of_an_area_above_may_verify(session: Session, place: Community) -> None:
    one = waiting(session, place)
    chief = actor_for(coordinator(session, place.district), "administrator", place.district)
    approve_request(Context(session, chief, SOON), request_id=one.id, version=1)
    assert reread(session, one).state == "open"
    with pytest.raises(NotFound):
        approve_request(Context(session, chief, SOON), request_id=10**9, version=1)


def test_rejection_has_a_reason_that_its_resident_sees(
    session: Session, place: Community, desk: Actor
) -> None:
    one = waiting(session, place)
    reject_request(Context(session, desk, SOON), request_id=one.id, version=1, reason=" 请打 120 ")
    reread(session, one)
    assert (one.state, one.due_at, one.next_action_at) == ("rejected", None, None)
    seen = follow_request(session, one.code, "zh_Hans")
    assert seen is not None and (seen.state, seen.reason) == ("rejected", "请打 120")
    assert told(session) == [("request_rejected", one.phone)]
    assert session.scalars(select(EventNote.text)).one() == "请打 120"
    assert "请打" not in str(session.scalars(select(Event)).one().details)


@pytest.mark.parametrize("reason", ["", " \n", "长" * 301])
def test_rejection_without_a_usable_reason_is_refused(
    session: Session, place: Community, desk: Actor, reason: str
) -> None:
    one = waiting(session, place)
    with pytest.raises(Invalid) as refused:
        reject_request(Context(session, desk, SOON), request_id=one.id, version=1, reason=reason)
    assert set(refused.value.fields) == {"reason"}
    assert reread(session, one).state == "submitted"


def test_rejected_withdraws_what_was_proposed(
    session: Session, place: Community, desk: Actor
) -> None:
    one = request(session, place)
    helper = volunteer(session, place)
    match = Match(token="t", request_id=one.id, person_id=helper.id, state="proposed", made_at=NOW)
    session.add(match)
    session.commit()
    reject_request(Context(session, desk, SOON), request_id=one.id, version=1, reason="不需要")
    session.commit()
    session.refresh(match)
    assert (match.state, match.end_reason) == ("withdrawn", "rejected")
    assert ("match_request_cancelled", helper.phone) not in told(session)


def test_same_phone_is_suggested_as_a_duplicate(session: Session, place: Community) -> None:
    one = waiting(session, place, lat=None, lon=None)
    same = waiting(session, place, phone=one.phone, submitted_at=NOW + timedelta(days=1))
    waiting(session, place, phone=one.phone, submitted_at=NOW + timedelta(days=3))
    waiting(session, place, phone=one.phone, state="closed")
    waiting(session, place)
    assert [line.id for line in duplicates_of(session, one)] == [same.id]


def test_same_place_and_category_near_in_time_is_suggested(
    session: Session, place: Community
) -> None:
    one = waiting(session, place)
    near = waiting(session, place, lat=(one.lat or 0) + 0.0005)
    waiting(session, place, lat=(one.lat or 0) + 0.002)
    waiting(session, place, of=place.visit)
    waiting(session, place, submitted_at=NOW - timedelta(hours=13))
    assert [line.id for line in duplicates_of(session, one)] == [near.id]


def test_linked_request_shows_the_state_of_the_first(
    session: Session, place: Community, desk: Actor
) -> None:
    first = request(session, place, state="assigned", places_taken=1)
    one = waiting(session, place)
    link_duplicate(Context(session, desk, SOON), request_id=one.id, of_id=first.id, version=1)
    assert reread(session, one).duplicate_of == first.id
    seen = follow_request(session, one.code, "en")
    assert seen is not None
    assert (seen.code, seen.state, seen.own_state) == (one.code, "assigned", "rejected")
    assert seen.arrival_code is None
    line = session.scalars(select(Event)).one()
    assert line.details["duplicate_of"] == first.id


def test_link_needs_another_live_request(session: Session, place: Community, desk: Actor) -> None:
    one = waiting(session, place)
    over = request(session, place, state="closed")
    linked = waiting(session, place)
    link_duplicate(Context(session, desk, SOON), request_id=linked.id, of_id=one.id, version=1)
    session.commit()
    for of_id in (one.id, over.id, linked.id):
        with pytest.raises(Refused):
            link_duplicate(Context(session, desk, SOON), request_id=one.id, of_id=of_id, version=1)
    abroad = request(session, place, area_id=place.other.id, area_path=place.other.path)
    with pytest.raises(NotAllowed):
        link_duplicate(Context(session, desk, SOON), request_id=one.id, of_id=abroad.id, version=1)


def test_links_do_not_form_chains(session: Session, place: Community, desk: Actor) -> None:
    first, second, third = (waiting(session, place) for _ in range(3))
    link_duplicate(Context(session, desk, SOON), request_id=third.id, of_id=second.id, version=1)
    link_duplicate(Context(session, desk, SOON), request_id=second.id, of_id=first.id, version=1)
    assert reread(session, third).duplicate_of == first.id


def test_unlinked_request_waits_to_be_verified_again(
    session: Session, place: Community, desk: Actor
) -> None:
    first, one = waiting(session, place), waiting(session, place)
    link_duplicate(Context(session, desk, NOW), request_id=one.id, of_id=first.id, version=1)
    session.commit()
    with pytest.raises(Stale):
        unlink_duplicate(Context(session, desk, SOON), request_id=one.id, version=1)
    unlink_duplicate(Context(session, desk, SOON), request_id=one.id, version=2)
    reread(session, one)
    assert (one.state, one.duplicate_of, one.state_since) == ("submitted", None, SOON)
    assert one.due_at == one.next_action_at == SOON + timedelta(minutes=30)
    kinds = session.scalars(select(Event.kind).where(Event.subject_id == str(one.id))).all()
    assert kinds == ["help_request.reject", "help_request.unlink"]
    with pytest.raises(Stale):
        unlink_duplicate(Context(session, desk, SOON), request_id=one.id, version=3)


def test_plain_rejection_cannot_be_unlinked(
    session: Session, place: Community, desk: Actor
) -> None:
    one = waiting(session, place)
    reject_request(Context(session, desk, NOW), request_id=one.id, version=1, reason="不")
    session.commit()
    with pytest.raises(Stale):
        unlink_duplicate(Context(session, desk, SOON), request_id=one.id, version=2)


@pytest.mark.parametrize("rejected", [True, False])
def test_linked_requests_of_others_outlive_the_first(
    session: Session, place: Community, desk: Actor, rejected: bool
) -> None:
    first, neighbour = waiting(session, place), waiting(session, place)
    own = waiting(session, place, phone=first.phone)
    for one in (neighbour, own):
        link_duplicate(Context(session, desk, NOW), request_id=one.id, of_id=first.id, version=1)
    session.commit()
    if rejected:
        reject_request(Context(session, desk, SOON), request_id=first.id, version=1, reason="不")
    else:
        cancel_request(Context(session, resident("web"), SOON), code=first.code, why="")
    assert reread(session, neighbour).state == "submitted" and neighbour.duplicate_of is None
    assert reread(session, own).state == "rejected" and own.duplicate_of == first.id
