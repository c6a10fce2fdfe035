"""A community's own past in the lab: real answers, and learnt chances where there are none.

The answer of somebody who was not asked in reality is unknown. It is drawn from the chance learnt
from all answers (`matching.acceptance`), and every report says how many were drawn.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from statistics import median, pstdev

from app.core.travel import USUAL, Travel
from app.matching.acceptance import Learnt, Outcome, setting_at
from app.matching.calibration import Calibration, calibration, walk_forward
from app.matching.lab.crowd import Crowd, Reply
from app.matching.lab.habits import Habits
from app.matching.lab.outcomes import Outcome as LabOutcome
from app.matching.lab.outcomes import Run
from app.matching.lab.world import LabRequest, World
from app.matching.travel import way_of

YES, NO, SILENCE, UNKNOWN = "yes", "no", "silence", "unknown"
# With fewer known times to answer than this, use the published ones.
ENOUGH_TIMES = 20
SHORTEST_S = 1.0


@dataclass(frozen=True, slots=True)
class PastAsk:
    """A real ask. `answer` is yes, no, silence, or unknown (somebody else was faster).

    Area, category, time and `metres` are those of the ask; `way_m` is how far the volunteer went to
    where help was needed in the end, by the means `went_by`, if that is known.
    """

    request_id: int
    person_id: int
    area_id: int
    category_id: int
    metres: float
    at: datetime
    answer: str
    after_s: float = 0.0
    wanted_from: datetime | None = None
    way_m: float = 0.0
    went_by: Travel | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What the lab replays. `world.earlier` are the asks before the first request."""

    world: World
    asks: Sequence[PastAsk]
    # Help requests that could not be replayed: without a place, or never matched.
    left_out: int = 0

    def known(self) -> dict[tuple[int, int], Reply]:
        """The real answers, by request and person."""
        return {
            (ask.request_id, ask.person_id): Reply(
                None if ask.answer == SILENCE else ask.answer, ask.after_s
            )
            for ask in self.asks
            if ask.answer != UNKNOWN
        }

    def crowd(self, seed: int) -> Crowd:
        """Everybody who can be asked: their real answers, else the learnt chance."""
        learnt = Learnt([*self.world.earlier, *outcomes(self.asks, self.world)])
        areas = {one.id: one.area_id for one in self.world.volunteers}

        def chance(request: LabRequest, person_id: int, metres: float) -> float:
            setting = setting_at(
                request.at,
                request.wanted_from,
                self.world.zone,
                category_id=request.category_id,
                metres=metres,
            )
            return learnt.chance(person_id, areas[person_id], setting, request.at).p

        return Crowd(chance, seed, habits_of(self.asks), self.known())

    def real(self) -> Run:
        """What really happened, counted as in a replay: what took too long is not served.

        Yeses that came too late are not known.
        """
        asks: dict[int, list[PastAsk]] = defaultdict(list)
        for ask in self.asks:
            asks[ask.request_id].append(ask)
        counted = [(one, _taken(one, asks[one.id])) for one in self.world.requests]
        means = {one.id: one.candidate.travel for one in self.world.volunteers}
        asked = Counter(ask.person_id for ask in self.asks)
        tasks = Counter(ask.person_id for _, taken in counted for ask in taken)
        return Run(
            [
                _really(one, taken, len(asks[one.id]), _way_s(one, taken, means))
                for one, taken in counted
            ],
            {one.id: asked[one.id] for one in self.world.volunteers},
            {one.id: tasks[one.id] for one in self.world.volunteers},
        )

    def calibration(self) -> Calibration:
        """How well chances were calibrated: each ask predicted from the earlier ones alone."""
        return calibration(walk_forward([*self.world.earlier, *outcomes(self.asks, self.world)]))


def _taken(request: LabRequest, asks: Sequence[PastAsk]) -> list[PastAsk]:
    """The yeses that filled places in time, in order."""
    yeses = [ask for ask in asks if ask.answer == YES and _after(request, ask) <= request.wait_s]
    taken = sorted(yeses, key=lambda ask: _after(request, ask))[: request.places]
    # Of those who go together or not at all, nobody went.
    return taken if len(taken) == request.places or not request.together else []


def _after(request: LabRequest, ask: PastAsk) -> float:
    """How long after the beginning an ask was answered."""
    return (ask.at - request.at).total_seconds() + ask.after_s


def _way_s(request: LabRequest, taken: Sequence[PastAsk], means: Mapping[int, Travel]) -> float:
    """Seconds on the way of all who accepted, as they went, or as they travel today."""
    return sum(
        60
        * way_of(
            ask.way_m, ask.went_by or means.get(ask.person_id, USUAL), request.way_factor
        ).minutes
        for ask in taken
    )


def _really(
    request: LabRequest, taken: Sequence[PastAsk], messages: int, way_s: float
) -> LabOutcome:
    full = len(taken) == request.places
    return LabOutcome(
        request_id=request.id,
        block=request.block,
        places=request.places,
        filled=len(taken),
        waited_s=_after(request, taken[-1]) if full else request.wait_s,
        messages=messages,
        metres=sum(ask.way_m for ask in taken),
        too_late=0,
        way_s=way_s,
    )


def outcomes(asks: Sequence[PastAsk], world: World) -> list[Outcome]:
    """The settled asks."""
    return [
        Outcome(
            ask.person_id,
            ask.area_id,
            setting_at(
                ask.at,
                ask.wanted_from,
                world.zone,
                category_id=ask.category_id,
                metres=ask.metres,
            ),
            ask.at,
            ask.answer == YES,
        )
        for ask in asks
        if ask.answer != UNKNOWN
    ]


def habits_of(asks: Sequence[PastAsk]) -> Habits:
    """How long people take to say yes here, and how many of the others say no."""
    published = Habits()
    times = [max(SHORTEST_S, ask.after_s) for ask in asks if ask.answer == YES]
    others = [ask.answer for ask in asks if ask.answer in (NO, SILENCE)]
    if len(others) >= ENOUGH_TIMES:
        published = replace(published, says_no=others.count(NO) / len(others))
    if len(times) < ENOUGH_TIMES:
        return published
    usual = median(times)
    spread = pstdev(log(one) for one in times)
    return replace(published, day_s=usual, night_s=usual, spread=spread)
