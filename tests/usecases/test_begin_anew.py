"""When a coordinator makes a request urgent, its search restarts at once."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Escalation, Match
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, told
from tests.usecases.test_escalate_urgent import BOTH


def tick(session: Session, at: datetime) -> None:
    for request_id in due_deadlines(session, now=at):
        process_deadline(Context(session, HOUSE, at), request_id=request_id)
        session.commit()
    for request_id in due_escalations(session, now=at):
        escalate_request(Context(session, HOUSE, at), request_id=request_id, channels=BOTH)
        session.commit()


def make_urgent(session: Session, place: Community, one: HelpRequest, at: datetime) -> None:
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    change_request(Context(session, chief, at), request_id=one.id, version=None, urgency="urgent")
    session.commit()


def test_neighbours_are_asked_at_once_and_those_asked_are_told_again(session: Session) -> None:
    place = community(session)
    people = [volunteer(session, place, north_m=10 * n) for n in range(1, 11)]
    one = request(session, place)
    tick(session, NOW)
    asked = select(Match.person_id).order_by(Match.id)
    assert len(session.scalars(asked).all()) == 3
    at = NOW + 2 * MINUTE
    make_urgent(session, place, one, at)
    tick(session, at)
    assert len(session.scalars(asked).all()) > 3
    first = session.scalars(select(Match).order_by(Match.id)).first()
    assert first is not None and first.deadline_at == at + 10 * MINUTE
    who = next(one for one in people if one.id == first.person_id)
    assert told(session, person=who) == ["match_asked", "urgent_again"]
    escalation = session.scalars(select(Escalation)).one()
    assert (escalation.began_at, escalation.state) == (at, "running")


def test_what_was_left_to_the_coordinator_or_held_for_later_is_looked_at_now(
    session: Session,
) -> None:
    place = community(session)
    coordinator(session, place.here)
    in_vain = request(session, place)
    held = request(session, place, urgency="planned")
    tick(session, NOW)
    assert in_vain.attention == "nobody_near" and held.state == "open"
    volunteer(session, place, offer={"max_load": 9})
    at = NOW + 2 * MINUTE
    for one in (in_vain, held):
        make_urgent(session, place, one, at)
    tick(session, at)
    rows = session.scalars(select(Match.request_id).order_by(Match.request_id)).all()
    assert rows == [in_vain.id, held.id]


def test_urgent_for_tomorrow_waits_until_it_is_pressing(session: Session) -> None:
    place = community(session)
    wanted = NOW + timedelta(hours=20)
    one = request(session, place, wanted_from=wanted, wanted_to=wanted + timedelta(hours=1))
    make_urgent(session, place, one, NOW + MINUTE)
    tick(session, NOW + MINUTE)
    assert session.scalars(select(Escalation)).all() == []
    tick(session, wanted - timedelta(hours=2))
    assert session.scalars(select(Escalation.state)).all() == ["running"]
