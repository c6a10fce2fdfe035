"""Simulates dispatch event by event, with the functions that the live service uses.

`matching.eligibility` decides who may be asked, `matching.ranking` in what order, and
`matching.waves.next_step` how many and when. This module adds the clock, the state of each
volunteer and the crowd's answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol

from app.matching.lab.crowd import Reply
from app.matching.lab.outcomes import Outcome, Run
from app.matching.lab.pools import Circle, Past, Pools
from app.matching.lab.world import LabRequest, World
from app.matching.policy import Policy
from app.matching.waves import Ask, Askable, Step, next_step

ARRIVES, ANSWERS, FALLS_SILENT, LOOKS, ENDS = range(5)
PolicyFor = Callable[[LabRequest], Policy]


class Answering(Protocol):
    """The people asked. See `crowd.Crowd`."""

    drawn: int
    replayed: int

    def reply(self, request: LabRequest, person_id: int, metres: float, at: datetime) -> Reply:
        """What this person does when asked for this request at this moment."""
        ...


@dataclass
class _Open:
    """A request that is being matched."""

    request: LabRequest
    policy: Policy
    asks: dict[int, Ask] = field(default_factory=dict)
    # Those who were asked: metres and minutes of their way.
    metres: dict[int, float] = field(default_factory=dict)
    minutes: dict[int, float] = field(default_factory=dict)
    # Those who accepted, and those whose ask ended because they bring too little.
    members: list[int] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    went_m: float = 0.0
    way_s: float = 0.0
    too_late: int = 0
    done_at: datetime | None = None
    looks_at: datetime | None = None

    @property
    def filled(self) -> int:
        """How many places are taken."""
        return len(self.members)


def replay(
    world: World, policy_for: PolicyFor, crowd: Answering, pools: Pools | None = None
) -> Run:
    """Simulates every request of the world and returns the results."""
    return _Play(world, policy_for, crowd, pools or Pools(world)).run()


class _Play:
    """One run: a heap of coming events, and the state so far."""

    def __init__(self, world: World, policy_for: PolicyFor, crowd: Answering, pools: Pools) -> None:
        self.world, self.crowd, self.pools = world, crowd, pools
        self.open = [_Open(one, policy_for(one)) for one in world.requests]
        self.heap: list[tuple[datetime, int, int, int, int]] = []
        self.count = 0

    def run(self) -> Run:
        """From the first arrival to the last end."""
        for number, request in enumerate(self.world.requests):
            self._push(request.at, ARRIVES, number)
            self._push(request.at + timedelta(seconds=request.wait_s), ENDS, number)
        while self.heap:
            at, _, kind, number, person_id = heappop(self.heap)
            one = self.open[number]
            if kind == ANSWERS:
                self._answered(number, one, person_id, at)
            elif kind == FALLS_SILENT:
                self._settle(one, person_id, False)
            elif kind == ENDS:
                one.done_at = one.done_at or at
            elif kind == ARRIVES or one.looks_at == at:
                self._look(number, one, at)
        return self._told()

    def _push(self, at: datetime, kind: int, number: int, person_id: int = 0) -> None:
        self.count += 1
        heappush(self.heap, (at, self.count, kind, number, person_id))

    def _look(self, number: int, one: _Open, now: datetime) -> None:
        """One dispatch step: asks whom the policy wants asked, and schedules the next step."""
        if one.done_at is not None:
            return
        team = self.pools.team_need(one.request, one.members)
        circle = self.pools.circle(one.request, one.asks, team, now)
        step = self._decide(one, circle, now)
        for person_id in step.ask:
            self._ask(number, one, circle.pool[person_id], step.phase, step.answer_s, now)
        one.looks_at = step.look_again_at
        self._push(step.look_again_at, LOOKS, number)

    def _decide(self, one: _Open, circle: Circle, now: datetime) -> Step:
        """Ranks circle by circle as far as the policy needs, as `usecases.dispatch.decide_asks`."""
        policy, request = one.policy, one.request
        first = policy.phase_at((now - request.at).total_seconds())
        while True:
            step = next_step(
                policy,
                list(one.asks.values()),
                self.pools.askable(circle, now),
                began_at=request.at,
                now=now,
                places_open=request.places - one.filled,
                urgency=request.urgency,
                seed=request.id,
            )
            phases = policy.phases[first : step.phase + 1]
            places = request.places - one.filled
            if not any(self.pools.look_into(circle, request, policy, p, places) for p in phases):
                return step

    def _ask(
        self, number: int, one: _Open, who: Askable, phase: int, answer_s: int, now: datetime
    ) -> None:
        silent_at = now + timedelta(seconds=answer_s)
        one.asks[who.person_id] = Ask(who.person_id, now, who.p, silent_at, phase=phase)
        one.metres[who.person_id], one.minutes[who.person_id] = who.metres, who.minutes
        self.pools.asked(who.person_id, now)
        reply = self.crowd.reply(one.request, who.person_id, who.metres, now)
        if reply.answer is None or reply.after_s > answer_s:
            self._push(silent_at, FALLS_SILENT, number, who.person_id)
        if reply.answer is not None:
            after = timedelta(seconds=max(1.0, reply.after_s))
            kind_of = who.person_id if reply.answer == "yes" else -who.person_id
            self._push(now + after, ANSWERS, number, kind_of)

    def _answered(self, number: int, one: _Open, signed_id: int, now: datetime) -> None:
        """A yes is the person's id, a no its negative."""
        person_id, yes = abs(signed_id), signed_id > 0
        if one.done_at is not None:
            one.too_late += yes and one.filled == one.request.places
            return
        if person_id in one.ended:
            one.too_late += yes
            return
        team = self.pools.team_need(one.request, one.members)
        enough = self.pools.brings_enough(person_id, team)
        yes = yes and enough and self.pools.has_hands_free(person_id, now)
        ask = one.asks[person_id]
        one.asks[person_id] = Ask(
            ask.person_id, ask.at, ask.p, ask.silent_at, "yes" if yes else "no", now, ask.phase
        )
        if now <= ask.silent_at:
            self._settle(one, person_id, yes)
        if yes:
            self._accepted(one, person_id, now)
        if one.done_at is None:
            self._look(number, one, now)

    def _settle(self, one: _Open, person_id: int, yes: bool) -> None:
        """Settles an ask; one still open when somebody else was faster teaches nothing."""
        if one.done_at is None and person_id not in one.ended:
            asked_at, metres = one.asks[person_id].at, one.metres[person_id]
            self.pools.settled(person_id, one.request, metres, asked_at, yes)

    def _accepted(self, one: _Open, person_id: int, now: datetime) -> None:
        one.members.append(person_id)
        one.went_m += one.metres[person_id]
        one.way_s += 60 * one.minutes[person_id]
        self.pools.accepted(person_id, one.request, now)
        if one.filled == one.request.places:
            one.done_at = now
        else:
            self._end_in_vain(one, now)

    def _end_in_vain(self, one: _Open, now: datetime) -> None:
        """The last places are kept for who brings what is missing: the others' asks end."""
        team = self.pools.team_need(one.request, one.members)
        for person_id, ask in one.asks.items():
            waits = ask.answer is None and now < ask.silent_at
            if waits and not self.pools.brings_enough(person_id, team):
                one.asks[person_id] = replace(ask, answer="no", answered_at=now)
                one.ended.add(person_id)

    def _told(self) -> Run:
        past: dict[int, Past] = self.pools.past
        people = [one.id for one in self.world.volunteers]
        return Run(
            outcomes=[_outcome(one) for one in self.open],
            asked={one: past[one].asked_here if one in past else 0 for one in people},
            tasks={one: past[one].tasks_here if one in past else 0 for one in people},
            drawn=self.crowd.drawn,
            replayed=self.crowd.replayed,
        )


def _outcome(one: _Open) -> Outcome:
    request = one.request
    served = one.filled == request.places and one.done_at is not None
    waited = (one.done_at - request.at).total_seconds() if served and one.done_at else None
    # Of those who go together or not at all, nobody went.
    goes = served or not request.together
    return Outcome(
        request_id=request.id,
        block=request.block,
        places=request.places,
        filled=one.filled if goes else 0,
        waited_s=request.wait_s if waited is None else waited,
        messages=len(one.asks),
        metres=one.went_m if goes else 0.0,
        too_late=one.too_late,
        way_s=one.way_s if goes else 0.0,
    )
