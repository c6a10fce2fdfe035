"""Each settled ask is counted once, and the chance of the next one follows."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import AnswerCount, AreaAnswerCount, Match
from app.dispatch.rules import OWN_END_REASONS, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.matching.acceptance import PRIOR_RATE, Learnt, Outcome, Setting
from app.usecases.dispatch.answer_match import accept_match, decline_match
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.dispatch.learnt_chances import chances_for
from app.usecases.dispatch.rank_volunteers import rank_for
from tests.databases import Database
from tests.factories import NOW, Community, community, request, volunteer
from tests.usecases.asking import MINUTE, match_of, me, wave
from tests.usecases.test_accept_at_once import all_at_once

SHENZHEN = ZoneInfo("Asia/Shanghai")
LATER = NOW + 20 * MINUTE


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def past(
    session: Session,
    place: Community,
    person_id: int,
    yeses: int,
    noes: int,
    state: MatchState = MatchState.DECLINED,
) -> None:
    """Answers of the last days, settled and not yet counted; `state` is that of the others."""
    about = request(session, place, state="closed")
    for n in range(yeses + noes):
        at = NOW - timedelta(days=1, minutes=n)
        session.add(
            Match(
                token=f"{person_id}-{n}",
                request_id=about.id,
                round_no=n + 1,
                person_id=person_id,
                state="finished" if n < yeses else state,
                distance_m=150,
                made_at=at,
                sent_at=at,
                deadline_at=at + 30 * MINUTE,
                answered_at=at + MINUTE,
                accepted_at=at + MINUTE if n < yeses else None,
            )
        )
    session.commit()


def count_all(session: Session) -> int:
    told = learn_from_answers(session, match_ids=answers_to_learn(session, now=LATER), now=LATER)
    session.commit()
    return told


def test_yes_and_no_are_counted_once_and_taken_places_tell_nothing(
    session: Session, place: Community
) -> None:
    people = [volunteer(session, place, north_m=100 * n) for n in (1, 2, 3)]
    one = request(session, place)
    wave(session, one)
    for who, answer in ((people[0], decline_match), (people[1], accept_match)):
        answer(Context(session, me(who, place), NOW), match_id=match_of(session, one, who).id)
        session.commit()
    assert answers_to_learn(session, now=NOW + MINUTE) == []
    assert len(answers_to_learn(session, now=LATER)) == 3
    assert [count_all(session), count_all(session)] == [2, 0]
    rows = session.execute(
        select(AnswerCount.person_id, AnswerCount.hour, AnswerCount.band, AnswerCount.yeses > 0)
    )
    assert {tuple(row) for row in rows} == {
        (people[0].id, "morning", 0, False),
        (people[1].id, "morning", 0, True),
    }
    (area,) = session.scalars(select(AreaAnswerCount)).all()
    assert (area.area_id, area.yeses / area.asks) == (place.here.id, 0.5)


def test_what_the_tables_say_is_what_the_pure_rule_says(session: Session, place: Community) -> None:
    willing, busy, newcomer = (volunteer(session, place).id for _ in range(3))
    past(session, place, willing, 9, 1)
    past(session, place, busy, 1, 19)
    assert count_all(session) == 30
    setting = Setting("morning", place.medicine.id, 0)
    pure = Learnt(
        Outcome(match.person_id, place.here.id, setting, match.sent_at, match.state == "finished")
        for match in session.scalars(select(Match))
        if match.sent_at is not None
    )
    one: HelpRequest = request(session, place)
    far = {willing: 100.0, busy: 100.0, newcomer: 1500.0}
    said = chances_for(session, one, far, now=NOW, zone=SHENZHEN)
    for person_id in (willing, busy):
        expected = pure.chance(person_id, place.here.id, setting, NOW)
        assert said[person_id].p == pytest.approx(expected.p)
        assert said[person_id].asked == pytest.approx(expected.asked)
    assert said[busy].p < said[newcomer].p < said[willing].p
    assert said[newcomer].p < PRIOR_RATE


def test_late_yes_counts_as_silence(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    past(session, place, who.id, 1, 0)
    match = session.scalars(select(Match)).one()
    match.accepted_at = match.answered_at = NOW - timedelta(hours=1)
    session.commit()
    assert count_all(session) == 1
    assert session.scalars(select(AnswerCount.yeses)).one() == 0


@pytest.mark.parametrize("reason", [one for one in EndReason if one not in OWN_END_REASONS])
def test_what_others_did_says_nothing_about_a_volunteer(
    session: Session, place: Community, reason: EndReason
) -> None:
    past(session, place, volunteer(session, place).id, 0, 1, state=MatchState.EXPIRED)
    match = session.scalars(select(Match)).one()
    match.end_reason, match.ended_at = reason, match.answered_at
    session.commit()
    assert count_all(session) == 0


def test_two_schedulers_count_each_answer_once(
    database: Database, session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    past(session, place, who.id, 3, 2)
    ids = answers_to_learn(session, now=LATER)
    session.commit()
    all_at_once(database, [lambda own: learn_from_answers(own, match_ids=ids, now=LATER)] * 4)
    row = session.scalars(select(AnswerCount)).one()
    assert row.yeses / row.asks == pytest.approx(0.6, abs=0.01)
    one = request(session, place)
    said = chances_for(session, one, {who.id: 100.0}, now=NOW, zone=SHENZHEN)
    assert said[who.id].asked == pytest.approx(5, abs=0.2)


def test_counting_that_dies_counts_nothing(
    database: Database, session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    past(session, place, who.id, 1, 1)
    ids = answers_to_learn(session, now=LATER)
    session.commit()
    with database.new_session() as dying:
        learn_from_answers(dying, match_ids=ids, now=LATER)
        dying.flush()
    assert session.scalars(select(AnswerCount)).all() == []
    assert count_all(session) == 2


def test_what_was_learnt_is_what_the_ranking_reckons_with(
    session: Session, place: Community
) -> None:
    often = {"weekly_limit": 99}
    willing, busy = (volunteer(session, place, offer=often) for _ in range(2))
    past(session, place, busy.id, 0, 20)
    past(session, place, willing.id, 20, 0)
    assert count_all(session) == 40
    one = request(session, place)
    ranking = rank_for(session, request=one, now=NOW, radius_m=1500)
    chance = {
        ranked.person_id: next(part.value for part in ranked.parts if part.code == "chance")
        for ranked in ranking.ranked
    }
    assert chance[willing.id] > 0.75 and chance[busy.id] < 0.2
