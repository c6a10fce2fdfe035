"""A volunteer who becomes free is asked at once for what waits near by, the oldest first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, give_up, undo_acceptance
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.shared.wake_waiting import MOST_WOKEN, wake_waiting_requests
from app.usecases.volunteers.change_offer import pause_offer
from app.usecases.volunteers.decide_account import approve_volunteer
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, match_of, me

pytestmark = pytest.mark.usefixtures("locks_in_order")


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    coordinator(session, made.here)
    return made


def tick(session: Session, at: datetime) -> None:
    for request_id in due_deadlines(session, now=at):
        process_deadline(Context(session, HOUSE, at), request_id=request_id)
        session.commit()


def asked_for(session: Session, who: Person) -> list[int]:
    rows = session.scalars(
        select(Match.request_id).where(Match.person_id == who.id).order_by(Match.id)
    )
    return list(rows)


def busy(session: Session, place: Community) -> tuple[Person, Match]:
    """A volunteer with the one task that they can do at a time."""
    who = volunteer(session, place, offer={"max_load": 1})
    task = request(session, place)
    tick(session, NOW)
    match = match_of(session, task, who)
    accept_match(Context(session, me(who, place), NOW), match_id=match.id)
    session.commit()
    return who, match


def finish(context: Context, match_id: int) -> None:
    arrive_at_task(context, match_id=match_id)
    finish_task(context, match_id=match_id)


def give_back(context: Context, match_id: int) -> None:
    give_up(context, match_id=match_id)


def undo(context: Context, match_id: int) -> None:
    undo_acceptance(context, match_id=match_id)


@pytest.mark.parametrize("end", [finish, give_back, undo])
def test_who_comes_free_is_asked_for_the_oldest_at_once(
    session: Session, place: Community, end: Callable[[Context, int], None]
) -> None:
    who, match = busy(session, place)
    waiting = [request(session, place, submitted_at=NOW + n * MINUTE / 60) for n in (1, 0, 2)]
    tick(session, NOW + MINUTE)
    assert asked_for(session, who) == [match.request_id]
    free = NOW + 1.5 * MINUTE
    end(Context(session, me(who, place), free), match.id)
    session.commit()
    # Ordered just now: it does not take the volunteer from those who wait.
    request(session, place, submitted_at=free, next_action_at=free)
    tick(session, free)
    assert asked_for(session, who)[1] == waiting[1].id


def test_urgent_is_asked_for_before_what_is_older(session: Session, place: Community) -> None:
    who, match = busy(session, place)
    request(session, place)
    urgent = request(session, place, urgency="urgent", submitted_at=NOW + MINUTE / 2)
    tick(session, NOW + MINUTE)
    finish(Context(session, me(who, place), NOW + 1.2 * MINUTE), match.id)
    session.commit()
    tick(session, NOW + 1.2 * MINUTE)
    assert asked_for(session, who)[1] == urgent.id


def test_end_of_a_pause_and_approval_and_coming_on_duty_wake(
    session: Session, place: Community
) -> None:
    paused = volunteer(session, place, offer={"paused_until": NOW + timedelta(days=1)})
    fresh = volunteer(session, place, state="pending")
    one = request(session, place)
    tick(session, NOW)
    assert one.attention == "nobody_near"
    pause_offer(Context(session, me(paused, place), NOW + MINUTE), person_id=paused.id, until=None)
    session.commit()
    tick(session, NOW + MINUTE)
    assert asked_for(session, paused) == [one.id]
    other = request(session, place, volunteers_needed=2)
    tick(session, NOW + MINUTE)
    chief = coordinator(session, place.here)
    context = Context(session, actor_for(chief, "coordinator", place.here), NOW + 2 * MINUTE)
    approve_volunteer(context, person_id=fresh.id, version=fresh.version)
    session.commit()
    session.refresh(other)
    assert other.next_action_at == other.submitted_at


def test_only_what_is_within_reach_and_not_asked_before(session: Session, place: Community) -> None:
    who = volunteer(session, place, categories=[place.medicine])
    later: dict[str, Any] = {"state": "matching", "next_action_at": NOW + timedelta(hours=1)}
    far = request(session, place, lat=place.building.lat + 0.5, **later)
    other = request(session, place, of=place.visit, **later)
    full = request(session, place, **(later | {"state": "assigned", "places_taken": 1}))
    many: list[HelpRequest] = [request(session, place, **later) for _ in range(MOST_WOKEN + 3)]
    assert wake_waiting_requests(Context(session, HOUSE, NOW), who.id) == MOST_WOKEN
    session.commit()
    due = due_deadlines(session, now=NOW)
    assert due == [one.id for one in many[:MOST_WOKEN]]
    assert not {far.id, other.id, full.id} & set(due)
