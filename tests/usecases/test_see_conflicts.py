"""Nobody is in two places at one time without having said so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.models import Event
from app.usecases.dispatch.answer_match import accept_match, grab_request
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.see_conflicts import TimeConflict, conflicts_with, see_conflicts
from tests.databases import Database
from tests.factories import NOW, Community, community, on_duty, request, volunteer
from tests.usecases.asking import HOUSE, kinds, match_of, me, told
from tests.usecases.test_accept_at_once import all_at_once
from tests.usecases.texting import text_in

HOUR = timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def wanted(session: Session, place: Community, start: datetime, **more: Any) -> HelpRequest:
    window = {"wanted_from": start, "wanted_to": start + 2 * HOUR}
    return request(session, place, **{**window, **more})


def asked(session: Session, one: HelpRequest) -> None:
    send_wave(Context(session, HOUSE, NOW), request_id=one.id)
    session.commit()


def yes(
    session: Session, place: Community, one: HelpRequest, who: Person, *, knowing: bool = False
) -> Match:
    context = Context(session, me(who, place), NOW)
    made = accept_match(context, match_id=match_of(session, one, who).id, knowing=knowing)
    session.commit()
    return made


def test_a_second_task_at_that_time_needs_a_second_yes(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    first, second = wanted(session, place, TOMORROW), wanted(session, place, TOMORROW + HOUR)
    for one in (first, second):
        asked(session, one)
    assert see_conflicts(session, second, who.id, now=NOW) == ()
    yes(session, place, first, who)
    (why,) = see_conflicts(session, second, who.id, now=NOW)
    assert (why.code, why.numbers["from"]) == ("busy_then", TOMORROW.isoformat())
    with pytest.raises(TimeConflict) as refused:
        yes(session, place, second, who)
    session.rollback()
    # Wall times of Shenzhen.
    assert refused.value.params == {"during": "03-05 10:00–12:00"}
    assert match_of(session, second, who).state == "sent"
    assert yes(session, place, second, who, knowing=True).state == "accepted"
    assert "match.conflict_known" in kinds(session, second)
    noted = select(Event.details).where(Event.kind == "match.conflict_known")
    assert session.scalars(noted).one()["conflicts"] == ["busy_then"]


def test_a_task_of_another_day_or_hour_needs_no_second_yes(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    for start in (TOMORROW, TOMORROW + 24 * HOUR, TOMORROW + 2 * HOUR):
        one = wanted(session, place, start)
        asked(session, one)
        assert yes(session, place, one, who).state == "accepted"


def test_agreed_duty_then_needs_a_second_yes_unless_it_is_urgent(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    ordinary, urgent = wanted(session, place, TOMORROW), wanted(session, place, TOMORROW)
    urgent.urgency = "urgent"
    for one in (ordinary, urgent):
        asked(session, one)
    on_duty(session, who, place.here, start=TOMORROW - HOUR)
    with pytest.raises(TimeConflict):
        yes(session, place, ordinary, who)
    session.rollback()
    assert yes(session, place, urgent, who).state == "accepted"


def test_grabbing_needs_it_too_and_nothing_else_is_lifted(
    session: Session, place: Community
) -> None:
    place.medicine.grab = True
    who, other = volunteer(session, place), volunteer(session, place, offer={"hours": []})
    held, free = wanted(session, place, TOMORROW), wanted(session, place, TOMORROW)
    asked(session, held)
    yes(session, place, held, who)
    context = Context(session, me(who, place), NOW)
    with pytest.raises(TimeConflict):
        grab_request(context, request_id=free.id)
    session.rollback()
    assert grab_request(context, request_id=free.id, knowing=True).state == "accepted"
    with pytest.raises(Refused):
        grab_request(Context(session, me(other, place), NOW), request_id=free.id, knowing=True)


def test_a_coordinator_sees_own_hours_too_and_people_without_an_offer(
    session: Session, place: Community
) -> None:
    closed = volunteer(session, place, offer={"hours": []})
    one = wanted(session, place, TOMORROW)
    found = conflicts_with(session, one, [closed.id, 10**6], now=NOW)
    assert [why.code for why in found[closed.id]] == ["out_of_hours"]
    assert found[10**6] == ()
    assert see_conflicts(session, one, closed.id, now=NOW) == ()


def test_by_text_the_conflict_is_said_and_nothing_accepted(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    held, free = wanted(session, place, TOMORROW), wanted(session, place, TOMORROW)
    for one in (held, free):
        asked(session, one)
    yes(session, place, held, who)
    number = match_of(session, free, who).reply_number
    assert text_in(session, who.phone, f"1 {number}").outcome == "conflict"
    assert told(session, person=who)[-1] == "answer_conflict"
    assert match_of(session, free, who).state == "sent"


def test_by_text_a_yes_for_a_past_time_hears_so(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    one = wanted(session, place, NOW)
    asked(session, one)
    one.wanted_to = NOW
    session.commit()
    assert text_in(session, who.phone, "1").outcome == "over"
    assert told(session, person=who)[-1] == "answer_past"


def test_two_yeses_at_one_moment_do_not_both_find_the_time_free(
    database: Database, session: Session, place: Community
) -> None:
    who = volunteer(session, place, offer={"max_load": 5})
    some = [wanted(session, place, TOMORROW) for _ in range(2)]
    for one in some:
        asked(session, one)
    jobs: list[Callable[[Session], object]] = [
        partial(_try_yes, me(who, place), match_of(session, one, who).id) for one in some
    ]
    session.commit()
    all_at_once(database, jobs)
    session.expire_all()
    states = [match_of(session, one, who).state for one in some]
    assert sorted(states) == ["accepted", "sent"]


def _try_yes(actor: Actor, match_id: int, own: Session) -> None:
    try:
        accept_match(Context(own, actor, NOW), match_id=match_id)
    except TimeConflict:
        own.rollback()
