"""An answer is learnt with the question as it was asked, however the request changes afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.models import AnswerCount, AreaAnswerCount, Match
from app.help_requests.models import HelpRequest
from app.matching.acceptance import distance_band, weight_at
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, decline_match, grab_request
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.policies.replay_history import Asked, read_history
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.set_pin import set_pin
from tests.factories import HOME, NOW, Community, actor_for, community, request, volunteer
from tests.factories import coordinator as office_of
from tests.usecases.asking import MINUTE, match_of, me, wave
from tests.usecases.live import live

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Tomorrow morning; the ask is in the morning too.
MORNING: dict[str, Any] = {"wanted_from": NOW + DAY, "wanted_to": NOW + DAY + 2 * HOUR}
EVENING: dict[str, Any] = {"wanted_from": NOW + DAY + 9 * HOUR, "wanted_to": NOW + DAY + 10 * HOUR}
Learnt = set[tuple[str, int, int, int, int]]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(office_of(session, place.subdistrict), "coordinator", place.subdistrict)


@pytest.fixture
def who(session: Session, place: Community) -> Person:
    return volunteer(session, place)


@pytest.fixture
def one(session: Session, place: Community, who: Person) -> HelpRequest:
    made = request(session, place, **MORNING)
    wave(session, made)
    return made


def say(
    session: Session, place: Community, verb: Any, who: Person, one: HelpRequest, at: datetime
) -> None:
    verb(Context(session, me(who, place), at), match_id=match_of(session, one, who).id)
    session.commit()


def change(session: Session, boss: Actor, one: HelpRequest, at: datetime, **values: Any) -> None:
    change_request(Context(session, boss, at), request_id=one.id, version=None, **values)
    session.commit()


def move(session: Session, boss: Actor, one: HelpRequest, at: datetime, north_m: float) -> None:
    lat = HOME[0] + north_m / 111_195
    context = Context(session, boss, at)
    set_pin(context, request_id=one.id, version=None, lat=lat, lon=HOME[1], datum=Datum.WGS84)
    session.commit()


def learnt(session: Session, now: datetime) -> Learnt:
    """Hours, category, band, asks and yeses of what was learnt, each counted as much as today."""
    for _ in range(2):
        learn_from_answers(session, match_ids=answers_to_learn(session, now=now), now=now)
        session.commit()
    rows = session.execute(
        select(
            AnswerCount.hour,
            AnswerCount.category_id,
            AnswerCount.band,
            AnswerCount.asks,
            AnswerCount.yeses,
        )
    )
    weight = weight_at(NOW)
    return {(*row[:3], round(row[3] / weight), round(row[4] / weight)) for row in rows}


def test_a_no_is_to_the_time_that_was_asked(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    say(session, place, decline_match, who, one, NOW + MINUTE)
    change(session, boss, one, NOW + 2 * MINUTE, **EVENING)
    assert learnt(session, NOW + 20 * MINUTE) == {("morning", place.medicine.id, 0, 1, 0)}


def test_a_no_is_to_the_kind_that_was_asked(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    say(session, place, decline_match, who, one, NOW + MINUTE)
    change(session, boss, one, NOW + 2 * MINUTE, category_id=place.visit.id)
    assert learnt(session, NOW + 20 * MINUTE) == {("morning", place.medicine.id, 0, 1, 0)}


@pytest.mark.parametrize("verb", [accept_match, decline_match])
def test_an_answer_is_to_the_place_that_was_asked(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest, verb: Any
) -> None:
    """In another area too, where the resident's house was all along."""
    say(session, place, verb, who, one, NOW + MINUTE)
    move(session, boss, one, NOW + 2 * MINUTE, 0.06 * 111_195)
    yes = int(verb is accept_match)
    assert learnt(session, NOW + 20 * MINUTE) == {("morning", place.medicine.id, 0, 1, yes)}
    assert session.scalars(select(AreaAnswerCount.area_id)).all() == [place.here.id]


def test_a_no_and_the_answer_to_what_was_asked_anew_are_learnt_each_as_it_was(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    say(session, place, decline_match, who, one, NOW + MINUTE)
    at = NOW + 2 * MINUTE
    change(session, boss, one, at, **EVENING)
    live(session, at, at)
    say(session, place, accept_match, who, one, at + MINUTE)
    # Nor does a third change alter what either answer was to.
    move(session, boss, one, at + 2 * MINUTE, 1700)
    assert learnt(session, NOW + 30 * MINUTE) == {
        ("morning", place.medicine.id, 0, 1, 0),
        ("mor>eve", place.medicine.id, 0, 1, 1),
    }


def test_an_open_ask_that_is_worded_anew_is_answered_as_it_reads_then(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    change(session, boss, one, NOW + MINUTE, **EVENING)
    move(session, boss, one, NOW + MINUTE, 800)
    say(session, place, decline_match, who, one, NOW + 2 * MINUTE)
    metres = match_of(session, one, who).distance_m
    assert metres is not None and distance_band(metres) == 1
    assert learnt(session, NOW + 20 * MINUTE) == {("mor>eve", place.medicine.id, 1, 1, 0)}


def test_a_yes_to_what_was_changed_after_the_no_was_not_asked_for(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    say(session, place, decline_match, who, one, NOW + MINUTE)
    change(session, boss, one, NOW + 2 * MINUTE, **EVENING)
    say(session, place, accept_match, who, one, NOW + 2 * MINUTE)
    assert learnt(session, NOW + 20 * MINUTE) == {("morning", place.medicine.id, 0, 1, 0)}


def test_the_answer_to_a_second_ask_is_learnt_though_the_first_taught_nothing(
    session: Session, place: Community, boss: Actor, who: Person
) -> None:
    """Somebody else was faster, and gave the place back later."""
    place.medicine.grab = True
    other = volunteer(session, place, categories=[place.medicine], north_m=1900)
    one = request(session, place, **MORNING)
    wave(session, one)
    session.execute(update(Match).where(Match.person_id == other.id).values(deadline_at=NOW))
    session.commit()
    if match_of(session, one, other).id is None:
        grab_request(Context(session, me(other, place), NOW), request_id=one.id)
    else:
        accept_match(
            Context(session, me(other, place), NOW), match_id=match_of(session, one, other).id
        )
    session.commit()
    learnt(session, NOW + 20 * MINUTE)
    assert match_of(session, one, who).learnt_at is not None
    change(session, boss, one, NOW + 30 * MINUTE, volunteers_needed=2)
    live(session, NOW + 30 * MINUTE, NOW + 31 * MINUTE)
    assert match_of(session, one, who).state == "sent"
    say(session, place, decline_match, who, one, NOW + 32 * MINUTE)
    mine = select(AnswerCount.asks).where(AnswerCount.person_id == who.id)
    assert session.scalars(mine).all() == []
    learnt(session, NOW + HOUR)
    assert len(session.scalars(mine).all()) == 1


def test_a_trial_takes_the_answers_as_they_were_asked(
    session: Session, place: Community, boss: Actor, who: Person, one: HelpRequest
) -> None:
    say(session, place, accept_match, who, one, NOW + MINUTE)
    change(session, boss, one, NOW + 2 * MINUTE, **EVENING)
    move(session, boss, one, NOW + 2 * MINUTE, 1700)
    past = Asked(place.subdistrict.path, None, None, NOW - DAY, NOW + DAY)
    history = read_history(session, past)
    assert history is not None
    (ask,) = history.asks
    assert (ask.area_id, ask.wanted_from) == (place.here.id, MORNING["wanted_from"])
    assert ask.metres < 300 < 1300 < ask.way_m
