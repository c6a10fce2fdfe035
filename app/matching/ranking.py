"""The order in which eligible volunteers are asked: a sum of named, bounded parts.

| part | value from 0 to 1 | numbers |
|---|---|---|
| distance | 1 at the door, 0 at the edge of the reach | metres |
| travel | 1 at the door, 0 from half an hour away; points only where each minute counts | \
by, minutes |
| fit | half: certificates seen, half: the resident's language | verified, skills, language |
| chance | of a yes that is kept, as learnt, else the mean of Beta(accepted + 2, refused + 3) | \
accepted, asked, broken, days |
| load | less with tasks, and with more taken or passed on this week than others | tasks, limit, \
taken, passed, others, people |
| idle | 1 without an ask or a task for 14 days or ever, 0 with one just now | days, by |
| familiar | 1 when this volunteer served this resident well before | times, visits |
| rest | 1 a day after the last duty or without one, 0 when it has just ended | hours |
| duty | 1 on duty | |
| team | brings what the team lacks: more than all other parts together | brings |
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta, tzinfo
from hashlib import blake2b
from math import inf
from typing import Any, NamedTuple

from app.matching.conflicts import Exclusion
from app.matching.eligibility import Candidate, Need, distance_m, exclusions
from app.matching.travel import Way, way_of

# A newcomer counts as having accepted 2 of 5, near the middle of the published 17-47 %.
PRIOR_ACCEPTED, PRIOR_REFUSED = 2, 3
IDLE_AFTER = timedelta(days=14)
RESTED_AFTER = timedelta(hours=24)
# From here on a longer way makes no difference to the travel part.
LONG_WAY_MIN = 30.0
# Taken from the list in four weeks without comparing, and the most compared with the others.
FREE_TASKS, MORE_THAN_OTHERS = 3, 1.1
# The period of the counts that are shown beside a chance.
COUNTED_DAYS = 60
# What ended an idle time.
ASK, TASK = "ask", "task"
# The part of who brings what the team lacks; it has no weight.
TEAM = "team"
PARTS = ("distance", "travel", "fit", "chance", "load", "idle", "familiar", "rest", "duty")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, from 0 to 100."""

    distance: float = 35
    travel: float = 20
    fit: float = 5
    chance: float = 20
    load: float = 15
    idle: float = 12
    familiar: float = 5
    rest: float = 3
    duty: float = 5


def weights_from(values: Mapping[str, Any]) -> Weights:
    """Weights out of a category's settings. Raises ValueError for unknown or unbounded ones."""
    known = {item.name for item in fields(Weights)}
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in known or not number or not 0 <= value <= 100:
            raise ValueError(name)
    return Weights(**values)


class Others(NamedTuple):
    """How many others may be asked, and what they had together in seven days.

    A turn is a task that was taken, an ask that was passed on, or a yes that was not kept.
    """

    people: int
    taken: int
    turns: int

    @property
    def usual_tasks(self) -> float:
        """Tasks of each of them on average."""
        return self.taken / max(1, self.people)

    @property
    def usual_turns(self) -> float:
        """Turns of each of them on average."""
        return self.turns / max(1, self.people)


NO_OTHERS = Others(0, 0, 0)


class Part(NamedTuple):
    """One part of a score: `points` is value times weight."""

    code: str
    value: float
    points: float
    numbers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who may be asked, with the score and its parts.

    `idle_days` since the last ask or task, infinite for never; `comes` the chance that a yes is
    kept; `minutes` those of the way to the door.
    """

    person_id: int
    metres: float
    on_duty: bool
    score: float
    parts: tuple[Part, ...]
    idle_days: float = inf
    comes: float = 1.0
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody near by who is not asked, with every reason."""

    person_id: int
    metres: float
    reasons: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The eligible, best first; the others, nearest first."""

    ranked: tuple[Ranked, ...]
    left_out: tuple[LeftOut, ...]


def rank(
    need: Need, candidates: Iterable[Candidate], weights: Weights, *, now: datetime
) -> Ranking:
    """Ranks those who may be asked; between equals the request's `turn` decides."""
    able, left_out = [], []
    for candidate in candidates:
        reasons = exclusions(need, candidate)
        if reasons:
            metres = distance_m(need, candidate)
            left_out.append(LeftOut(candidate.person_id, metres, reasons))
        else:
            able.append(candidate)
    everybody = sum(one.tasks_this_week for one in able)
    turns = sum(_turns(one) for one in able)
    ranked = [
        score(
            need,
            one,
            weights,
            now=now,
            others=Others(len(able) - 1, everybody - one.tasks_this_week, turns - _turns(one)),
        )
        for one in able
    ]
    return Ranking(
        tuple(sorted(ranked, key=lambda one: (-one.score, turn_of(one.person_id, need.turn)))),
        tuple(sorted(left_out, key=lambda one: (one.metres, one.person_id))),
    )


def may_take_more(mine: int, theirs: int, people: int) -> bool:
    """Whether somebody with `mine` tasks may take one from the list before others are asked.

    `theirs` are those of `people` others together. A few are free, then a tenth more than they.
    """
    return mine + 1 <= max(FREE_TASKS, MORE_THAN_OTHERS * theirs / max(1, people))


def turn_of(person_id: int, turn: int) -> bytes:
    """Somebody's place among equals: another order for each request, the same on any machine."""
    return blake2b(f"{turn}:{person_id}".encode(), digest_size=8).digest()


def score(
    need: Need,
    candidate: Candidate,
    weights: Weights,
    *,
    now: datetime,
    others: Others = NO_OTHERS,
) -> Ranked:
    """The sum of all parts for one volunteer among the others who may be asked."""
    metres = distance_m(need, candidate)
    near = _nearness(metres, need.radius_m)
    way = way_of(metres, candidate.travel, need.way_factor)
    quick = max(0.0, 1 - way.minutes / LONG_WAY_MIN)
    fit, fits = _fit(need, candidate)
    chance = _chance(candidate)
    asks = {
        "accepted": candidate.accepted,
        "asked": candidate.asked,
        "broken": candidate.broken,
        "days": COUNTED_DAYS,
    }
    load, tasks = _load(candidate, others)
    last = _last_busy(candidate)
    idle, since = _idle(candidate, last, now, need.zone)
    times = candidate.served_this_resident
    visits = {"times": times, "visits": candidate.visits_here}
    rest, hours = _rest(candidate, now)
    duty = 1.0 if candidate.on_duty else 0.0
    parts = (
        Part("distance", near, near * weights.distance, {"metres": round(metres)}),
        Part("travel", quick, quick * weights.travel * need.soon, _way(way)),
        Part("fit", fit, fit * weights.fit, fits),
        Part("chance", chance, chance * weights.chance, asks),
        Part("load", load, load * weights.load, tasks),
        Part("idle", idle, idle * weights.idle, since),
        Part("familiar", float(times > 0), weights.familiar * (times > 0), visits),
        Part("rest", rest, rest * weights.rest, {"hours": hours}),
        Part("duty", duty, duty * weights.duty, {}),
        *_team(need, candidate, weights),
    )
    total = sum([part.points for part in parts])
    idle_days = inf if last is None else (now - last) / timedelta(days=1)
    return Ranked(
        candidate.person_id,
        metres,
        candidate.on_duty,
        total,
        parts,
        idle_days,
        candidate.comes,
        way.minutes,
    )


def _way(way: Way) -> dict[str, Any]:
    return {"by": str(way.by), "minutes": max(1, round(way.minutes))}


def _team(need: Need, candidate: Candidate, weights: Weights) -> tuple[Part, ...]:
    """Who brings something that is missing comes before everybody who does not."""
    brings = need.team.brought_by(candidate.skills, candidate.languages)
    if not brings:
        return ()
    everything = sum(astuple(weights))
    return (Part(TEAM, 1.0, everything, {"brings": brings}),)


def _nearness(metres: float, reach_m: int) -> float:
    return max(0.0, 1 - metres / reach_m) if reach_m > 0 else 0.0


def _fit(need: Need, candidate: Candidate) -> tuple[float, dict[str, Any]]:
    verified = len(need.skills & candidate.certified)
    wanted = len(need.skills)
    spoken = need.language or need.team.language or need.prefers
    speaks = spoken is None or spoken in candidate.languages
    value = (verified / wanted if wanted else 1.0) / 2 + (0.5 if speaks else 0.0)
    return value, {"verified": verified, "skills": wanted, "language": speaks}


def _chance(candidate: Candidate) -> float:
    if candidate.chance is not None:
        return min(1.0, max(0.0, candidate.chance))
    yes = candidate.accepted + PRIOR_ACCEPTED
    total = max(candidate.asked, candidate.accepted) + PRIOR_ACCEPTED + PRIOR_REFUSED
    return yes / total


def _load(candidate: Candidate, others: Others) -> tuple[float, dict[str, Any]]:
    """The share of the person's own limit that is left, reduced by turns in seven days.

    About half for somebody who had as many as the others, unchanged for somebody who had none. An
    ask in which somebody else was faster is no turn.
    """
    left = 1 - min(1.0, candidate.active_tasks / max(1, candidate.max_load))
    usual = others.usual_turns
    # With nobody to compare with, a person's own turns say nothing.
    fair = (usual + 1) / (_turns(candidate) + usual + 1) if others.people else 1.0
    return left * fair, {
        "tasks": candidate.active_tasks,
        "limit": candidate.max_load,
        "taken": candidate.tasks_this_week,
        "passed": candidate.passed_this_week,
        "others": round(others.usual_tasks, 1),
        "people": others.people,
    }


def _turns(candidate: Candidate) -> int:
    """Tasks taken, asks passed on, and yeses not kept."""
    return candidate.tasks_this_week + candidate.passed_this_week + candidate.broken_this_week


def _last_busy(candidate: Candidate) -> datetime | None:
    """When this volunteer was last asked or took a task."""
    known = (candidate.last_asked_at, candidate.last_task_at)
    return max((at for at in known if at is not None), default=None)


def _idle(
    candidate: Candidate, last: datetime | None, now: datetime, zone: tzinfo
) -> tuple[float, dict[str, Any]]:
    """`days` by the calendar of the community."""
    if last is None:
        return 1.0, {"days": None, "by": None}
    since = max(timedelta(0), now - last)
    days = (now.astimezone(zone).date() - last.astimezone(zone).date()).days
    by = ASK if last == candidate.last_asked_at else TASK
    return min(1.0, since / IDLE_AFTER), {"days": max(0, days), "by": by}


def _rest(candidate: Candidate, now: datetime) -> tuple[float, int | None]:
    if candidate.duty_ended_at is None or candidate.on_duty:
        return 1.0, None
    since = max(timedelta(0), now - candidate.duty_ended_at)
    return min(1.0, since / RESTED_AFTER), since // timedelta(hours=1)
