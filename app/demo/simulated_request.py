"""Simulates one request of the past: who was asked, who came, how long it took.

Pure: its input is given and nothing is written. The chance that somebody accepts lies where
studies of such services found it (17 to 47 %): lower for a long way and at night.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.areas.models import Place
from app.catalogue.models import Category
from app.demo.helper import Helper
from app.dispatch.rules import MatchState

BEST, WORST = 0.47, 0.17
FAR_M = 1500
# Factors by local hour: deep night, early and late, day.
NIGHT, EDGE, DAY = 0.45, 0.8, 1.0
SAYS_NO = 0.45
MOST_WAVES = 3
# After the last unanswered ask, the time until the coordinator calls.
BY_PHONE = timedelta(minutes=25)
Near = Sequence[tuple[int, Helper]]


@dataclass(slots=True)
class Ask:
    """One volunteer who was asked, and the outcome. `wave` counts from 1; 0 is by phone."""

    helper: Helper
    metres: int
    wave: int
    position: int
    sent_at: datetime
    deadline_at: datetime
    answered_at: datetime | None = None
    state: str = "expired"
    end_reason: str | None = "deadline"


@dataclass(slots=True)
class WaveTold:
    """One wave."""

    number: int
    size: int
    at: datetime
    deadline_at: datetime
    ended_at: datetime


@dataclass(slots=True)
class SimulatedRequest:
    """One round of service, from the first wave to the rating."""

    waves: list[WaveTold] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    matched_at: datetime | None = None
    set_out_at: datetime | None = None
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    stars: int | None = None
    ended_at: datetime | None = None

    @property
    def came(self) -> list[Ask]:
        """Those who did the service, the first to accept first."""
        return [ask for ask in self.asks if ask.state == MatchState.FINISHED]


@dataclass(slots=True)
class Past:
    """One request of the past before it has an id; `outcome` is closed, cancelled or rejected."""

    at: datetime
    category: Category
    estate: Place
    caller: int
    source: str
    outcome: str
    rounds: list[SimulatedRequest]


def chance_of_yes(helper: Helper, metres: float, hour: int) -> float:
    """The chance by distance in metres, local hour and person."""
    by_way = BEST - (BEST - WORST) * min(1.0, metres / FAR_M)
    by_hour = NIGHT if hour < 6 or hour >= 23 else EDGE if hour < 8 or hour >= 21 else DAY
    return by_way * by_hour * helper.keen


def simulate_request(
    chance: random.Random,
    near: Near,
    *,
    at: datetime,
    hour: int,
    places: int,
    wave_size: int,
    minutes: int,
) -> SimulatedRequest:
    """Simulates one round from `at`, in local `hour`; `near` are those who may be asked."""
    simulated, asked = SimulatedRequest(), set[int]()
    moment = at
    for number in range(1, MOST_WAVES + 1):
        wanted = wave_size * number * places
        fresh = [one for one in near if one[1].person_id not in asked][: wanted * 2]
        picked = sorted(chance.sample(fresh, min(wanted, len(fresh))), key=lambda one: one[0])
        if not picked:
            break
        asked |= {helper.person_id for _, helper in picked}
        _wave(chance, simulated, picked, number, moment, hour=hour, minutes=minutes, places=places)
        if len(simulated.came) == places:
            break
        moment = simulated.waves[-1].deadline_at
    if len(simulated.came) < places:
        _by_phone(simulated, near, asked, moment + BY_PHONE, places)
    if len(simulated.came) == places:
        _serve(chance, simulated)
    return simulated


def _wave(
    chance: random.Random,
    simulated: SimulatedRequest,
    picked: Near,
    number: int,
    at: datetime,
    *,
    hour: int,
    minutes: int,
    places: int,
) -> None:
    deadline = at + timedelta(minutes=minutes)
    open_places = places - len(simulated.came)
    asks = [
        Ask(helper, metres, number, position, at, deadline)
        for position, (metres, helper) in enumerate(picked, start=1)
    ]
    said = [(_delay(chance, minutes), one) for one in asks]
    ended = deadline
    for delay, ask in sorted(said, key=lambda pair: pair[0]):
        moment = at + delay
        if open_places == 0:
            ask.end_reason = "taken"
        elif moment >= deadline:
            continue
        elif chance.random() < chance_of_yes(ask.helper, ask.metres, hour):
            ask.state, ask.end_reason, ask.answered_at = "finished", None, moment
            open_places -= 1
            ended = moment if open_places == 0 else ended
            simulated.matched_at = moment
        elif chance.random() < SAYS_NO:
            ask.state, ask.end_reason, ask.answered_at = "declined", "busy", moment
    simulated.asks += asks
    simulated.waves.append(WaveTold(number, len(asks), at, deadline, ended))


def _delay(chance: random.Random, minutes: int) -> timedelta:
    """A delay: most answer within minutes, some never do."""
    return timedelta(seconds=round(min(chance.lognormvariate(5.2, 1.0), minutes * 90)))


def _by_phone(
    simulated: SimulatedRequest, near: Near, asked: set[int], at: datetime, places: int
) -> None:
    """The coordinator calls: first people not asked yet, then those who were."""
    came = {ask.helper.person_id for ask in simulated.came}
    order = sorted(near, key=lambda one: (one[1].person_id in asked, one[0]))
    free = [one for one in order if one[1].person_id not in came]
    for metres, helper in free[: places - len(came)]:
        old = next((one for one in simulated.asks if one.helper is helper), None)
        ask = old or Ask(helper, metres, 0, 0, at, at)
        ask.state, ask.end_reason, ask.answered_at = "finished", None, at
        if old is None:
            simulated.asks.append(ask)
        simulated.matched_at = at


def _serve(chance: random.Random, simulated: SimulatedRequest) -> None:
    assert simulated.matched_at is not None
    simulated.set_out_at = simulated.matched_at + timedelta(minutes=chance.randint(2, 25))
    simulated.arrived_at = simulated.set_out_at + timedelta(minutes=chance.randint(4, 18))
    simulated.finished_at = simulated.arrived_at + timedelta(minutes=chance.randint(10, 95))
    rated = chance.random() < 0.8
    simulated.stars = chance.choices((1, 2, 3, 4, 5), (1, 2, 7, 22, 68))[0] if rated else None
    waits = timedelta(minutes=chance.randint(3, 600)) if rated else timedelta(days=2)
    simulated.ended_at = simulated.finished_at + waits
