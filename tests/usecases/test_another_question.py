"""A no is to what was asked; another kind, place or time is another question, asked once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.core.actor import Actor, resident
from app.core.context import Context
from app.dispatch.models import AnswerCount, Match
from app.help_requests.models import HelpRequest
from app.matching.acceptance import weight_at
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, decline_match
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.another_question import Question, is_another
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.set_pin import set_pin
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, kinds, match_of, me, told, wave
from tests.usecases.live import live

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = Question(1, (22.0, 114.0), NOW, NOW + HOUR)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def no(session: Session, place: Community, one: HelpRequest, who: Person, at: datetime) -> None:
    match = match_of(session, one, who)
    decline_match(Context(session, me(who, place), at), match_id=match.id)
    session.commit()


def change(session: Session, boss: Actor, one: HelpRequest, at: datetime, **values: Any) -> None:
    change_request(Context(session, boss, at), request_id=one.id, version=None, **values)
    session.commit()


def refused(session: Session, place: Community, **values: Any) -> tuple[HelpRequest, Person]:
    """A request for tomorrow, and the only volunteer near, who said no to it."""
    who = volunteer(session, place)
    times = {"wanted_from": NOW + DAY, "wanted_to": NOW + DAY + 2 * HOUR}
    one = request(session, place, **(times | values))
    wave(session, one)
    no(session, place, one, who, NOW + MINUTE)
    live(session, NOW + MINUTE, NOW + 3 * MINUTE)
    return one, who


@pytest.mark.parametrize(
    ("after", "another"),
    [
        (Question(2, ASKED.at, ASKED.wanted_from, ASKED.wanted_to), True),
        (Question(1, (22.0, 114.001), ASKED.wanted_from, ASKED.wanted_to), False),
        (Question(1, (22.0, 114.01), ASKED.wanted_from, ASKED.wanted_to), True),
        (Question(1, None, ASKED.wanted_from, ASKED.wanted_to), True),
        (Question(1, ASKED.at, NOW + 29 * MINUTE, ASKED.wanted_to), False),
        (Question(1, ASKED.at, NOW - 30 * MINUTE, ASKED.wanted_to), True),
        (Question(1, ASKED.at, ASKED.wanted_from, NOW + 2 * HOUR), True),
        (Question(1, ASKED.at, None, ASKED.wanted_to), True),
    ],
)
def test_what_is_another_question(after: Question, another: bool) -> None:
    assert not is_another(ASKED, ASKED)
    assert is_another(ASKED, after) is is_another(after, ASKED) is another


def test_who_refused_the_time_is_asked_about_the_new_one_once(
    session: Session, place: Community, boss: Actor
) -> None:
    one, who = refused(session, place)
    at = NOW + 10 * MINUTE
    change(session, boss, one, at, wanted_from=NOW + 2 * DAY, wanted_to=NOW + 2 * DAY + HOUR)
    live(session, at, at + MINUTE)
    match = match_of(session, one, who)
    assert (match.state, match.sent_at, match.reopened) == ("sent", at, False)
    assert told(session, person=who) == ["match_asked", "match_asked_anew"]
    trail = [kind for kind in kinds(session, one) if kind.startswith("match.")]
    assert trail == ["match.sent", "match.declined", "match.asked_anew"]
    # A no to the new time as well is the last word, until something else is asked.
    no(session, place, one, who, at + MINUTE)
    change(session, boss, one, at + 2 * MINUTE, urgency="urgent")
    change(session, boss, one, at + 2 * MINUTE, volunteers_needed=2, need="送药上门，多带一份")
    change(session, boss, one, at + 2 * MINUTE, wanted_to=NOW + 2 * DAY + 70 * MINUTE)
    live(session, at + 2 * MINUTE, at + 2 * HOUR)
    assert match_of(session, one, who).state == "declined"
    change(session, boss, one, at + 3 * HOUR, wanted_to=NOW + 3 * DAY)
    live(session, at + 3 * HOUR, at + 3 * HOUR)
    assert match_of(session, one, who).state == "sent"


def test_another_place_is_another_question_and_a_better_pin_is_not(
    session: Session, place: Community, boss: Actor
) -> None:
    one, who = refused(session, place)
    for metres, state in ((100, "declined"), (500, "sent")):
        at = NOW + (10 + metres) * MINUTE
        assert one.lat is not None and one.lon is not None
        lat = one.lat + metres / 111_195
        context = Context(session, boss, at)
        set_pin(context, request_id=one.id, version=None, lat=lat, lon=one.lon, datum=Datum.WGS84)
        session.commit()
        live(session, at, at + MINUTE)
        assert match_of(session, one, who).state == state


def test_silence_to_the_old_time_is_no_answer_to_the_new(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    at = NOW + 3 * HOUR
    live(session, NOW, at)
    assert match_of(session, one, who).end_reason == "deadline"
    change(session, boss, one, at, wanted_from=NOW + DAY, wanted_to=NOW + DAY + HOUR)
    live(session, at, at + MINUTE)
    assert match_of(session, one, who).sent_at == at


def test_when_one_of_two_was_served_the_other_is_asked_about_the_new_time(
    session: Session, place: Community
) -> None:
    first, who = (volunteer(session, place, north_m=metres) for metres in (50, 60))
    one = request(session, place, volunteers_needed=2, wanted_to=NOW + 2 * HOUR)
    wave(session, one)
    task = match_of(session, one, first).id
    accept_match(Context(session, me(first, place), NOW + MINUTE), match_id=task)
    no(session, place, one, who, NOW + MINUTE)
    arrive_at_task(Context(session, me(first, place), NOW + 5 * MINUTE), match_id=task)
    finish_task(Context(session, me(first, place), NOW + HOUR), match_id=task)
    session.commit()
    at = NOW + 3 * HOUR
    live(session, NOW + HOUR, at)
    again = Context(session, resident("web"), at)
    choose_new_time(again, code=one.code, wanted_from=at + DAY, wanted_to=at + DAY + HOUR)
    session.commit()
    live(session, at, at + MINUTE)
    assert match_of(session, one, who).sent_at == at


def test_the_new_time_is_asked_from_the_first_phase_on(
    session: Session, place: Community, boss: Actor
) -> None:
    """A coordinator who changes it after the end need not wait for another look."""
    one, who = refused(session, place, wanted_from=NOW, wanted_to=NOW + 2 * HOUR)
    at = NOW + 3 * HOUR
    live(session, NOW + 3 * MINUTE, at)
    session.refresh(one)
    assert one.attention == "window_over"
    change(session, boss, one, at, wanted_from=at + DAY, wanted_to=at + DAY + HOUR)
    live(session, at, at)
    session.refresh(one)
    assert one.attention is None and match_of(session, one, who).sent_at == at


def test_a_coordinator_may_choose_who_refused_the_old_time_again(
    session: Session, place: Community, boss: Actor
) -> None:
    """Also where matches are approved by hand."""
    one, who = refused(session, place)
    change(session, boss, one, NOW + HOUR, wanted_to=NOW + 2 * DAY)
    context = Context(session, boss, NOW + HOUR)
    assert send_wave(context, request_id=one.id, person_ids=[who.id]).asked == 1


def learn(session: Session, now: datetime) -> tuple[float, float]:
    """How often they were asked and said yes, each counted as much as today."""
    learn_from_answers(session, match_ids=answers_to_learn(session, now=now), now=now)
    session.commit()
    asks, yeses = session.execute(
        select(func.sum(AnswerCount.asks), func.sum(AnswerCount.yeses))
    ).one()
    return round((asks or 0.0) / weight_at(NOW)), round((yeses or 0.0) / weight_at(NOW))


@pytest.mark.parametrize("learnt_first", [True, False])
def test_the_no_is_learnt_once_and_so_is_the_answer_to_the_new_time(
    session: Session, place: Community, boss: Actor, learnt_first: bool
) -> None:
    one, who = refused(session, place)
    at = NOW + 20 * MINUTE if learnt_first else NOW + 2 * MINUTE
    if learnt_first:
        assert learn(session, at) == (1, 0)
    change(session, boss, one, at, wanted_from=NOW + 2 * DAY, wanted_to=NOW + 2 * DAY + HOUR)
    live(session, at, at)
    accept_match(
        Context(session, me(who, place), at + MINUTE), match_id=match_of(session, one, who).id
    )
    session.commit()
    later = at + 20 * MINUTE
    assert learn(session, later) == learn(session, later + MINUTE) == (2, 1)


def test_a_no_that_was_reopened_is_learnt_though_nobody_asks_again(
    session: Session, place: Community, boss: Actor
) -> None:
    one, who = refused(session, place)
    change(session, boss, one, NOW + 2 * MINUTE, wanted_to=NOW + 2 * DAY)
    context = Context(session, boss, NOW + 2 * MINUTE)
    assign_volunteer(context, request_id=one.id, person_id=who.id, agreed=True)
    session.commit()
    assert session.scalars(select(Match.reopened)).all() == [False]
    assert learn(session, NOW + HOUR)[0] == 1
