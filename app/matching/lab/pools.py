"""The ranked volunteers near a request, at each step of a run.

The service ranks again at every step. Here a ranking is reused for a few minutes, less those who
took another task meanwhile, because a run has many more steps than a real day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from math import ceil

from app.core.wishes import Wish
from app.matching.acceptance import Learnt, Outcome, Setting, setting_at
from app.matching.cells import AT_ONCE
from app.matching.conflicts import Exclusion
from app.matching.distance import metres_between
from app.matching.eligibility import Candidate, Need, is_soon
from app.matching.lab.near import Near
from app.matching.lab.teams import brings_enough, team_need
from app.matching.lab.visits import Visits
from app.matching.lab.world import LabRequest, LabVolunteer, World
from app.matching.policy import COORDINATOR, DUTY, Phase, Policy
from app.matching.ranking import Ranked, rank
from app.matching.search_limits import MOST_LOOKED_UP, search_limit_for
from app.matching.team_needs import NOTHING_MISSING, TeamNeed
from app.matching.waves import Askable, fatigue, is_fatigued

RANK_AGAIN = timedelta(minutes=10)
WEEK = timedelta(days=7)
# Farther than any radius of an offer.
FARTHEST_M = 100_000
# Older asks have no weight at any sensible half-life.
FORGOTTEN = timedelta(days=30)
OUT_OF_HOURS, BUSY_THEN = Exclusion("out_of_hours"), Exclusion("busy_then")


@dataclass
class Past:
    """A volunteer's state in a run; `asked` and `accepted` include what came before it."""

    asked: int = 0
    accepted: int = 0
    asked_at: list[datetime] = field(default_factory=list)
    took_at: list[datetime] = field(default_factory=list)
    busy_until: list[datetime] = field(default_factory=list)
    asked_here: int = 0
    tasks_here: int = 0

    def tasks(self, now: datetime) -> int:
        """How many tasks they have in hand."""
        self.busy_until = [end for end in self.busy_until if end > now]
        return len(self.busy_until)


@dataclass
class Circle:
    """The people ranked so far for a request: near by up to a radius, on duty up to another.

    `asked` were asked for it before this ranking was made, which is for what the `team` lacked
    then; `near_enough` is how many near by were wanted.
    """

    at: datetime
    asked: frozenset[int] = frozenset()
    team: TeamNeed = NOTHING_MISSING
    near_m: int = 0
    near_enough: int = 0
    duty_m: int = 0
    pool: dict[int, Askable] = field(default_factory=dict)


class Pools:
    """The state of all volunteers of one run, and the rankings made from it."""

    def __init__(self, world: World, learnt: Learnt | None = None, *, learns: bool = True) -> None:
        """`learns` False: answers of this run do not change `learnt`."""
        self.zone, self.learns = world.zone, learns
        self.learnt = learnt if learnt is not None else Learnt(world.earlier)
        self.area = {one.id: one.area_id for one in world.volunteers}
        self.people = {one.id: one.candidate for one in world.volunteers}
        self.near = Near(world.volunteers)
        self.visits = Visits(world)
        self.most = {one.id: one.candidate.max_load for one in world.volunteers}
        self.past: dict[int, Past] = {
            one.id: Past(asked=one.candidate.asked, accepted=one.candidate.accepted)
            for one in world.volunteers
        }
        self._kept: dict[int, Circle] = {}

    def circle(
        self, request: LabRequest, asked: Iterable[int], team: TeamNeed, now: datetime
    ) -> Circle:
        """The ranking of a request for what its team lacks.

        An empty one, with those `asked` so far, when it expired or the team lacks something else.
        """
        kept = self._kept.get(request.id)
        if kept is None or now - kept.at >= RANK_AGAIN or kept.team != team:
            kept = self._kept[request.id] = Circle(now, frozenset(asked), team)
        return kept

    def team_need(self, request: LabRequest, members: Iterable[int]) -> TeamNeed:
        """What the team of a request lacks once these have accepted."""
        return team_need(request, [self.people[one] for one in members])

    def brings_enough(self, person_id: int, need: TeamNeed) -> bool:
        """Whether this person may take a place of a team that lacks this."""
        return brings_enough(need, self.people[person_id])

    def askable(self, circle: Circle, now: datetime) -> list[Askable]:
        """Those of them without a task at this moment."""
        return [one for one in circle.pool.values() if not self.past[one.person_id].tasks(now)]

    def look_into(
        self, circle: Circle, request: LabRequest, policy: Policy, phase: Phase, places: int
    ) -> bool:
        """Ranks for a phase unless an earlier one reached as far; returns whether it did."""
        if phase.audience == COORDINATOR:
            return False
        if phase.audience == DUTY:
            if phase.radius_m <= circle.duty_m:
                return False
            circle.duty_m = phase.radius_m
            found = self.near.on_duty(circle.at)
            self._take(circle, self._rank(found, request, phase.radius_m, circle), policy)
            return bool(found)
        wanted = search_limit_for(policy, phase, places)
        if phase.radius_m <= circle.near_m and wanted <= circle.near_enough:
            return False
        circle.near_m = max(circle.near_m, phase.radius_m)
        circle.near_enough = max(circle.near_enough, wanted)
        return self._look_near(circle, request, policy)

    def _look_near(self, circle: Circle, request: LabRequest, policy: Policy) -> bool:
        """Ranks more and more of the nearest until enough may be asked and are not spared."""
        found = self.near.duty_around(request, circle.near_m, circle.at)
        known = {one.id for one in found}
        nearest = self.near.around(request, circle.near_m, MOST_LOOKED_UP, circle.team)
        missing = circle.near_enough
        while missing > 0 and (more := list(islice(nearest, ceil(missing / AT_ONCE) * AT_ONCE))):
            found += [one for one in more if one.id not in known]
            self._take(circle, self._rank(found, request, circle.near_m, circle), policy)
            missing = circle.near_enough - self._fresh(circle, policy)
        return bool(found)

    def _take(self, circle: Circle, ranked: Iterable[Ranked], policy: Policy) -> None:
        circle.pool.update(self._askable(ranked, policy, circle.at))

    @staticmethod
    def _fresh(circle: Circle, policy: Policy) -> int:
        fatigue = policy.fatigue
        if fatigue is None:
            return len(circle.pool)
        return sum(not is_fatigued(fatigue, one) for one in circle.pool.values())

    def _rank(
        self, found: Iterable[LabVolunteer], request: LabRequest, radius_m: int, circle: Circle
    ) -> tuple[Ranked, ...]:
        need = Need(
            category_id=request.category_id,
            lat=request.lat,
            lon=request.lon,
            radius_m=radius_m,
            urgency=request.urgency,
            skills=request.skills,
            team=circle.team,
            language=request.language if request.places == 1 else None,
            wishes=request.wishes,
            together=request.together and request.places > 1,
            zone=self.zone,
            turn=request.id,
            soon=is_soon(request.urgency, request.wanted_from),
            way_factor=request.way_factor,
        )
        candidates = [
            self._candidate(one, request, circle.at) for one in found if one.id not in circle.asked
        ]
        return rank(need, candidates, request.weights, now=circle.at).ranked

    def _candidate(self, one: LabVolunteer, request: LabRequest, now: datetime) -> Candidate:
        past = self.past[one.id]
        tasks = past.tasks(now)
        before = self.visits.met(one.id, request.resident, now)
        ready = bool(one.hours & request.hours) or one.id in request.ready
        return replace(
            _as_then(one.candidate, request) if one.id in request.ready else one.candidate,
            conflicts=_conflicts(ready or one.on_duty(now), tasks),
            on_duty=one.on_duty(now),
            active_tasks=tasks,
            tasks_this_week=sum(1 for at in past.took_at if now - at <= WEEK),
            last_asked_at=past.asked_at[-1] if past.asked_at else one.candidate.last_asked_at,
            last_task_at=past.took_at[-1] if past.took_at else one.candidate.last_task_at,
            asked=past.asked,
            accepted=past.accepted,
            served_this_resident=before.times,
            visits_here=before.times,
            unsatisfied=before.unsatisfied,
            blocked=request.resident in one.avoids,
            chance=self._chance(one, request, now),
        )

    def _askable(
        self, ranked: Iterable[Ranked], policy: Policy, now: datetime
    ) -> Iterable[tuple[int, Askable]]:
        half_life = policy.fatigue.half_life_h if policy.fatigue else None
        for one in ranked:
            past = self.past[one.person_id]
            past.asked_at = [at for at in past.asked_at if now - at < FORGOTTEN]
            yield (
                one.person_id,
                Askable(
                    person_id=one.person_id,
                    metres=one.metres,
                    p=next(part.value for part in one.parts if part.code == "chance"),
                    score=one.score,
                    on_duty=one.on_duty,
                    asked_lately=(
                        fatigue(past.asked_at, half_life_h=half_life, now=now) if half_life else 0.0
                    ),
                    idle_days=one.idle_days,
                    minutes=one.minutes,
                ),
            )

    def _chance(self, one: LabVolunteer, request: LabRequest, now: datetime) -> float:
        home = one.candidate
        metres = metres_between(home.lat, home.lon, request.lat, request.lon)
        setting = self._setting(request, metres, now)
        return self.learnt.chance(one.id, one.area_id, setting, now).p

    def _setting(self, request: LabRequest, metres: float, now: datetime) -> Setting:
        return setting_at(
            now, request.wanted_from, self.zone, category_id=request.category_id, metres=metres
        )

    def settled(
        self, person_id: int, request: LabRequest, metres: float, asked_at: datetime, yes: bool
    ) -> None:
        """Learns from an answer or a silence."""
        if self.learns:
            setting = self._setting(request, metres, asked_at)
            self.learnt.add(Outcome(person_id, self.area[person_id], setting, asked_at, yes))

    def asked(self, person_id: int, now: datetime) -> None:
        """Notes an ask."""
        past = self.past[person_id]
        past.asked += 1
        past.asked_here += 1
        past.asked_at.append(now)

    def accepted(self, person_id: int, request: LabRequest, now: datetime) -> None:
        """Notes a yes that got a place: the person is busy until the task is done."""
        past = self.past[person_id]
        past.accepted += 1
        past.tasks_here += 1
        past.took_at.append(now)
        past.busy_until.append(now + timedelta(seconds=request.task_s))
        self.visits.add(person_id, request, now)

    def has_hands_free(self, person_id: int, now: datetime) -> bool:
        """Whether the person may take one more task."""
        return self.past[person_id].tasks(now) < self.most[person_id]


def _conflicts(ready: bool, tasks: int) -> tuple[Exclusion, ...]:
    """The lab knows hours of the week only, and that somebody is busy until the task is done."""
    return (() if ready else (OUT_OF_HOURS,)) + ((BUSY_THEN,) if tasks else ())


def _as_then(one: Candidate, request: LabRequest) -> Candidate:
    """Somebody asked in reality, as the offer must have allowed it then."""
    alone = {request.language} if request.language and request.places == 1 else set()
    return replace(
        one,
        woman=one.woman or Wish.WOMAN in request.wishes,
        wishes=frozenset(),
        radius_m=FARTHEST_M,
        categories=one.categories | {request.category_id},
        skills=one.skills | request.skills,
        languages=one.languages | alone,
    )
