"""Whole lives of requests in any order of steps: what must always hold, after each of them.

Every step either is refused, and nothing changes, or it leaves the request, its places, its matches
and the trail in agreement.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident, system
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING
from app.help_requests.models import HelpRequest, RequestPlace
from app.help_requests.places import HELD, PlaceState, state_from_places
from app.help_requests.rules import LOOKED_FOR, State
from app.people.models import Person
from app.trail.models import Event
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.requests.rate_request import rate_request
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer

pytestmark = pytest.mark.usefixtures("locks_in_order")

PEOPLE = 4
# What a volunteer does with their own match.
OWN: dict[str, Callable[..., Any]] = {
    "accept": accept_match,
    "decline": decline_match,
    "undo": undo_acceptance,
    "give_up": give_up,
    "set_out": set_out,
    "arrive": arrive_at_task,
    "finish": finish_task,
}
STEPS = st.one_of(
    st.tuples(st.sampled_from([*OWN, "assign", "withdraw"]), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("need"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 1, 3, 20, 200])),
    st.tuples(st.just("back"), st.just(5)),
    st.tuples(st.just("later"), st.integers(1, 5)),
    st.tuples(st.just("rate"), st.sampled_from([1, 5])),
    st.tuples(st.just("cancel"), st.just(0)),
)


@dataclass
class Life:
    """One request, the people around it, and the time."""

    session: Session
    place: Community
    people: list[Person]
    boss: Actor
    one: HelpRequest
    now: datetime = NOW
    last_line: int = 0
    seen: dict[tuple[str, int], str] = field(default_factory=dict)

    def match(self, who: int) -> Match | None:
        return self.session.scalar(
            select(Match)
            .where(
                Match.request_id == self.one.id,
                Match.person_id == self.people[who].id,
                Match.round_no == self.one.round_no,
            )
            .execution_options(populate_existing=True)
        )

    def step(self, what: str, number: int) -> None:
        """Takes one step; a refused one is rolled back."""
        try:
            self._do(what, number)
            self.session.commit()
        except Refused:
            self.session.rollback()

    def _do(self, what: str, number: int) -> None:
        by_boss = Context(self.session, self.boss, self.now)
        match = self.match(number) if number < PEOPLE else None
        if what in OWN and match is not None:
            mine = actor_for(self.people[number], "volunteer", self.place.here)
            OWN[what](Context(self.session, mine, self.now), match_id=match.id)
        elif what == "withdraw" and match is not None:
            withdraw_match(by_boss, match_id=match.id)
        elif what == "assign":
            person_id = self.people[number].id
            assign_volunteer(by_boss, request_id=self.one.id, person_id=person_id, agreed=True)
        elif what == "need":
            change_request(by_boss, request_id=self.one.id, version=None, volunteers_needed=number)
        elif what == "later":
            start = self.now + timedelta(hours=number)
            change_request(
                by_boss,
                request_id=self.one.id,
                version=None,
                wanted_from=start,
                wanted_to=start + timedelta(hours=2),
            )
        elif what in ("wait", "back"):
            self.now += timedelta(minutes=number if what == "wait" else -number)
            if self.one.id in due_deadlines(self.session, now=self.now):
                context = Context(self.session, system("jobs"), self.now)
                process_deadline(context, request_id=self.one.id)
        elif what in ("rate", "cancel"):
            context = Context(self.session, resident("web"), self.now)
            if what == "rate":
                rate_request(context, code=self.one.code, stars=number, comment=None)
            else:
                cancel_request(context, code=self.one.code, why="")

    def check(self) -> None:
        """What must hold after every step."""
        self.session.refresh(self.one)
        places = self._places()
        states = [PlaceState(row.state) for row in places]
        assert self.one.places_taken == sum(state in HELD for state in states)
        assert len([state for state in states if state != PlaceState.LEFT]) in (
            # A request that is over has left the places that nobody took.
            self.one.volunteers_needed,
            self.one.places_taken,
        )
        now = State(self.one.state)
        if now in (State.MATCHING, State.ASSIGNED, State.IN_PROGRESS):
            assert state_from_places(now, states) == now
            # It never waits for ever.
            assert self.one.next_action_at is not None
        if PlaceState.OPEN in states:
            assert now in (State.OPEN, State.REOPENED, *LOOKED_FOR)
        holders = {row.match_id for row in places if row.match_id is not None}
        matches = self._matches()
        assert holders == {row.id for row in matches if row.state in HOLDING}
        self._check_trail(places, matches)

    def _places(self) -> list[RequestPlace]:
        rows = self.session.scalars(
            select(RequestPlace)
            .where(
                RequestPlace.request_id == self.one.id, RequestPlace.round_no == self.one.round_no
            )
            .execution_options(populate_existing=True)
        )
        return list(rows)

    def _matches(self) -> list[Match]:
        rows = self.session.scalars(
            select(Match)
            .where(Match.request_id == self.one.id, Match.round_no == self.one.round_no)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    def _check_trail(self, places: list[RequestPlace], matches: list[Match]) -> None:
        """Every change of a state has its line, written with it."""
        lines = self.session.execute(
            select(Event.seq, Event.subject_type, Event.subject_id, Event.details)
            .where(Event.request_id == self.one.id, Event.seq > self.last_line)
            .order_by(Event.seq)
        ).all()
        subjects = {(line.subject_type, line.subject_id) for line in lines}
        now = {("help_request", self.one.id): self.one.state}
        now |= {("match", row.id): row.state for row in matches}
        for key, state in now.items():
            if self.seen.get(key, state) != state or (key not in self.seen and key[0] == "match"):
                assert (key[0], str(key[1])) in subjects, (key, self.seen.get(key), state)
        told = {line.details.get("place") for line in lines}
        for moved in ("opened", "left"):
            told |= {number for line in lines for number in line.details.get(moved, ())}
        for row in places:
            key = ("request_place", row.id)
            if key in self.seen and self.seen[key] != row.state:
                over = self.one.state in (State.FINISHED, State.CANCELLED)
                assert row.number in told or over, (row.number, self.seen[key], row.state)
            now[key] = row.state
        self.seen |= now
        self.last_line = lines[-1].seq if lines else self.last_line


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(needed=st.integers(1, 3), steps=st.lists(STEPS, min_size=5, max_size=25))
def test_everything_agrees_after_every_step(
    session: Session, needed: int, steps: list[tuple[str, int]]
) -> None:
    place = community_once(session)
    people = [volunteer(session, place, north_m=40 * n) for n in range(1, PEOPLE + 1)]
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place, volunteers_needed=needed)
    life = Life(session, place, people, boss, one)
    for step in [("wait", 0), *steps]:
        life.step(*step)
        life.check()
    assert life.last_line > 0
    for who in people:
        who.state = "suspended"
    session.commit()


def community_once(session: Session) -> Community:
    """One community for all lives of a database: their people take no part in the next life."""
    kept: dict[str, Community] = session.info.setdefault("community", {})
    if "made" not in kept:
        session.expire_on_commit = False
        kept["made"] = community(session)
    return kept["made"]
