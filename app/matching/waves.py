"""Whom to ask now: a rolling window of open asks, refilled and widened, then the coordinator.

Used by live dispatch and the dispatch lab. Nobody is asked twice; a refusal or a silence frees
its slot; no more are asked than the target of the phase needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp2, inf

from app.core.urgency import Urgency
from app.matching.acceptance_probability import chance_left, chance_of
from app.matching.policy import COORDINATOR, DUTY, NEAR, Fatigue, Phase, Policy
from app.matching.ranking import turn_of

# After everybody was asked in vain, check again this often: somebody may have come free.
LOOK_AGAIN = {
    Urgency.URGENT: timedelta(seconds=90),
    Urgency.ORDINARY: timedelta(minutes=15),
    Urgency.PLANNED: timedelta(minutes=30),
}
# Not the number of a phase: the last resort, in which earlier asks of phases take no slot.
MORE = -1
# So long before the coordinator is due, those who were spared are left to rest once others were
# asked: their asks count less every hour.
TIME_TO_REST = timedelta(hours=12)
# Never check again sooner than this.
SHORTEST_LOOK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask of this round. `answer` is yes, no (or over for another reason) or None.

    `p` is the assumed chance of a yes; `phase` the number of the phase that asked.
    """

    person_id: int
    at: datetime
    p: float
    silent_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    phase: int = 0


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who may be asked: distance, chance of a yes, score of the ranking.

    `asked_lately` is the `fatigue`; `idle_days` since the last ask or task, infinite for never;
    `comes` the chance that a yes is kept; `minutes` those of the way. `resting`: after a long
    duty, and asked only when nobody else is left.
    """

    person_id: int
    metres: float
    p: float
    score: float = 0.0
    on_duty: bool = False
    asked_lately: float = 0.0
    idle_days: float = inf
    comes: float = 1.0
    resting: bool = False
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now: ask these, in this order, and check again at `look_again_at` at the latest.

    `audience` is near, duty or coordinator (nobody is left to ask, or the last phase has begun).
    `radius_m` is how far candidates were wanted; `spared` were passed over as fatigued or resting.
    `last_resort`: those asked are of these, because nobody else was left.
    """

    ask: tuple[int, ...]
    phase: int
    audience: str
    radius_m: int
    answer_s: int
    look_again_at: datetime
    spared: tuple[int, ...] = ()
    last_resort: bool = False


def fatigue(asked_at: Iterable[datetime], *, half_life_h: float, now: datetime) -> float:
    """How many asks a person has had, each counting half after `half_life_h` hours."""
    return fatigue_after(((now - at) / timedelta(hours=1) for at in asked_at), half_life_h)


def fatigue_after(hours: Iterable[float], half_life_h: float) -> float:
    """The same, given how many hours have passed since each ask."""
    return sum(exp2(-max(0.0, passed) / half_life_h) for passed in hours)


def next_step(
    policy: Policy,
    asks: Sequence[Ask],
    pool: Iterable[Askable],
    *,
    began_at: datetime,
    now: datetime,
    places_open: int,
    urgency: str = Urgency.ORDINARY,
    seed: int = 0,
) -> Step:
    """Whom to ask now, given who may be asked and what was asked in this round.

    `urgency` decides how soon to check again when nobody can be asked; `seed` (the request's
    number) shifts which asks go to the longest idle. Raises ValueError when no place is open.
    """
    if places_open < 1:
        raise ValueError("no place is open")
    window = _Window(policy, asks, now, places_open, seed)
    known = {ask.person_id for ask in asks}
    fresh = {one.person_id: one for one in pool if one.person_id not in known}
    number = policy.phase_at((now - began_at).total_seconds())
    spared: set[int] = set()
    while policy.phases[number].audience != COORDINATOR:
        phase = policy.phases[number]
        within = [one for one in fresh.values() if _is_meant(phase, one)]
        spared |= {one.person_id for one in within if is_spared(policy, one)}
        able = [one for one in within if one.person_id not in spared]
        window.fill(number, phase, able)
        for person_id in window.chosen:
            fresh.pop(person_id, None)
        left = any(one.person_id in fresh for one in able)
        if left or not window.goes_on(number):
            break
        at_end = policy.phases[number + 1].audience == COORDINATOR
        if at_end and spared & fresh.keys() and window.may_rest(began_at):
            break
        number += 1
    last = window.last_resort(number, began_at, list(fresh.values()))
    if last is not None:
        spared |= {one.person_id for one in fresh.values() if is_spared(policy, one)}
    number = number if last is None else last
    left_out = tuple(sorted(spared - {*window.chosen}))
    step = window.step(number, began_at, left_out, LOOK_AGAIN[Urgency(urgency)])
    return replace(step, last_resort=bool(last is not None and step.ask))


def _is_meant(phase: Phase, one: Askable) -> bool:
    return one.metres <= phase.radius_m and (one.on_duty or phase.audience != DUTY)


def is_spared(policy: Policy, one: Askable) -> bool:
    """Whether somebody is asked only when nobody else is left."""
    return one.resting or (policy.fatigue is not None and is_fatigued(policy.fatigue, one))


def is_fatigued(fatigue: Fatigue, one: Askable) -> bool:
    """Whether somebody was asked too often lately and is spared; never while on duty."""
    return not one.on_duty and one.asked_lately >= fatigue.limit


def is_idle_turn(turn: int, share: float) -> bool:
    """Whether the ask with this number goes to the longest idle: evenly spaced, by their share."""
    return int((turn + 1) * share) > int(turn * share)


class _Window:
    """The open asks, and those being added."""

    def __init__(
        self, policy: Policy, asks: Sequence[Ask], now: datetime, places: int, seed: int
    ) -> None:
        self.policy, self.asks, self.now, self.places, self.seed = policy, asks, now, places, seed
        self.waiting = [ask for ask in asks if ask.answer is None and now < ask.silent_at]
        self.chances = [
            chance_left(
                ask.p, waited_s=(now - ask.at).total_seconds(), delay_s=float(policy.delay_s)
            )
            for ask in self.waiting
        ]
        self.chosen: list[int] = []

    def fill(self, number: int, phase: Phase, able: Sequence[Askable]) -> None:
        """Adds asks until the target is reached, the window is full or nobody is left."""
        wanted, idle = _orders(self.policy, able, self.seed)
        taken: set[int] = set()
        while self._has_slot(number, phase) and not self._is_sure(phase):
            turn = idle if self._is_idle_turn() else wanted
            one = next((each for each in turn if each.person_id not in taken), None)
            if one is None:
                break
            taken.add(one.person_id)
            self.chosen.append(one.person_id)
            self.chances.append(one.p)

    def _has_slot(self, number: int, phase: Phase) -> bool:
        most = min(self.policy.most_open, phase.open_asks * self.places)
        if self.policy.replace:
            return len(self.chances) < self.policy.most_open and self._taken_slots() < most
        if number == MORE:
            return len(self.chances) < most
        # Without `replace` an ask keeps its slot for the whole phase, answered or not.
        used = sum(1 for ask in self.asks if ask.phase == number)
        return used + len(self.chosen) < most

    def _taken_slots(self) -> int:
        """Open asks that may well be answered yet: with `delay_s`, an older one frees its slot."""
        since = self.now - timedelta(seconds=self.policy.delay_s)
        young = [ask for ask in self.waiting if not self.policy.delay_s or ask.at > since]
        return len(young) + len(self.chosen)

    def _is_sure(self, phase: Phase) -> bool:
        return phase.target < 1 and chance_of(self.chances, self.places) >= phase.target

    def _is_idle_turn(self) -> bool:
        """Evenly spaced, so that the share holds within one request and over many."""
        turn = self.seed + len(self.asks) + len(self.chosen)
        return is_idle_turn(turn, self.policy.idle_share)

    def goes_on(self, number: int) -> bool:
        """Whether the next phase begins early because nobody is left in this one."""
        if not self.chances:
            return True
        phase, after = self.policy.phases[number], self.policy.phases[number + 1]
        if not self.policy.widen_early or after.audience != NEAR or self._is_sure(phase):
            return False
        # Those on duty are given a moment before neighbours are asked too.
        return phase.audience == NEAR or not self._taken_slots()

    def may_rest(self, began_at: datetime) -> bool:
        """Whether enough time is left to wait for those who were asked often or rest."""
        due = began_at + timedelta(seconds=self.policy.phases[-1].after_s)
        return bool(self.asks) and due - self.now >= TIME_TO_REST

    def last_resort(self, number: int, began_at: datetime, left: Sequence[Askable]) -> int | None:
        """Asks the fatigued, then the resting, when nobody else is left before the coordinator.

        A policy that widens early (urgent) adds them as soon as its last phase has nobody else;
        any other when the coordinator would be next, who then waits for their answers. Returns the
        phase whose reach and time to answer apply, None if none of them is asked or waited for.
        """
        phases = self.policy.phases
        near = [n for n, one in enumerate(phases) if one.audience == NEAR]
        end = phases[number].audience == COORDINATOR
        early = self.policy.widen_early and phases[number + 1 :][:1] == phases[-1:]
        if not near or not (end or (early and not self._is_sure(phases[number]))):
            return None
        last = max(near, key=lambda n: phases[n].radius_m)
        within = [one for one in left if one.metres <= phases[last].radius_m]
        asked = len(self.chosen)
        for resting in (False, True):
            some = [one for one in within if is_spared(self.policy, one) and one.resting == resting]
            self.fill(MORE, phases[last], some)
        since = began_at + timedelta(seconds=phases[-1].after_s)
        waits = end and any(ask.at >= since for ask in self.waiting)
        return last if len(self.chosen) > asked or waits else None

    def step(
        self, number: int, began_at: datetime, spared: tuple[int, ...], look_again: timedelta
    ) -> Step:
        """The step of the phase at which the search ended."""
        phase = self.policy.phases[number]
        return Step(
            ask=tuple(self.chosen),
            phase=number,
            audience=phase.audience,
            radius_m=phase.radius_m,
            answer_s=phase.answer_s,
            look_again_at=self._look_again_at(number, began_at, look_again),
            spared=spared,
        )

    def _look_again_at(self, number: int, began_at: datetime, look_again: timedelta) -> datetime:
        moments = [self.now + look_again] if not self.chances else []
        moments += [ask.silent_at for ask in self.waiting]
        if self.chosen:
            moments.append(self.now + timedelta(seconds=self.policy.phases[number].answer_s))
        if self.chances and self.policy.delay_s:
            moments.append(self.now + timedelta(seconds=self.policy.delay_s))
        moments += [began_at + timedelta(seconds=one.after_s) for one in self.policy.phases]
        soon = min(at for at in moments if at > self.now)
        return max(soon, self.now + SHORTEST_LOOK)


def _orders(
    policy: Policy, able: Sequence[Askable], seed: int
) -> tuple[Iterator[Askable], Iterator[Askable]]:
    """Those who may be asked in the policy's order, and by longest idle first; equals take turns.

    Days without an ask weigh less for people who do not keep a yes.
    """
    nearest = policy.order == "distance"

    def place(one: Askable) -> bytes:
        return turn_of(one.person_id, seed)

    wanted = sorted(able, key=lambda one: (one.metres if nearest else -one.score, place(one)))
    if policy.idle_share <= 0:
        return iter(wanted), iter(())
    idle = sorted(able, key=lambda one: (-one.idle_days * one.comes, one.metres, place(one)))
    return iter(wanted), iter(idle)
