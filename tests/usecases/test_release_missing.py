"""Somebody accepts and does not come: reminded, then replaced, and the resident is notified."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.ask_on_duty import ask_on_duty
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.acknowledge_request import acknowledge_request
from app.usecases.requests.do_task import arrive_at_task, set_out
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.shared.arrivals import arrival_due
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    on_duty,
    request,
    volunteer,
)
from tests.usecases.asking import HOUSE, MINUTE, match_of, me, told, wave

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("locks_in_order")


class Visit:
    """A request that somebody accepted, and one more volunteer near by."""

    def __init__(self, session: Session, **values: Any) -> None:
        self.session = session
        self.place: Community = community(session)
        self.chief = coordinator(session, self.place.here)
        self.first = volunteer(session, self.place)
        self.one: HelpRequest = request(session, self.place, **values)
        wave(session, self.one)
        self.match = match_of(session, self.one, self.first)
        accept_match(Context(session, me(self.first, self.place), NOW), match_id=self.match.id)
        session.commit()
        session.refresh(self.one)
        self.second: Person = volunteer(session, self.place)
        assert self.one.due_at is not None
        self.due: datetime = self.one.due_at

    def live(self, begin: datetime, end: datetime) -> None:
        while begin < end:
            for request_id in due_deadlines(self.session, now=begin):
                process_deadline(Context(self.session, HOUSE, begin), request_id=request_id)
                self.session.commit()
            begin += MINUTE
        self.session.refresh(self.one)
        self.session.refresh(self.match)

    def asked(self) -> list[int]:
        return list(self.session.scalars(select(Match.person_id).order_by(Match.id)))


@pytest.mark.parametrize(("urgency", "minutes"), [("urgent", 10), ("ordinary", 30)])
def test_reminded_then_replaced_and_the_resident_knows(
    session: Session, urgency: str, minutes: int
) -> None:
    visit = Visit(session, urgency=urgency)
    later = visit.due + minutes * MINUTE
    visit.live(visit.due, later)
    assert visit.match.state == "accepted"
    assert told(session, person=visit.first).count("match_reminder") == 1
    visit.live(later, later + MINUTE)
    assert (visit.match.state, visit.match.end_reason) == ("withdrawn", "no_show")
    assert (visit.one.state, visit.one.places_taken) == ("matching", 0)
    # Searched at once, in the same moment.
    assert visit.asked() == [visit.first.id, visit.second.id]
    assert told(session, person=visit.first)[-1] == "match_withdrawn"
    assert "request_searched_again" in told(session)


def test_the_night_does_not_keep_whoever_does_not_come(session: Session) -> None:
    visit = Visit(session)
    # Just before midnight in Shenzhen.
    night = NOW + timedelta(hours=13, minutes=57)
    visit.one.due_at = visit.one.next_action_at = night
    session.commit()
    visit.live(night, night + 31 * MINUTE)
    assert (visit.match.state, visit.match.end_reason) == ("withdrawn", "no_show")
    assert (visit.one.state, visit.one.places_taken) == ("matching", 0)


def test_whoever_is_on_the_way_or_looked_after_keeps_the_place(session: Session) -> None:
    late = Visit(session)
    set_out(Context(session, me(late.first, late.place), NOW), match_id=late.match.id)
    session.commit()
    late.live(late.due, late.due + timedelta(hours=2))
    assert late.match.state == "on_the_way" and late.one.state == "assigned"


def test_a_coordinator_who_looks_after_it_decides(session: Session) -> None:
    visit = Visit(session)
    chief = actor_for(visit.chief, "coordinator", visit.place.here)
    visit.live(visit.due, visit.due + 20 * MINUTE)
    acknowledge_request(Context(session, chief, visit.due + 20 * MINUTE), request_id=visit.one.id)
    session.commit()
    visit.live(visit.due + 20 * MINUTE, visit.due + 45 * MINUTE)
    assert visit.match.state == "accepted"


@pytest.mark.parametrize("at_work", [False, True])
@pytest.mark.parametrize(("urgency", "minutes"), [("urgent", 10), ("ordinary", 30)])
def test_missing_is_noticed_while_others_are_looked_for_or_served(
    session: Session, urgency: str, minutes: int, at_work: bool
) -> None:
    place = community(session)
    here, missing = volunteer(session, place), volunteer(session, place)
    one = request(session, place, urgency=urgency, volunteers_needed=2 if at_work else 3)
    wave(session, one)
    for who in (here, missing):
        accept_match(Context(session, me(who, place), NOW), match_id=match_of(session, one, who).id)
        session.commit()
    arrived = Context(session, me(here, place), NOW + MINUTE)
    arrive_at_task(arrived, match_id=match_of(session, one, here).id)
    session.commit()
    session.refresh(one)
    assert one.state == "in_progress"
    match = match_of(session, one, missing)
    due = arrival_due(session, one, match)
    begin = NOW + 2 * MINUTE
    while begin < due + minutes * MINUTE:
        for request_id in due_deadlines(session, now=begin):
            process_deadline(Context(session, HOUSE, begin), request_id=request_id)
            session.commit()
        begin += MINUTE
    session.refresh(match)
    assert match.state == "accepted"
    assert told(session, person=missing).count("match_reminder") == 1
    assert told(session, person=here).count("match_reminder") == 0
    for request_id in due_deadlines(session, now=begin):
        process_deadline(Context(session, HOUSE, begin), request_id=request_id)
        session.commit()
    session.refresh(match)
    session.refresh(one)
    assert (match.state, match.end_reason) == ("withdrawn", "no_show")
    assert (one.state, one.places_taken) == ("in_progress", 1)
    assert "request_searched_again" in told(session)


def test_an_ask_ends_at_its_time_while_the_search_waits_for_the_morning(session: Session) -> None:
    place = community(session)
    who = volunteer(session, place)
    day = timedelta(days=1)
    one = request(session, place, wanted_from=NOW + 2 * day, wanted_to=NOW + 2 * day + 4 * HOUR)
    wave(session, one)
    match = match_of(session, one, who)
    # Asked in the evening, until a quarter to midnight in Shenzhen.
    until = NOW + timedelta(hours=13, minutes=45)
    match.deadline_at = until
    one.next_action_at = NOW + timedelta(hours=12, minutes=30)
    session.commit()
    for minutes in range(0, 120, 5):
        now = NOW + timedelta(hours=12, minutes=30 + minutes)
        for request_id in due_deadlines(session, now=now):
            process_deadline(Context(session, HOUSE, now), request_id=request_id)
            session.commit()
    session.refresh(match)
    assert (match.state, match.end_reason) == ("expired", "deadline")


def test_an_ask_ends_at_its_time_although_a_coordinator_pressed_on(session: Session) -> None:
    place = community(session)
    who, chief = volunteer(session, place), coordinator(session, place.here)
    one = request(session, place)
    wave(session, one)
    match = match_of(session, one, who)
    assert match.deadline_at is not None
    # Nobody else is left: the coordinators are told, and the search looks again later.
    at = match.deadline_at - 4 * MINUTE
    send_wave(Context(session, actor_for(chief, "coordinator", place.here), at), request_id=one.id)
    session.commit()
    assert one.attention == "nobody_near" and one.next_action_at == match.deadline_at


def test_an_ask_of_somebody_on_duty_ends_at_its_time(session: Session) -> None:
    place = community(session)
    who, later = volunteer(session, place), NOW + 2 * HOUR
    on_duty(session, who, place.here, start=NOW - HOUR)
    # A coordinator chooses, and would be reminded in two hours.
    one = request(session, place, urgency="urgent", auto_dispatch=False, next_action_at=later)
    ask_on_duty(Context(session, HOUSE, NOW), one, [who.id])
    session.commit()
    assert one.next_action_at == match_of(session, one, who).deadline_at
