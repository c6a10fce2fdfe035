"""Somebody who says yes and does not come is asked after one who says yes less often and comes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.dispatch.models import AreaPromiseCount, Match, PromiseCount
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.matching.acceptance import HALF_LIFE, weight_at
from app.people.models import Person
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import withdraw_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.dispatch.learnt_chances import chances_for
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.rate_request import rate_request
from tests.factories import (
    NOW,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, match_of, me

SHENZHEN = ZoneInfo("Asia/Shanghai")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEB = resident("web")
Story = Callable[["House", HelpRequest, Person, Match, datetime], None]


class House:
    """A community in which one volunteer at a time is asked by name."""

    def __init__(self, session: Session) -> None:
        self.session, self.place = session, community(session)
        self.place.medicine.grab = True
        boss = coordinator(session, self.place.here)
        self.boss = actor_for(boss, "coordinator", self.place.here)

    def ask(self, who: Person, at: datetime, answer: Story) -> HelpRequest:
        """Asks for help at once, then does what the story says."""
        one = request(
            self.session, self.place, wanted_from=at, wanted_to=at + HOUR, submitted_at=at,
            state_since=at, due_at=at + 2 * HOUR, next_action_at=at,
        )  # fmt: skip
        send_wave(Context(self.session, self.boss, at), request_id=one.id, person_ids=[who.id])
        answer(self, one, who, match_of(self.session, one, who), at)
        self.session.commit()
        return one

    def by(self, who: Person, at: datetime) -> Context:
        return Context(self.session, me(who, self.place), at)

    def learn(self, now: datetime) -> int:
        told = learn_from_answers(
            self.session, match_ids=answers_to_learn(self.session, now=now), now=now
        )
        self.session.commit()
        return told

    def kept(self, who: Person) -> tuple[float, float]:
        """Promises and those kept, each weighing one when it was made."""
        row = self.session.get(PromiseCount, who.id, populate_existing=True)
        weight = weight_at(NOW)
        return (0.0, 0.0) if row is None else (row.promises / weight, row.kept / weight)


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def yes(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    accept_match(house.by(who, at + MINUTE), match_id=match.id)


def gives_up(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    give_up(house.by(who, at + 11 * MINUTE), match_id=match.id)


def never_comes(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    withdraw_match(Context(house.session, house.boss, at + 3 * HOUR), match_id=match.id)


def comes(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    arrives(house, one, who, match, at + 20 * MINUTE)


def arrives(
    house: House, one: HelpRequest, who: Person, match: Match, at: datetime, stars: int | None = 5
) -> None:
    arrive_at_task(house.by(who, at), match_id=match.id, code="4821")
    finish_task(house.by(who, at + HOUR), match_id=match.id)
    if stars is not None:
        rate_request(
            Context(house.session, WEB, at + 2 * HOUR), code=one.code, stars=stars, comment=None
        )


def comes_late(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    arrives(house, one, who, match, at + 5 * HOUR)


def disappoints(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    arrives(house, one, who, match, at + 20 * MINUTE, stars=1)


def declines(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    decline_match(house.by(who, at + MINUTE), match_id=match.id)


def undoes(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    undo_acceptance(house.by(who, at + 2 * MINUTE), match_id=match.id)
    decline_match(house.by(who, at + 3 * MINUTE), match_id=match.id)


def called_off(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    cancel_request(
        Context(house.session, house.boss, at + 5 * MINUTE), request_id=one.id, why="不用了"
    )


def taken_back(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
    yes(house, one, who, match, at)
    withdraw_match(Context(house.session, house.boss, at + 10 * MINUTE), match_id=match.id)


def test_after_fifteen_days_whoever_comes_is_far_ahead_of_whoever_only_says_yes(
    house: House,
) -> None:
    flake, ghost, honest = (
        volunteer(house.session, house.place, offer={"weekly_limit": 50}) for _ in range(3)
    )
    for day in range(15):
        at = NOW + day * DAY
        house.ask(flake, at, gives_up)
        house.ask(ghost, at, never_comes)
        house.ask(honest, at, comes if day % 2 else declines)
        house.learn(at + 6 * HOUR)
    later = NOW + 15 * DAY
    one = request(house.session, house.place, wanted_from=later, wanted_to=later + HOUR)
    metres = {who.id: 200.0 for who in (flake, ghost, honest)}
    said = chances_for(house.session, one, metres, now=later, zone=SHENZHEN)
    chance = [said[who.id].p for who in (flake, ghost, honest)]
    assert max(chance[:2]) < 0.2 and chance[2] > 2 * max(chance[:2])


@pytest.mark.parametrize(
    ("story", "promises", "kept"),
    [
        (comes, 1, 1),
        (gives_up, 1, 0),
        (never_comes, 1, 0),
        (comes_late, 1, 0),
        (disappoints, 1, 0),
        (declines, 0, 0),
        (called_off, 0, 0),
        (taken_back, 0, 0),
        (undoes, 0, 0),
    ],
)
def test_only_what_the_volunteer_did_is_learnt(
    house: House, story: Story, promises: float, kept: float
) -> None:
    who = volunteer(house.session, house.place)
    house.ask(who, NOW, story)
    house.learn(NOW + DAY)
    assert house.kept(who) == pytest.approx((promises, kept), abs=0.01)
    assert house.learn(NOW + DAY) == 0
    area = house.session.scalars(select(AreaPromiseCount.promises)).all()
    assert sum(area) / weight_at(NOW) == pytest.approx(promises, abs=0.01)


def test_a_withdrawal_after_the_time_to_arrive_is_a_no_show(house: House) -> None:
    people = [volunteer(house.session, house.place) for _ in range(2)]
    early, late = (
        house.ask(who, NOW, story)
        for who, story in zip(people, (taken_back, never_comes), strict=True)
    )
    reasons = [
        match_of(house.session, one, who).end_reason
        for one, who in zip((early, late), people, strict=True)
    ]
    assert reasons == [EndReason.COORDINATOR, EndReason.NO_SHOW]


def test_the_first_undone_yes_in_a_month_is_a_slip_and_the_next_counts(house: House) -> None:
    who = volunteer(house.session, house.place)
    for day, promises in ((0, 0), (1, 1), (2, 2), (40, 2)):
        house.ask(who, NOW + day * DAY, undoes)
        house.learn(NOW + (day + 1) * DAY)
        grown = 2 ** (2 * DAY / HALF_LIFE)
        assert promises <= house.kept(who)[0] <= promises * grown


def test_undoing_the_same_yes_again_counts(house: House) -> None:
    who = volunteer(house.session, house.place)

    def twice(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
        yes(house, one, who, match, at)
        undo_acceptance(house.by(who, at + 2 * MINUTE), match_id=match.id)
        yes(house, one, who, match, at + 3 * MINUTE)
        undo_acceptance(house.by(who, at + 5 * MINUTE), match_id=match.id)

    house.ask(who, NOW, twice)
    house.learn(NOW + DAY)
    assert house.kept(who) == pytest.approx((1, 0), abs=0.01)


def test_a_grabbed_task_is_a_promise_too(house: House) -> None:
    who = volunteer(house.session, house.place)
    one = request(house.session, house.place)
    match = grab_request(house.by(who, NOW), request_id=one.id)
    give_up(house.by(who, NOW + 10 * MINUTE), match_id=match.id)
    assert house.learn(NOW + HOUR) == 1
    assert house.kept(who) == pytest.approx((1, 0), abs=0.01)


def test_an_unrated_visit_waits_for_its_rating_for_a_week(house: House) -> None:
    who = volunteer(house.session, house.place)

    def unrated(house: House, one: HelpRequest, who: Person, match: Match, at: datetime) -> None:
        yes(house, one, who, match, at)
        arrives(house, one, who, match, at + MINUTE, stars=None)

    one = house.ask(who, NOW, unrated)
    house.learn(NOW + 6 * DAY)
    assert house.kept(who) == (0, 0)
    house.learn(NOW + 8 * DAY)
    assert house.kept(who) == pytest.approx((1, 1), abs=0.01)
    assert match_of(house.session, one, who).state == MatchState.FINISHED


def test_somebody_who_says_yes_again_after_giving_up_by_silence_is_judged_anew(
    house: House,
) -> None:
    who = volunteer(house.session, house.place)
    one = house.ask(who, NOW, undoes)
    soon = NOW + 30 * MINUTE
    house.learn(soon)
    match = match_of(house.session, one, who)
    assert match.promise_learnt_at is not None
    accept_match(house.by(who, soon), match_id=match.id)
    give_up(house.by(who, soon + MINUTE), match_id=match.id)
    house.learn(NOW + 2 * HOUR)
    assert house.kept(who) == pytest.approx((1, 0), abs=0.01)
