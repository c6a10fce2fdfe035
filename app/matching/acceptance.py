"""Acceptance probability: the chance that a volunteer says yes in time and then comes.

It is P(yes) x P(comes and serves well | yes), both learnt from the past. Counts of asks and yeses
have a half-life of 60 days and form a chain from wide to narrow. The mean of a wider level is the
prior of the next (a Beta distribution with that mean and the strength of a few asks). So somebody
never asked gets the area's rate, and somebody often asked their own:

    default 2 of 5 > area > area at these hours, for this category, this far > volunteer
    > volunteer at these hours > volunteer at these hours, for this category, this far

"These hours" are those of the ask and of the task: a volunteer asleep when asked may be free when
needed. Where a volunteer's rates at the two differ, the mean of their log-odds counts.

An ask counts once it is settled: yes in time, no, or silence. An ask that ended because somebody
else was faster, or because the request was over, says nothing about the volunteer. What became of
a yes is judged in `promises` and counted the same way: everybody is presumed to come > area >
volunteer.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, exp2, log
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
# Strength of the presumption that a volunteer who says yes comes, in promises.
COMES_STRENGTH = 3.0
# (from this local hour, name); the night begins at 22 and lasts into the morning.
HOUR_CLASSES = ((22, "night"), (18, "evening"), (12, "afternoon"), (7, "morning"), (0, "night"))
# About four and twelve minutes on foot.
BANDS_M = (300, 1000)


HOUR_NAMES = tuple(dict.fromkeys(name for _, name in HOUR_CLASSES))


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of an ask: hour class, category, distance band, hour class of the task.

    Without `task_hour` the task is at the hour of the ask.
    """

    hour: str
    category_id: int
    band: int
    task_hour: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "task_hour", self.task_hour or self.hour)

    @property
    def hours(self) -> str:
        """Both hours as one key, see `hours_key`."""
        return hours_key(self.hour, self.task_hour)


class Counts(NamedTuple):
    """Asks, and those answered yes in time; or promises to come, and those kept."""

    asks: float = 0.0
    yeses: float = 0.0


NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a volunteer's area and about the volunteer, from wide to narrow.

    `person_hour` is at the hour of the ask, `person_task_hour` at that of the task (None: the
    same counts). `area_promises` and `person_promises` are what became of yeses.
    """

    area: Counts = NOTHING
    area_setting: Counts = NOTHING
    person: Counts = NOTHING
    person_hour: Counts = NOTHING
    person_setting: Counts = NOTHING
    person_task_hour: Counts | None = None
    area_promises: Counts = NOTHING
    person_promises: Counts = NOTHING


@dataclass(frozen=True, slots=True)
class Chance:
    """`p` is that of a yes that is kept: the mean of Beta(a, b), a yes, times `comes`.

    `asked` and `accepted` are the volunteer's own counts, decayed.
    """

    p: float
    a: float
    b: float
    asked: float
    accepted: float
    comes: float = 1.0


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


def hours_key(ask: str, task: str) -> str:
    """The hour classes of an ask and of its task as one key of at most ten characters.

    It is the class itself where both are the same.
    """
    return ask if ask == task else f"{ask[:3]}>{task[:3]}"


def task_begins(asked_at: datetime, wanted_from: datetime | None) -> datetime:
    """When the task of an ask begins at the earliest."""
    return max(asked_at, wanted_from or asked_at)


def setting_at(
    asked_at: datetime,
    wanted_from: datetime | None,
    zone: ZoneInfo,
    *,
    category_id: int,
    metres: float,
) -> Setting:
    """The circumstances of an ask at this time about a task wanted from then on."""
    return Setting(
        hour_class(asked_at, zone),
        category_id,
        distance_band(metres),
        hour_class(task_begins(asked_at, wanted_from), zone),
    )


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
    at_task = known.person_hour if known.person_task_hour is None else known.person_task_hour
    rate = _between(
        _mean(known.person_hour, rate, NARROW_STRENGTH), _mean(at_task, rate, NARROW_STRENGTH)
    )
    own = known.person_setting
    a = own.yeses + NARROW_STRENGTH * rate
    b = max(0.0, own.asks - own.yeses) + NARROW_STRENGTH * (1 - rate)
    comes = chance_of_coming(known.area_promises, known.person_promises)
    return Chance(a / (a + b) * comes, a, b, known.person.asks, known.person.yeses, comes)


def chance_of_coming(area: Counts, person: Counts) -> float:
    """The chance that a volunteer who said yes comes and serves well, from promises kept so far."""
    rate = _mean(area, 1.0, AREA_STRENGTH)
    return _mean(person, rate, COMES_STRENGTH)


def _between(one: float, other: float) -> float:
    """The mean of two chances in log-odds; a chance itself if both are the same."""
    if one == other:
        return one
    odds = (log(one / (1 - one)) + log(other / (1 - other))) / 2
    return 1 / (1 + exp(-odds))


def _mean(counts: Counts, rate: float, strength: float) -> float:
    mean = (counts.yeses + strength * rate) / (counts.asks + strength)
    # Rounding must not make certain what many answers made likely.
    return min(max(mean, LEAST_DOUBT), 1 - LEAST_DOUBT)


AreaKey = tuple[int, Setting | None]
# Everything of a person; at an hour of asks; at an hour of tasks; in one setting.
PersonKey = tuple[int, str, Setting | str | None]


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
        for key in _views(one.person_id, one.setting):
            self._people[key] = _sum(self._people[key], more)

    def chance(self, person_id: int, area_id: int, setting: Setting, now: datetime) -> Chance:
        """The chance of a yes of somebody who would be asked now."""
        areas, people = self._areas, self._people
        kept = [areas.get((area_id, view), NOTHING) for view in (None, setting)]
        kept += [people.get(key, NOTHING) for key in _views(person_id, setting)]
        return acceptance_chance(Known(*(seen_at(counts, now) for counts in kept)))


def _views(person_id: int, setting: Setting) -> tuple[PersonKey, ...]:
    """The keys of a person's counts for a setting, in the order of `Known`."""
    return (
        (person_id, "all", None),
        (person_id, "ask", setting.hour),
        (person_id, "setting", setting),
        (person_id, "task", setting.task_hour),
    )


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(one.asks + other.asks, one.yeses + other.yeses)
