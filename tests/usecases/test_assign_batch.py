"""Requests that can wait are assigned together, offered to volunteers, and never forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match, Wave
from app.help_requests.models import HelpRequest
from app.matching.batch_window import HOLD
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.assign_batch import send_assigned
from app.usecases.dispatch.gather_batch import Assigned, gather_batch
from app.usecases.requests.process_deadlines import process_deadline
from tests.databases import Database
from tests.factories import HOME, NOW, Community, community, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, match_of, me, told
from tests.usecases.test_accept_at_once import all_at_once

DUE = NOW + HOLD


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def planned(session: Session, place: Community, north_m: float = 0, **more: object) -> HelpRequest:
    later = {"wanted_from": NOW + timedelta(hours=5), "wanted_to": NOW + timedelta(hours=7)}
    return request(
        session,
        place,
        lat=HOME[0] + north_m / 111_195,
        urgency="planned",
        **{**later, **more},  # type: ignore[arg-type]
    )


def send(session: Session, some: list[Assigned]) -> None:
    for one in some:
        send_assigned(
            Context(session, HOUSE, DUE), request_id=one.request_id, person_ids=one.person_ids
        )
        session.commit()


def pairs(session: Session) -> set[tuple[int, int]]:
    rows = session.execute(select(Match.request_id, Match.person_id))
    return {(row.request_id, row.person_id) for row in rows}


def test_both_are_served_where_one_by_one_would_serve_one(
    session: Session, place: Community
) -> None:
    middle = volunteer(session, place, north_m=500)
    short = volunteer(session, place, north_m=0, offer={"radius_m": 400})
    near_both = planned(session, place, north_m=300)
    only_middle = planned(session, place, north_m=900)
    assert gather_batch(session, now=NOW + MINUTE) == []
    send(session, gather_batch(session, now=DUE))
    assert pairs(session) == {(near_both.id, short.id), (only_middle.id, middle.id)}
    for one in (near_both, only_middle):
        session.refresh(one)
        assert (one.state, one.next_action_at) == ("matching", DUE + 30 * MINUTE)
    assert set(session.scalars(select(Wave.audience))) == {"batch"}
    assert told(session, person=middle) == ["match_asked"]
    assert gather_batch(session, now=DUE) == []


def test_urgent_now_and_manual_are_not_held(session: Session, place: Community) -> None:
    volunteer(session, place)
    request(session, place)
    planned(session, place, auto_dispatch=False)
    request(session, place, urgency="urgent", wanted_from=NOW + timedelta(hours=9))
    assert gather_batch(session, now=DUE) == []


def test_limits_hold_and_nobody_is_asked_about_two_things_at_once(
    session: Session, place: Community
) -> None:
    one = volunteer(session, place, offer={"max_load": 5})
    first, second = planned(session, place), planned(session, place)
    found = {each.request_id: each.person_ids for each in gather_batch(session, now=DUE)}
    assert sorted(found.values()) == [(), (one.id,)]
    send(session, gather_batch(session, now=DUE))
    # Nobody is asked about the other in the same second: it waits for the next batches.
    assert len(pairs(session)) == 1
    (waits,) = {first.id, second.id} - {request_id for request_id, _ in pairs(session)}
    other = session.get_one(HelpRequest, waits, populate_existing=True)
    # An eighth of the five hours that were left.
    later = NOW + timedelta(minutes=37.5)
    assert (other.state, other.next_action_at) == ("open", later)
    match = session.scalars(select(Match)).one()
    match.state = "declined"
    session.commit()
    (again,) = gather_batch(session, now=DUE + MINUTE)
    assert (again.request_id, again.person_ids) == (other.id, (one.id,))


def test_a_task_of_another_day_takes_no_room(session: Session, place: Community) -> None:
    who = volunteer(session, place, offer={"max_load": 1})
    day = timedelta(days=1)
    far = planned(
        session, place, wanted_from=NOW + 2 * day, wanted_to=NOW + 2 * day + timedelta(hours=2)
    )
    send(session, gather_batch(session, now=DUE))
    match = match_of(session, far, who)
    accept_match(Context(session, me(who, place), DUE), match_id=match.id)
    session.commit()
    today = planned(session, place)
    (found,) = gather_batch(session, now=DUE + MINUTE)
    assert (found.request_id, found.person_ids) == (today.id, (who.id,))


def test_what_no_batch_could_place_goes_out_alone_in_the_end(
    session: Session, place: Community
) -> None:
    volunteer(session, place, offer={"max_load": 5})
    for _ in range(2):
        planned(session, place)
    send(session, gather_batch(session, now=DUE))
    later = NOW + timedelta(minutes=37.5)
    (left,) = gather_batch(session, now=later)
    assert left.person_ids == ()
    send_assigned(Context(session, HOUSE, later), request_id=left.request_id, person_ids=())
    session.commit()
    assert len(pairs(session)) == 2


def test_places_of_one_request_go_to_different_people(session: Session, place: Community) -> None:
    people = {volunteer(session, place, north_m=100 * n).id for n in (1, 2, 3)}
    two = planned(session, place, volunteers_needed=2)
    (found,) = gather_batch(session, now=DUE)
    assert (found.request_id, len(set(found.person_ids))) == (two.id, 2)
    assert set(found.person_ids) <= people


def test_who_may_no_longer_be_asked_is_not_asked(session: Session, place: Community) -> None:
    gone, other = (volunteer(session, place, north_m=metres) for metres in (100, 900))
    one = planned(session, place, north_m=90)
    (found,) = gather_batch(session, now=DUE)
    assert found.person_ids == (gone.id,)
    gone.state = "suspended"
    session.commit()
    send(session, [found])
    assert pairs(session) == {(one.id, other.id)}


def test_held_request_goes_out_by_itself_when_no_batch_comes(
    session: Session, place: Community
) -> None:
    volunteer(session, place)
    one = planned(session, place)
    process_deadline(Context(session, HOUSE, NOW), request_id=one.id)
    session.commit()
    session.refresh(one)
    assert one.state == "open" and one.next_action_at is not None and one.next_action_at > DUE
    process_deadline(Context(session, HOUSE, one.next_action_at), request_id=one.id)
    session.commit()
    session.refresh(one)
    assert one.state == "matching"


def test_refusal_of_the_assigned_asks_others_at_once(session: Session, place: Community) -> None:
    people = [volunteer(session, place, north_m=100 * n) for n in (1, 2, 3)]
    one = planned(session, place)
    send(session, gather_batch(session, now=DUE))
    match = session.scalars(select(Match)).one()
    match.state, match.end_reason, match.answered_at = "declined", "busy", DUE
    one.next_action_at = DUE
    session.commit()
    process_deadline(Context(session, HOUSE, DUE), request_id=one.id)
    session.commit()
    assert {person_id for _, person_id in pairs(session)} == {who.id for who in people}


def test_two_schedulers_ask_about_each_request_once(
    database: Database, session: Session, place: Community
) -> None:
    for n in (1, 2, 3):
        volunteer(session, place, north_m=100 * n)
    planned(session, place)
    (found,) = gather_batch(session, now=DUE)
    session.commit()
    all_at_once(database, [lambda own: send(own, [found])] * 4)
    assert len(pairs(session)) == 1
