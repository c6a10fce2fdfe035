"""The wished time: who is asked how soon before it, and what happens when it is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, grab_request
from app.usecases.dispatch.assign_batch import send_assigned
from app.usecases.dispatch.see_tasks import requests_near
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.follow_request import follow_request
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, kinds, match_of, me, told, wave

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def check(session: Session, one: HelpRequest, at: datetime) -> None:
    one.next_action_at = min(one.next_action_at or at, at)
    session.commit()
    process_deadline(Context(session, HOUSE, at), request_id=one.id)
    session.commit()
    session.refresh(one)


def asked(session: Session, one: HelpRequest) -> int:
    return len(session.scalars(select(Match.id).where(Match.request_id == one.id)).all())


def test_far_ahead_people_are_spared_and_nobody_is_alarmed(
    session: Session, place: Community
) -> None:
    boss, chief = coordinator(session, place.here), coordinator(session, place.district)
    for n in range(5):
        volunteer(session, place, north_m=100 * n)
    one = request(
        session,
        place,
        urgency="planned",
        wanted_from=NOW + 50 * DAY,
        wanted_to=NOW + 50 * DAY + 2 * HOUR,
    )
    wave(session, one)
    first = asked(session, one)
    for minutes in range(10, 24 * 60, 10):
        if one.next_action_at and one.next_action_at <= NOW + minutes * MINUTE:
            check(session, one, NOW + minutes * MINUTE)
    assert asked(session, one) == first < 5
    assert told(session, person=boss) == told(session, person=chief) == []


def test_far_ahead_the_district_is_not_alarmed_when_nobody_is_near(
    session: Session, place: Community
) -> None:
    boss, chief = coordinator(session, place.here), coordinator(session, place.district)
    start = NOW + 16 * DAY
    one = request(session, place, urgency="planned", wanted_from=start, wanted_to=start + HOUR)
    wave(session, one)
    for hours in range(1, 8 * 24, 6):
        check(session, one, NOW + hours * HOUR)
    assert told(session, person=boss) == ["coordinator_attention"]
    assert told(session, person=chief) == []
    check(session, one, NOW + 8 * DAY)
    assert one.escalation == 2


def test_at_its_end_asks_stop_and_the_resident_and_the_coordinator_are_told(
    session: Session, place: Community
) -> None:
    boss, who = coordinator(session, place.here), volunteer(session, place)
    one = request(session, place, wanted_to=NOW + 2 * HOUR)
    wave(session, one)
    check(session, one, NOW + MINUTE)
    assert one.next_action_at is not None and one.next_action_at <= NOW + 2 * HOUR
    check(session, one, NOW + 2 * HOUR)
    assert (match_of(session, one, who).state, one.attention) == ("expired", "window_over")
    assert match_of(session, one, who).end_reason == "window_over"
    assert told(session)[-1] == "request_window_over"
    assert told(session, person=boss) == ["coordinator_attention"]
    assert "help_request.window_over" in kinds(session, one)
    place.medicine.grab = True
    newcomer = volunteer(session, place)
    assert requests_near(session, newcomer.id, now=NOW) == []
    # Somebody who comes later is not asked for a past time, and nobody is notified twice.
    for hours in (3, 6, 9):
        check(session, one, NOW + hours * HOUR)
    assert asked(session, one) == 1
    assert told(session).count("request_window_over") == 1
    check(session, one, NOW + 14 * HOUR)
    assert told(session, person=boss) == ["coordinator_attention"] * 2


def test_a_yes_for_a_past_time_is_refused(session: Session, place: Community) -> None:
    place.medicine.grab = True
    who, other = volunteer(session, place), volunteer(session, place)
    one = request(session, place, wanted_to=NOW + 2 * HOUR)
    wave(session, one)
    late = NOW + 20 * HOUR
    with pytest.raises(Stale, match="时间已经过了"):
        accept_match(
            Context(session, me(who, place), late), match_id=match_of(session, one, who).id
        )
    session.rollback()
    session.delete(match_of(session, one, other))
    session.commit()
    with pytest.raises(Stale, match="时间已经过了"):
        grab_request(Context(session, me(other, place), late), request_id=one.id)


def test_urgent_help_is_wanted_until_somebody_comes(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    one = request(session, place, urgency="urgent", wanted_to=NOW + HOUR)
    wave(session, one)
    check(session, one, NOW + 2 * HOUR)
    assert one.attention != "window_over"
    match = match_of(session, one, who)
    made = accept_match(Context(session, me(who, place), NOW + 2 * HOUR), match_id=match.id)
    assert made.state == "accepted"


def test_another_time_begins_the_search_anew(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    one = request(session, place, wanted_to=NOW + 2 * HOUR)
    wave(session, one)
    context = Context(session, resident("web"), NOW + HOUR)
    with pytest.raises(Refused):
        choose_new_time(context, code=one.code, wanted_from=NOW + DAY, wanted_to=NOW + 2 * DAY)
    later = NOW + 3 * HOUR
    check(session, one, later)
    context = Context(session, resident("web"), later)
    with pytest.raises(Invalid):
        choose_new_time(context, code=one.code, wanted_from=NOW, wanted_to=NOW + HOUR)
    choose_new_time(context, code=one.code, wanted_from=NOW + 4 * HOUR, wanted_to=NOW + 6 * HOUR)
    session.commit()
    session.refresh(one)
    assert (one.attention, one.next_action_at, one.round_no) == (None, later, 2)
    check(session, one, later)
    newest = match_of(session, one, who)
    assert (newest.state, newest.round_no) == ("sent", 2)
    accept_match(Context(session, me(who, place), later), match_id=newest.id)
    session.commit()
    session.refresh(one)
    assert (one.state, one.places_taken) == ("assigned", 1)


def one_of_two(session: Session, place: Community) -> tuple[HelpRequest, Match, Person]:
    """A request for two people until two hours from now; the first of them has accepted."""
    who = volunteer(session, place)
    one = request(session, place, volunteers_needed=2, wanted_to=NOW + 2 * HOUR)
    wave(session, one)
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), NOW), match_id=match.id)
    session.commit()
    return one, match, who


def test_a_time_that_the_coordinator_changed_is_looked_for_again(
    session: Session, place: Community
) -> None:
    volunteer(session, place)
    one = request(session, place, wanted_to=NOW + 2 * HOUR)
    check(session, one, NOW + 2 * HOUR)
    assert one.attention == "window_over"
    one.wanted_to = NOW + 9 * HOUR
    session.commit()
    check(session, one, NOW + 3 * HOUR)
    assert one.attention is None
    assert asked(session, one) == 1


@pytest.mark.parametrize("urgency", ["ordinary", "planned"])
def test_what_can_wait_wakes_nobody_at_night(
    session: Session, place: Community, urgency: str
) -> None:
    boss, who = coordinator(session, place.here), volunteer(session, place)
    night = NOW + 14 * HOUR
    afternoon = NOW + 30 * HOUR
    one = request(
        session,
        place,
        urgency=urgency,
        wanted_from=afternoon,
        wanted_to=afternoon + HOUR,
        submitted_at=night,
    )
    one.due_at = night + HOUR
    for minutes in range(0, 7 * 60, 10):
        check(session, one, night + minutes * MINUTE)
    assert told(session, person=who) == told(session, person=boss) == []
    assert one.next_action_at is not None and one.due_at > one.next_action_at
    # In the batch as well, which comes for what was ordered just now.
    send_assigned(Context(session, HOUSE, night), request_id=one.id, person_ids=[who.id])
    session.commit()
    assert told(session, person=who) == []
    check(session, one, night + 7 * HOUR)
    assert told(session, person=who) == ["match_asked"]


def test_help_for_the_night_is_asked_for_at_night(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    night = NOW + 14 * HOUR
    one = request(session, place, wanted_from=night + 4 * HOUR, wanted_to=night + 5 * HOUR)
    check(session, one, night)
    assert told(session, person=who) == ["match_asked"]


def test_another_time_is_told_to_who_has_accepted(session: Session, place: Community) -> None:
    one, match, who = one_of_two(session, place)
    later = NOW + 3 * HOUR
    check(session, one, later)
    assert one.attention == "window_over"
    context = Context(session, resident("web"), later)
    choose_new_time(context, code=one.code, wanted_from=NOW + 4 * HOUR, wanted_to=NOW + 6 * HOUR)
    session.commit()
    session.refresh(one)
    session.refresh(match)
    assert (one.round_no, one.places_taken, match.state) == (1, 1, "accepted")
    assert "task_changed" in told(session, person=who)
    other = volunteer(session, place)
    check(session, one, later)
    accept_match(
        Context(session, me(other, place), later), match_id=match_of(session, one, other).id
    )
    session.commit()
    session.refresh(one)
    assert (one.state, one.places_taken) == ("assigned", 2)


def test_who_is_at_work_is_left_in_peace_after_the_end(session: Session, place: Community) -> None:
    boss = coordinator(session, place.here)
    one, match, who = one_of_two(session, place)
    soon = NOW + 5 * MINUTE
    at_work = Context(session, me(who, place), soon)
    arrive_at_task(at_work, match_id=match.id, code=one.arrival_code)
    session.commit()
    session.refresh(one)
    assert one.state == "in_progress"
    late = volunteer(session, place)
    check(session, one, soon)
    asked_late = match_of(session, one, late)
    assert asked_late.state == "sent"
    check(session, one, NOW + 2 * HOUR)
    session.refresh(asked_late)
    assert (asked_late.state, one.attention) == ("expired", "window_over")
    followed = follow_request(session, one.code, "zh")
    assert followed is not None and not followed.window_over
    context = Context(session, resident("web"), NOW + 2 * HOUR)
    with pytest.raises(Refused):
        choose_new_time(context, code=one.code, wanted_from=NOW + DAY, wanted_to=NOW + 2 * DAY)
    # The one at work is still reminded to report the end, and the coordinator now and then.
    for hours in range(3, 14):
        check(session, one, NOW + hours * HOUR)
    assert told(session, person=who).count("match_reminder") == 1
    assert told(session, person=boss).count("coordinator_attention") <= 5
    finish_task(Context(session, me(who, place), NOW + 14 * HOUR), match_id=match.id)
    session.commit()
    session.refresh(one)
    assert told(session)[-1] == "request_part_over"
    context = Context(session, resident("web"), NOW + 14 * HOUR)
    choose_new_time(context, code=one.code, wanted_from=NOW + DAY, wanted_to=NOW + DAY + HOUR)
    session.commit()
    assert one.attention is None
