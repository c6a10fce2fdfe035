"""Acceptance probability: the chance that a volunteer says yes in time, learnt from past asks.

Counts of asks and yeses have a half-life of 60 days and form a chain from wide to narrow. The mean
of a wider level is the prior of the next (a Beta distribution with that mean and the strength of a
few asks). So somebody never asked gets the area's rate, and somebody often asked their own:

    default 2 of 5 > area > area at this hour, for this category, this far > volunteer
    > volunteer at this hour > volunteer at this hour, for this category, this far

An ask counts once it is settled: yes in time, no, or silence. An ask that ended because somebody
else was faster, or because the request was over, tells nothing about the volunteer.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp2
from typing import NamedTuple
from zoneinfo import ZoneInfo

HALF_LIFE = timedelta(days=60)
# Counts are stored as weighted at this moment, so they need no update as time passes.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# 2 of 5, near the middle of the published 17-47 % (JMIR mHealth 2023 e41551).
PRIOR_RATE = 0.4
LEAST_DOUBT = 1e-9
# Strength of a prior, in asks: for an area, for a volunteer, and for the volunteer's narrower
# levels, whose asks the wider level counts too.
AREA_STRENGTH = 20.0
STRENGTH = 5.0
NARROW_STRENGTH = 10.0
# (from this local hour, name); the night begins at 22 and lasts into the morning.
HOUR_CLASSES = ((22, "night"), (18, "evening"), (12, "afternoon"), (7, "morning"), (0, "night"))
# About four and twelve minutes on foot.
BANDS_M = (300, 1000)


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of an ask: hour class, category, distance band."""

    hour: str
    category_id: int
    band: int


class Counts(NamedTuple):
    """Asks, and those answered yes in time."""

    asks: float = 0.0
    yeses: float = 0.0


NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a volunteer's area and about the volunteer, from wide to narrow."""

    area: Counts = NOTHING
    area_setting: Counts = NOTHING
    person: Counts = NOTHING
    person_hour: Counts = NOTHING
    person_setting: Counts = NOTHING


@dataclass(frozen=True, slots=True)
class Chance:
    """Beta(a, b) with its mean `p`; `asked` and `accepted` are the volunteer's own, decayed."""

    p: float
    a: float
    b: float
    asked: float
    accepted: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A settled ask: who, in which area, in what setting, when, whether the answer was yes."""

    person_id: int
    area_id: int
    setting: Setting
    at: datetime
    yes: bool


def hour_class(at: datetime, zone: ZoneInfo) -> str:
    """night, morning, afternoon or evening, by the community's clock."""
    hour = at.astimezone(zone).hour
    return next(name for first, name in HOUR_CLASSES if hour >= first)


def distance_band(metres: float) -> int:
    """0 near, 1 a walk, 2 farther."""
    return sum(metres >= edge for edge in BANDS_M)


def weight_at(at: datetime) -> float:
    """The weight of an ask at this time relative to the epoch. A double suffices for centuries."""
    return exp2((at - EPOCH) / HALF_LIFE)


def seen_at(counts: Counts, now: datetime) -> Counts:
    """Stored counts, decayed to now."""
    share = 1 / weight_at(now)
    return Counts(counts.asks * share, counts.yeses * share)


def acceptance_chance(known: Known) -> Chance:
    """The chance of a yes; see the chain at the top. Counts are those of now."""
    rate = PRIOR_RATE
    for counts in (known.area, known.area_setting):
        rate = _mean(counts, rate, AREA_STRENGTH)
    rate = _mean(known.person, rate, STRENGTH)
    rate = _mean(known.person_hour, rate, NARROW_STRENGTH)
    own = known.person_setting
    a = own.yeses + NARROW_STRENGTH * rate
    b = max(0.0, own.asks - own.yeses) + NARROW_STRENGTH * (1 - rate)
    return Chance(a / (a + b), a, b, known.person.asks, known.person.yeses)


def _mean(counts: Counts, rate: float, strength: float) -> float:
    mean = (counts.yeses + strength * rate) / (counts.asks + strength)
    # Rounding must not make certain what many answers made likely.
    return min(max(mean, LEAST_DOUBT), 1 - LEAST_DOUBT)


AreaKey = tuple[int, Setting | None]
PersonKey = tuple[int, Setting | str | None]


class Learnt:
    """Counts in memory, for the dispatch lab and reports; live counts are in tables."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self._areas: dict[AreaKey, Counts] = defaultdict(Counts)
        self._people: dict[PersonKey, Counts] = defaultdict(Counts)
        for outcome in outcomes:
            self.add(outcome)

    def add(self, one: Outcome) -> None:
        """Learns from one settled ask."""
        weight = weight_at(one.at)
        more = Counts(weight, weight if one.yes else 0.0)
        for area_key in ((one.area_id, None), (one.area_id, one.setting)):
            self._areas[area_key] = _sum(self._areas[area_key], more)
        for view in (None, one.setting.hour, one.setting):
            key: PersonKey = (one.person_id, view)
            self._people[key] = _sum(self._people[key], more)

    def chance(self, person_id: int, area_id: int, setting: Setting, now: datetime) -> Chance:
        """The chance of a yes of somebody who would be asked now."""
        areas, people = self._areas, self._people
        kept = (
            areas.get((area_id, None), NOTHING),
            areas.get((area_id, setting), NOTHING),
            people.get((person_id, None), NOTHING),
            people.get((person_id, setting.hour), NOTHING),
            people.get((person_id, setting), NOTHING),
        )
        return acceptance_chance(Known(*(seen_at(counts, now) for counts in kept)))


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(one.asks + other.asks, one.yeses + other.yeses)
