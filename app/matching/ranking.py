"""The order in which eligible volunteers are asked: a sum of named, bounded parts.

| part | value from 0 to 1 | numbers |
|---|---|---|
| distance | 1 at the door, 0 at the edge of the reach | metres |
| fit | half: certificates seen, half: the resident's language | verified, skills, language |
| chance | of a yes: as learnt, else the mean of Beta(accepted + 2, refused + 3) | accepted, asked |
| load | less with tasks, and when asked more than others | tasks, limit, asked, others |
| idle | 1 when not asked for 14 days or never, 0 when asked just now | days |
| familiar | 1 when this volunteer served this resident before | times |
| rest | 1 a day after the last duty or without one, 0 when it has just ended | hours |
| duty | 1 on duty | |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.matching.conflicts import Exclusion
from app.matching.eligibility import Candidate, Need, distance_m, exclusions

# A newcomer counts as having accepted 2 of 5, near the middle of the published 17-47 %.
PRIOR_ACCEPTED, PRIOR_REFUSED = 2, 3
IDLE_AFTER = timedelta(days=14)
RESTED_AFTER = timedelta(hours=24)
PARTS = ("distance", "fit", "chance", "load", "idle", "familiar", "rest", "duty")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, from 0 to 100."""

    distance: float = 35
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


class Part(NamedTuple):
    """One part of a score: `points` is value times weight."""

    code: str
    value: float
    points: float
    numbers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who may be asked, with the score and its parts."""

    person_id: int
    metres: float
    on_duty: bool
    score: float
    parts: tuple[Part, ...]


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
    """Ranks those who may be asked; ties go to the lower person id, so the order is stable."""
    able, left_out = [], []
    for candidate in candidates:
        reasons = exclusions(need, candidate)
        if reasons:
            metres = distance_m(need, candidate)
            left_out.append(LeftOut(candidate.person_id, metres, reasons))
        else:
            able.append(candidate)
    usual = sum(one.asked_this_week for one in able) / max(1, len(able))
    ranked = [score(need, one, weights, now=now, usual_asks=usual) for one in able]
    return Ranking(
        tuple(sorted(ranked, key=lambda one: (-one.score, one.person_id))),
        tuple(sorted(left_out, key=lambda one: (one.metres, one.person_id))),
    )


def score(
    need: Need, candidate: Candidate, weights: Weights, *, now: datetime, usual_asks: float = 0.0
) -> Ranked:
    """The sum of all parts for one volunteer. `usual_asks`: what the others had in seven days."""
    metres = distance_m(need, candidate)
    near = _nearness(metres, need.radius_m)
    fit, fits = _fit(need, candidate)
    chance = _chance(candidate)
    asks = {"accepted": candidate.accepted, "asked": candidate.asked}
    load, tasks = _load(candidate, usual_asks)
    idle, days = _idle(candidate, now)
    times = candidate.served_this_resident
    rest, hours = _rest(candidate, now)
    duty = 1.0 if candidate.on_duty else 0.0
    parts = (
        Part("distance", near, near * weights.distance, {"metres": round(metres)}),
        Part("fit", fit, fit * weights.fit, fits),
        Part("chance", chance, chance * weights.chance, asks),
        Part("load", load, load * weights.load, tasks),
        Part("idle", idle, idle * weights.idle, {"days": days}),
        Part("familiar", float(times > 0), weights.familiar * (times > 0), {"times": times}),
        Part("rest", rest, rest * weights.rest, {"hours": hours}),
        Part("duty", duty, duty * weights.duty, {}),
    )
    total = sum([part.points for part in parts])
    return Ranked(candidate.person_id, metres, candidate.on_duty, total, parts)


def _nearness(metres: float, reach_m: int) -> float:
    return max(0.0, 1 - metres / reach_m) if reach_m > 0 else 0.0


def _fit(need: Need, candidate: Candidate) -> tuple[float, dict[str, Any]]:
    verified = len(need.skills & candidate.certified)
    wanted = len(need.skills)
    spoken = need.language or need.prefers
    speaks = spoken is None or spoken in candidate.languages
    value = (verified / wanted if wanted else 1.0) / 2 + (0.5 if speaks else 0.0)
    return value, {"verified": verified, "skills": wanted, "language": speaks}


def _chance(candidate: Candidate) -> float:
    if candidate.chance is not None:
        return min(1.0, max(0.0, candidate.chance))
    yes = candidate.accepted + PRIOR_ACCEPTED
    total = max(candidate.asked, candidate.accepted) + PRIOR_ACCEPTED + PRIOR_REFUSED
    return yes / total


def _load(candidate: Candidate, usual_asks: float) -> tuple[float, dict[str, Any]]:
    """The share of the person's own limit that is left, reduced by asks in the last seven days.

    Halved for somebody asked as often as the others, unchanged for somebody not asked.
    """
    left = 1 - min(1.0, candidate.active_tasks / max(1, candidate.max_load))
    asked = candidate.asked_this_week
    # With nobody to compare with, a person's own asks say nothing.
    fair = usual_asks / (asked + usual_asks) if usual_asks else 1.0
    return left * fair, {
        "tasks": candidate.active_tasks,
        "limit": candidate.max_load,
        "asked": asked,
        "others": round(usual_asks, 1),
    }


def _idle(candidate: Candidate, now: datetime) -> tuple[float, int | None]:
    if candidate.last_asked_at is None:
        return 1.0, None
    since = max(timedelta(0), now - candidate.last_asked_at)
    return min(1.0, since / IDLE_AFTER), since.days


def _rest(candidate: Candidate, now: datetime) -> tuple[float, int | None]:
    if candidate.duty_ended_at is None or candidate.on_duty:
        return 1.0, None
    since = max(timedelta(0), now - candidate.duty_ended_at)
    return min(1.0, since / RESTED_AFTER), since // timedelta(hours=1)
