"""Coordinators who approve matches are notified at once if nobody fits; it is checked again."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, told


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def tick(session: Session, at: datetime) -> None:
    for request_id in due_deadlines(session, now=at):
        process_deadline(Context(session, HOUSE, at), request_id=request_id)
        session.commit()


def by_hand(session: Session, place: Community) -> HelpRequest:
    return request(session, place, of=place.visit)


def test_nobody_fits_is_said_at_once_and_once(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    one = by_hand(session, place)
    tick(session, NOW)
    session.refresh(one)
    assert told(session, person=chief) == ["coordinator_attention"]
    assert one.attention == "nobody_near"
    assert one.next_action_at == NOW + 15 * MINUTE
    for minute in range(1, 60):
        tick(session, NOW + minute * MINUTE)
    assert len(session.scalars(select(Notification)).all()) == 1


def test_whoever_comes_later_is_proposed_at_the_next_look(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here)
    one = by_hand(session, place)
    tick(session, NOW)
    late = volunteer(session, place)
    tick(session, NOW + 16 * MINUTE)
    session.refresh(one)
    assert session.scalars(select(Match.person_id)).all() == [late.id]
    assert (one.attention, one.state) == (None, "open")
    assert told(session, person=chief) == ["coordinator_attention"] * 2


def test_if_nobody_is_near_it_looks_farther(session: Session, place: Community) -> None:
    coordinator(session, place.here)
    reach = place.visit.radius_m
    far = volunteer(session, place, north_m=reach * 3, offer={"radius_m": reach * 4})
    by_hand(session, place)
    tick(session, NOW)
    assert session.scalars(select(Match.person_id)).all() == [far.id]
