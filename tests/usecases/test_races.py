"""Two things at one moment, every pair of them: no deadlock, no lost change, nothing doubled.

`RACE_ROUNDS` says how often each pair is run; `make races` runs two hundred.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations_with_replacement
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, system
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, HOLDING
from app.help_requests.models import HelpRequest, RequestPlace
from app.help_requests.places import HELD, PlaceState, state_from_places
from app.help_requests.rules import State
from app.people.models import Person
from app.trail.verification import verify
from app.usecases.dispatch.answer_match import accept_match, decline_match, give_up
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task
from app.usecases.requests.process_deadlines import process_deadline
from app.usecases.volunteers.change_offer import change_offer
from app.usecases.volunteers.decide_account import suspend_volunteer
from app.usecases.volunteers.offer_terms import OfferTerms
from tests.databases import Database
from tests.factories import (
    ALL_WEEK,
    HOME,
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    request,
    volunteer,
)
from tests.usecases.asking import match_of, me, wave

ROUNDS = int(os.environ.get("RACE_ROUNDS", "1"))
SOON = NOW + timedelta(minutes=40)


class Stage:
    """A request for two; one volunteer has accepted, two were asked."""

    def __init__(self, session: Session, place: Community, boss: Actor) -> None:
        self.place, self.boss = place, boss
        people = [volunteer(session, place, north_m=50 * n) for n in (1, 2, 3)]
        self.one = request(session, place, volunteers_needed=2).id
        wave(session, session.get_one(HelpRequest, self.one))
        self.actors = [me(who, place) for who in people]
        self.people = [who.id for who in people]
        self.versions = [who.version for who in people]
        # What was asked about is no longer offered.
        self.terms = OfferTerms(*HOME, (place.visit.id,), ALL_WEEK)
        one = session.get_one(HelpRequest, self.one)
        self.matches = [match_of(session, one, who).id for who in people]
        accept_match(Context(session, self.actors[0], NOW), match_id=self.matches[0])
        session.commit()

    def verbs(self) -> dict[str, Callable[[Session], Any]]:
        """What may happen at one moment."""
        boss, first, second = self.boss, self.actors[0], self.actors[1]

        def of(who: Actor, verb: Callable[..., Any], **values: Any) -> Callable[[Session], Any]:
            return lambda session: verb(Context(session, who, SOON), **values)

        return {
            "yes": of(second, accept_match, match_id=self.matches[1]),
            "yes of a third": of(self.actors[2], accept_match, match_id=self.matches[2]),
            "no": of(second, decline_match, match_id=self.matches[1]),
            "give up": of(first, give_up, match_id=self.matches[0]),
            "arrive": of(first, arrive_at_task, match_id=self.matches[0]),
            "withdraw": of(boss, withdraw_match, match_id=self.matches[0]),
            "withdraw an ask": of(boss, withdraw_match, match_id=self.matches[1]),
            "assign": of(
                boss,
                assign_volunteer,
                request_id=self.one,
                person_id=self.people[1],
                agreed=True,
            ),
            "assign a third": of(
                boss,
                assign_volunteer,
                request_id=self.one,
                person_id=self.people[2],
                agreed=True,
            ),
            "other offer": of(
                second, change_offer, person_id=self.people[1], terms=self.terms, version=1
            ),
            "need less": of(
                boss, change_request, request_id=self.one, version=None, volunteers_needed=1
            ),
            "need more": of(
                boss, change_request, request_id=self.one, version=None, volunteers_needed=3
            ),
            "cancel": of(boss, cancel_request, request_id=self.one, why="不用了"),
            "look": of(system("jobs"), process_deadline, request_id=self.one),
            "suspend": of(
                boss,
                suspend_volunteer,
                person_id=self.people[1],
                version=self.versions[1],
                reason="停用",
            ),
        }


NAMES = (
    "yes",
    "yes of a third",
    "no",
    "give up",
    "arrive",
    "withdraw",
    "withdraw an ask",
    "assign",
    "assign a third",
    "other offer",
    "need less",
    "need more",
    "cancel",
    "look",
    "suspend",
)


def at_one_moment(database: Database, verbs: list[Callable[[Session], Any]]) -> list[str]:
    """Runs both in threads of their own; any error but a refusal fails the test."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[Session], Any]) -> str:
        with database.new_session() as own:
            start.wait(20)
            try:
                verb(own)
                own.commit()
            except Refused as refused:
                own.rollback()
                return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def check(session: Session, stage: Stage, answers: list[str]) -> None:
    """Nothing is lost or doubled, no matter who came first."""
    session.expire_all()
    assert "done" in answers
    one = session.get_one(HelpRequest, stage.one)
    matches = session.scalars(select(Match).where(Match.request_id == one.id)).all()
    places = session.scalars(select(RequestPlace).where(RequestPlace.request_id == one.id)).all()
    held = [row for row in matches if row.state in HOLDING]
    assert {row.match_id for row in places if row.match_id} == {row.id for row in held}
    assert one.places_taken == len(held) <= one.volunteers_needed
    states = [PlaceState(row.state) for row in places]
    assert sum(state in HELD for state in states) == len(held)
    if one.state in (State.MATCHING, State.ASSIGNED, State.IN_PROGRESS):
        assert state_from_places(State(one.state), states) == one.state
    suspended = select(Person.id).where(Person.state == "suspended")
    with_tasks = select(func.count()).where(
        Match.person_id.in_(suspended), Match.state.in_(sorted(ACTIVE))
    )
    assert session.scalar(with_tasks) == 0


@pytest.mark.parametrize("pair", list(combinations_with_replacement(NAMES, 2)), ids="+".join)
def test_two_things_at_one_moment(
    database: Database, session: Session, pair: tuple[str, str]
) -> None:
    place = community(session)
    boss = actor_for(administrator(session, place.district), "administrator", place.district)
    for _ in range(ROUNDS):
        stage = Stage(session, place, boss)
        verbs = stage.verbs()
        check(session, stage, at_one_moment(database, [verbs[name] for name in pair]))
    assert list(verify(session)) == []
