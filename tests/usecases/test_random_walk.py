"""Many steps in any order on one order: what must hold holds after each of them."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING, MatchState
from app.help_requests.models import HelpRequest, RequestPlace
from app.help_requests.places import HELD, PlaceState
from app.help_requests.rules import LIVE, State
from app.people.models import Person
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.another_question import Question, is_another, question_of
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.process_deadlines import process_deadline
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, me

# Half the minutes pass within an undo, the others within answers, phases and windows.
PASSES = (0, 0, 1, 1, 1, 3, 10, 40, 70, 180)
STEPS = 50
Verb = Callable[..., object]
# What a volunteer may do, by the state of the match.
ANSWERS: dict[str, tuple[Verb, ...]] = {
    "sent": (accept_match, decline_match, decline_match),
    "accepted": (undo_acceptance, give_up, set_out, arrive_at_task, arrive_at_task),
    "on_the_way": (arrive_at_task, give_up),
    "arrived": (finish_task, finish_task, give_up),
    "declined": (accept_match,),
    "expired": (accept_match,),
    "withdrawn": (accept_match,),
}
OFTEN = ("answer", "answer", "answer", "look", "look")
SELDOM = (
    "assign",
    "withdraw",
    "number",
    "time",
    "a little later",
    "a little later",
    "urgent",
    "stop for an hour",
)
ENDS = ("new time", "cancel")


class Walk:
    """One order for two, five volunteers, and what was seen of them so far."""

    def __init__(self, session: Session, place: Community, seed: int) -> None:
        self.session, self.place, self.dice = session, place, random.Random(seed)
        self.boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
        self.people = [volunteer(session, place, north_m=50 * n) for n in range(1, 6)]
        self.now = NOW
        # The question to which each last said no, and when each was asked last.
        self.noes: dict[int, Question] = {}
        self.sent: dict[int, datetime | None] = {}
        self.arrived: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        """The next order; the last one is over."""
        at = self.now
        times: dict[str, Any] = dict.fromkeys(
            ("wanted_from", "submitted_at", "state_since", "next_action_at", "phone_confirmed_at"),
            at,
        )
        made = request(
            self.session,
            self.place,
            volunteers_needed=2,
            wanted_to=at + timedelta(hours=2),
            due_at=at + timedelta(hours=2),
            **times,
        )
        self.id, self.code = made.id, made.code
        self.session.commit()

    def order(self) -> HelpRequest:
        return self.session.get_one(HelpRequest, self.id, populate_existing=True)

    def matches(self) -> list[Match]:
        rows = select(Match).where(Match.request_id == self.id).order_by(Match.id)
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))

    def step(self) -> str:
        if self.order().state in (State.FINISHED, State.CANCELLED, State.CLOSED):
            self._begin()
        self.now += self.dice.choice(PASSES) * MINUTE
        kind = self.dice.choices((OFTEN, SELDOM, ENDS), (70, 25, 5))[0]
        verb = self.dice.choice(kind)
        try:
            said = self._do(verb)
            self.session.commit()
        except Refused as why:
            self.session.rollback()
            return f"{verb}: {why}"
        return said or verb

    def _do(self, verb: str) -> str | None:
        who = self.dice.choice(self.people)
        if verb == "answer":
            return self._answer()
        if verb in ("look", "stop for an hour"):
            self._look(timedelta(hours=1) if verb != "look" else timedelta(0))
        elif verb == "assign":
            context = self._as(self.boss)
            assign_volunteer(context, request_id=self.id, person_id=who.id, agreed=True)
        elif verb == "withdraw":
            if match := self._match(who):
                withdraw_match(self._as(self.boss), match_id=match.id)
        elif verb == "cancel":
            cancel_request(self._as(resident("web")), why="不用了", code=self.code)
        elif verb == "new time":
            start = self.now + 30 * MINUTE
            context = self._as(resident("web"))
            choose_new_time(context, code=self.code, wanted_from=start, wanted_to=start + MINUTE)
        else:
            self._change(verb)
        return None

    def _as(self, actor: Actor) -> Context:
        return Context(self.session, actor, self.now)

    def _match(self, who: Person) -> Match | None:
        return next((one for one in reversed(self.matches()) if one.person_id == who.id), None)

    def _answer(self) -> str | None:
        some = [one for one in self.matches() if one.state in ANSWERS]
        if not some:
            return None
        match = self.dice.choice(some)
        verb = self.dice.choice(ANSWERS[match.state])
        who = next(one for one in self.people if one.id == match.person_id)
        actor = me(who, self.place)
        try:
            verb(self._as(actor), match_id=match.id)
        except Refused as why:
            assert verb is not finish_task, f"has arrived and cannot finish: {why}"
            raise
        return verb.__name__

    def _look(self, late: timedelta) -> None:
        order = self.order()
        if order.next_action_at is None:
            return
        self.now = max(self.now, order.next_action_at) + late
        process_deadline(self._as(HOUSE), request_id=self.id)

    def _change(self, verb: str) -> None:
        order = self.order()
        end = max(self.now, order.wanted_to or self.now)
        possible: dict[str, dict[str, Any]] = {
            "number": {"volunteers_needed": self.dice.randint(1, 3)},
            "urgent": {"urgency": self.dice.choice(["urgent", "ordinary"])},
            "a little later": {"wanted_to": end + 10 * MINUTE},
            "time": {"wanted_to": end + self.dice.randint(1, 5) * 40 * MINUTE},
        }
        context = self._as(self.boss)
        change_request(context, request_id=self.id, version=None, **possible[verb])

    def must_hold(self, step: str) -> None:
        order, matches = self.order(), self.matches()
        lost = {one.id for one in matches if one.state == MatchState.WITHDRAWN} & self.arrived
        assert not lost or step in ("give_up", "withdraw"), "has arrived and cannot finish"
        self.arrived = {one.id for one in matches if one.state == MatchState.ARRIVED}
        assert order.state not in LIVE or order.next_action_at is not None
        now = [one for one in matches if one.round_no == order.round_no]
        self._check_places(order, now)
        self._check_noes(order, now)
        if State(order.state) not in LIVE:
            ended = {one.state for one in now if one.state not in (HOLDING - {"finished"})}
            assert {one.state for one in now} == ended and not ended & {"sent", "proposed"}

    def _check_places(self, order: HelpRequest, matches: list[Match]) -> None:
        rows = self.session.scalars(
            select(RequestPlace)
            .where(RequestPlace.request_id == self.id, RequestPlace.round_no == order.round_no)
            .execution_options(populate_existing=True)
        )
        states = [PlaceState(one.state) for one in rows]
        if State(order.state) in LIVE:
            held = sum(one in HELD for one in states)
            assert order.places_taken == held == sum(one.state in HOLDING for one in matches)
            wanted = sum(one != PlaceState.LEFT for one in states)
            assert order.volunteers_needed == wanted
        if order.state == State.IN_PROGRESS:
            assert PlaceState.ARRIVED in states
        if order.cancelled_at is not None and State(order.state) in LIVE:
            assert order.state == State.IN_PROGRESS and PlaceState.OPEN not in states

    def _check_noes(self, order: HelpRequest, matches: list[Match]) -> None:
        """Nobody is asked once more who said no to the same question."""
        question = question_of(order)
        for one in matches:
            asked = one.state == MatchState.SENT and one.sent_at != self.sent.get(one.id)
            if asked and one.id in self.noes:
                assert is_another(self.noes[one.id], question), "asked twice for the same"
            assert not (one.reopened and one.state not in ("declined", "expired"))
            self.sent[one.id] = one.sent_at
            if one.state != MatchState.DECLINED:
                self.noes.pop(one.id, None)
            else:
                self.noes.setdefault(one.id, question)


@pytest.mark.parametrize("seed", range(4, 8))
def test_any_order_of_steps(session: Session, seed: int) -> None:
    walk = Walk(session, community(session), seed)
    steps = []
    for _ in range(STEPS):
        steps.append(walk.step())
        try:
            walk.must_hold(steps[-1])
        except AssertionError as error:
            raise AssertionError(f"{error} after {steps[-12:]}") from error
