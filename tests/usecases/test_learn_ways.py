"""Confirmed arrivals teach how long ways in an area take, once each; others teach nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.core.context import Context
from app.core.travel import Travel
from app.dispatch.models import AreaWayCount, Match
from app.help_requests.models import HelpRequest
from app.matching.travel import way_of
from app.offers.models import Offer
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.dispatch.learn_ways import way_factor_in
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.policies.replay_history import Asked, read_history
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.set_pin import set_pin
from tests.databases import Database
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, match_of, me
from tests.usecases.test_accept_at_once import all_at_once

LATER = NOW + timedelta(days=8)


class Ways:
    """A volunteer a kilometre away who is asked by name, again and again."""

    def __init__(self, session: Session) -> None:
        self.session: Session = session
        self.place: Community = community(session)
        self.boss = actor_for(coordinator(session, self.place.here), "coordinator", self.place.here)
        self.who: Person = volunteer(
            session, self.place, north_m=1000, offer={"max_load": 9, "weekly_limit": 50}
        )

    def visit(self, minutes: float, *, code: str | None = "4821", out: bool = True) -> HelpRequest:
        """Goes there, which takes this long, and finishes the task."""
        one = request(self.session, self.place)
        self.session.commit()
        send_wave(
            Context(self.session, self.boss, NOW), request_id=one.id, person_ids=[self.who.id]
        )
        match_id = match_of(self.session, one, self.who).id
        accept_match(self.at(1), match_id=match_id)
        if out:
            set_out(self.at(2), match_id=match_id)
        arrive_at_task(self.at(2 + minutes), match_id=match_id, code=code)
        finish_task(self.at(60 + minutes), match_id=match_id)
        self.session.commit()
        return one

    def at(self, minutes: float) -> Context:
        return Context(self.session, me(self.who, self.place), NOW + minutes * MINUTE)

    def learn(self) -> None:
        ids = answers_to_learn(self.session, now=LATER)
        learn_from_answers(self.session, match_ids=ids, now=LATER)
        self.session.commit()

    def factor(self, area_id: int | None = None) -> float:
        found = way_factor_in(self.session, area_id or self.place.here.id, NOW)
        self.session.rollback()
        return found


@pytest.fixture
def ways(session: Session) -> Ways:
    return Ways(session)


def expected(ways: Ways) -> float:
    metres = ways.session.scalars(select(Match.distance_m).order_by(Match.id.desc())).first()
    assert metres
    return way_of(metres, Travel.BICYCLE).minutes


def test_slow_arrivals_make_ways_there_count_as_longer(ways: Ways) -> None:
    ways.visit(1)
    minutes = expected(ways)
    assert 8 < minutes < 10 and ways.factor() == 1
    for _ in range(6):
        ways.visit(1.5 * minutes)
    ways.learn()
    factor = ways.factor()
    assert 1.05 < factor < 1.2
    # Elsewhere they count too, but less.
    assert 1 < ways.factor(ways.place.other.id) < factor
    one = request(ways.session, ways.place)
    (ranked,) = rank_for(
        ways.session, request=one, now=NOW, radius_m=2000, people=[ways.who.id], again=True
    ).ranked
    assert ranked.minutes == pytest.approx(minutes * factor, rel=0.01)


def test_each_way_is_counted_once(ways: Ways) -> None:
    ways.visit(12)
    ways.learn()
    before = ways.factor()
    ways.learn()
    assert ways.factor() == before != 1


def test_nothing_is_learnt_without_confirmation_setting_out_or_sense(ways: Ways) -> None:
    ways.visit(12, code=None)
    ways.visit(12, out=False)
    # The tap on arriving was forgotten until the visit was over; both taps came at once.
    ways.visit(300)
    ways.visit(0.2)
    ways.learn()
    assert ways.factor() == 1
    assert ways.session.scalars(select(AreaWayCount)).all() == []


def test_setting_out_before_giving_up_is_not_the_way_of_a_later_yes(ways: Ways) -> None:
    again = request(ways.session, ways.place)
    ways.session.commit()
    send_wave(Context(ways.session, ways.boss, NOW), request_id=again.id, person_ids=[ways.who.id])
    match = match_of(ways.session, again, ways.who)
    for minutes, verb in ((1, accept_match), (2, set_out), (3, give_up), (30, accept_match)):
        verb(ways.at(minutes), match_id=match.id)
    assert match.on_the_way_at is None
    arrive_at_task(ways.at(40), match_id=match.id, code="4821")
    finish_task(ways.at(60), match_id=match.id)
    ways.session.commit()
    ways.learn()
    assert ways.factor() == 1


def test_two_jobs_at_once_count_a_way_once(database: Database, ways: Ways) -> None:
    ways.visit(12)
    ids = answers_to_learn(ways.session, now=LATER)
    ways.session.rollback()
    all_at_once(database, [lambda own: learn_from_answers(own, match_ids=ids, now=LATER)] * 4)
    again = ways.factor()
    ways.learn()
    assert again == ways.factor() != 1


def test_a_trial_reckons_with_the_ways_that_were_learnt(ways: Ways) -> None:
    for _ in range(3):
        ways.visit(15)
    ways.learn()
    day = timedelta(days=1)
    past = Asked(ways.place.here.path, None, None, NOW - day, NOW + day)
    history = read_history(ways.session, past)
    assert history is not None
    (factor,) = {one.way_factor for one in history.world.requests}
    assert factor == pytest.approx(way_factor_in(ways.session, ways.place.here.id, NOW + day))
    assert factor > 1


def test_the_way_of_who_accepted_is_that_to_the_new_place(ways: Ways) -> None:
    one = request(ways.session, ways.place)
    ways.session.commit()
    send_wave(Context(ways.session, ways.boss, NOW), request_id=one.id, person_ids=[ways.who.id])
    match = match_of(ways.session, one, ways.who)
    accept_match(ways.at(1), match_id=match.id)
    before = match.distance_m
    assert one.lat is not None and one.lon is not None and before is not None
    south, context = one.lat - 500 / 111_195, Context(ways.session, ways.boss, NOW)
    set_pin(context, request_id=one.id, version=None, lat=south, lon=one.lon, datum=Datum.WGS84)
    ways.session.commit()
    ways.session.refresh(match)
    assert match.distance_m == pytest.approx(before + 500, abs=5)


def test_a_way_is_compared_with_the_means_of_that_day(ways: Ways) -> None:
    """Whoever walks from tomorrow on did not walk today."""
    ways.visit(1)
    minutes = expected(ways)
    for _ in range(3):
        ways.visit(minutes)
    ways.session.execute(update(Offer).values(travel=Travel.FOOT))
    ways.session.commit()
    ways.learn()
    assert ways.factor() == pytest.approx(1, abs=0.01)
    assert set(ways.session.scalars(select(Match.went_by))) == {Travel.BICYCLE}
