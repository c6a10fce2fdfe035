"""In what order the eligible are asked: a sum of named parts, each bounded and shown.

| part | value from 0 to 1 | numbers |
|---|---|---|
| distance | 1 at the door, 0 at the edge of the reach | metres |
| chance | mean of Beta(accepted + 2, refused + 3), from this volunteer's past | accepted, asked |
| load | 1 without a task, 0 at the volunteer's own limit | tasks, limit |
| idle | 1 when not asked for 14 days or never, 0 when asked just now | days |
| familiar | 1 when this volunteer served this resident before | times |
| duty | 1 on duty | |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from app.matching.eligibility import Candidate, Exclusion, Need, distance_m, exclusions

# A newcomer counts as one who accepted 2 of 5, near the middle of published 17-47 %.
PRIOR_ACCEPTED, PRIOR_REFUSED = 2, 3
IDLE_AFTER = timedelta(days=14)
PARTS = ("distance", "chance", "load", "idle", "familiar", "duty")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, from 0 to 100."""

    distance: float = 40
    chance: float = 20
    load: float = 15
    idle: float = 15
    familiar: float = 5
    duty: float = 5


def weights_from(values: Mapping[str, Any]) -> Weights:
    """Weights out of a category's settings. Raises ValueError for unknown or unbounded ones."""
    known = {item.name for item in fields(Weights)}
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in known or not number or not 0 <= value <= 100:
            raise ValueError(name)
    return Weights(**values)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: `points` is value times weight."""

    code: str
    value: float
    points: float
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who may be asked, with the score and what it is made of."""

    person_id: int
    metres: float
    on_duty: bool
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody near who is not asked, and every reason."""

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
    """Ranks whoever may be asked; ties go to the lower person id, so the order is stable."""
    ranked, left_out = [], []
    for candidate in candidates:
        reasons = exclusions(need, candidate, now=now)
        if reasons:
            metres = distance_m(need, candidate)
            left_out.append(LeftOut(candidate.person_id, metres, reasons))
        else:
            ranked.append(score(need, candidate, weights, now=now))
    return Ranking(
        tuple(sorted(ranked, key=lambda one: (-one.score, one.person_id))),
        tuple(sorted(left_out, key=lambda one: (one.metres, one.person_id))),
    )


def score(need: Need, candidate: Candidate, weights: Weights, *, now: datetime) -> Ranked:
    """The sum of all parts for one volunteer."""
    metres = distance_m(need, candidate)
    values: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("distance", _nearness(metres, need.radius_m), {"metres": round(metres)}),
        (
            "chance",
            _chance(candidate),
            {"accepted": candidate.accepted, "asked": candidate.asked},
        ),
        (
            "load",
            1 - min(1.0, candidate.active_tasks / max(1, candidate.max_load)),
            {"tasks": candidate.active_tasks, "limit": candidate.max_load},
        ),
        _idle(candidate, now),
        (
            "familiar",
            1.0 if candidate.served_this_resident else 0.0,
            {"times": candidate.served_this_resident},
        ),
        ("duty", 1.0 if candidate.on_duty else 0.0, {}),
    )
    parts = tuple(
        Part(code, value, value * getattr(weights, code), numbers)
        for code, value, numbers in values
    )
    total = sum(part.points for part in parts)
    return Ranked(candidate.person_id, metres, candidate.on_duty, total, parts)


def _nearness(metres: float, reach_m: int) -> float:
    return max(0.0, 1 - metres / reach_m) if reach_m > 0 else 0.0


def _chance(candidate: Candidate) -> float:
    yes = candidate.accepted + PRIOR_ACCEPTED
    total = max(candidate.asked, candidate.accepted) + PRIOR_ACCEPTED + PRIOR_REFUSED
    return yes / total


def _idle(candidate: Candidate, now: datetime) -> tuple[str, float, dict[str, Any]]:
    if candidate.last_asked_at is None:
        return "idle", 1.0, {"days": None}
    since = max(timedelta(0), now - candidate.last_asked_at)
    return "idle", min(1.0, since / IDLE_AFTER), {"days": since.days}
