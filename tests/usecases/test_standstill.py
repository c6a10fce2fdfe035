"""When nobody looked for a while, the next look asks what was left out, before the coordinator."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, match_of, me, told
from tests.usecases.live import live

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Person:
    return coordinator(session, place.here)


@pytest.fixture
def people(session: Session, place: Community) -> list[Person]:
    return [volunteer(session, place, north_m=60 * n) for n in range(1, 12)]


def asked(session: Session, one: HelpRequest) -> int:
    session.refresh(one)
    return session.scalar(select(func.count()).where(Match.request_id == one.id)) or 0


@pytest.mark.parametrize("urgency", ["ordinary", "urgent"])
def test_others_are_asked_before_the_coordinator_is(
    session: Session, place: Community, boss: Person, people: list[Person], urgency: str
) -> None:
    one = request(session, place, urgency=urgency)
    live(session, NOW, NOW)
    first = asked(session, one)
    live(session, NOW + HOUR, NOW + HOUR)
    assert asked(session, one) > first and one.attention is None
    assert told(session, person=boss) == []


def test_the_first_look_after_somebody_gave_it_back_asks_as_if_it_had_come_in_now(
    session: Session, place: Community, boss: Person, people: list[Person]
) -> None:
    one = request(session, place)
    live(session, NOW, NOW)
    match = match_of(session, one, people[0])
    actor = me(people[0], place)
    accept_match(Context(session, actor, NOW + MINUTE), match_id=match.id)
    session.commit()
    live(session, NOW + MINUTE, NOW + 2 * MINUTE)
    give_up(Context(session, actor, NOW + 10 * MINUTE), match_id=match.id)
    session.commit()
    late = NOW + 2 * HOUR
    live(session, late, late)
    sent = session.scalars(select(Match.sent_at).where(Match.state == "sent"))
    assert set(sent) == {late} and one.attention is None
    assert told(session, person=boss) == ["coordinator_attention"]


def test_an_urgent_order_that_became_pressing_meanwhile_begins_with_the_first_look(
    session: Session, place: Community, boss: Person, people: list[Person]
) -> None:
    start = NOW + 3 * HOUR
    one = request(session, place, urgency="urgent", wanted_from=start, wanted_to=start + HOUR)
    live(session, NOW, NOW)
    first = asked(session, one)
    live(session, NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert asked(session, one) > first and one.attention is None
    assert told(session, person=boss) == []


def test_a_look_that_somebody_else_woke_is_not_late(
    session: Session, place: Community, boss: Person, people: list[Person]
) -> None:
    """Whoever comes free makes the order due from when it was ordered."""
    one = request(session, place)
    live(session, NOW, NOW + 20 * MINUTE)
    one.next_action_at = NOW
    session.commit()
    process_deadline(Context(session, HOUSE, NOW + 20 * MINUTE), request_id=one.id)
    session.commit()
    assert asked(session, one) == 3 and one.phases_from is None


def test_the_coordinator_is_still_told_in_time_when_nobody_stood_still(
    session: Session, place: Community, boss: Person, people: list[Person]
) -> None:
    one = request(session, place)
    live(session, NOW, NOW + 2 * HOUR)
    session.refresh(one)
    assert one.attention == "nobody_near" and one.phases_from is None
    assert told(session, person=boss)[0] == "coordinator_attention"
