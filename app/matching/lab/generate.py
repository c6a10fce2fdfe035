"""Communities that are made up from published figures; the same seed makes the same community.

`incident`: one request with volunteers uniform around it, as in van den Berg and others (PLOS One
2026, 10.1371/journal.pone.0343762), but beyond their circle of 1 km too. `district`: a month of a
district whose people live in clusters.

People differ: each one's hidden chance is drawn from a Beta whose mean is the published rate; each
has been asked before, and how often and what came of it is all that a policy may know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import cos, pi, radians, sqrt
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from app.matching.acceptance import Outcome, Setting, band
from app.matching.distance import EARTH_RADIUS_M
from app.matching.eligibility import Candidate
from app.matching.lab.crowd import Habits, chance_there
from app.matching.lab.world import ALWAYS, LabRequest, LabVolunteer, World
from app.matching.ranking import Weights

# A Monday, midnight in Shenzhen.
BEGIN = datetime(2026, 5, 31, 16, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MIDDLE = (22.65, 114.03)
CATEGORY = 1
# The radius of an offer: 1,500 m is what the form proposes.
REACHES_M, REACH_SHARES = (1000, 1500, 2000, 3000), (0.2, 0.5, 0.2, 0.1)
# Nobody farther away than the widest offer is asked by anybody.
FARTHEST_M = 3000
# Hour by hour from midnight, how many of a day's orders come: a morning and an afternoon peak.
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 7, 5, 5, 7, 8, 7, 6, 6, 5, 4, 3, 2, 1)
# When earlier asks came, as classes of `matching.acceptance`.
PAST_HOURS = ("morning", "morning", "afternoon", "afternoon", "evening", "night")
NIGHT_HOURS = (22, 23, 0, 1, 2, 3, 4, 5, 6)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """The mean of the hidden chances, how alike people are (a + b of the Beta), earlier asks.

    The earlier asks fell on random moments of the last 90 days, somewhere in the volunteer's reach.
    """

    chance: float = 0.32
    alike: float = 4.0
    earlier_asks: float = 12.0
    habits: Habits = field(default_factory=Habits)


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up world and the hidden chances of its people."""

    world: World
    chances: dict[int, float]


def incident(
    seed: int, *, density: float, people: People, night: bool, wait_s: float, weights: Weights
) -> Made:
    """One request with `density` volunteers within 1 km on average."""
    dice = np.random.default_rng(seed)
    count = int(dice.poisson(density * (FARTHEST_M / 1000) ** 2))
    far = FARTHEST_M * np.sqrt(dice.random(count))
    angle = 2 * pi * dice.random(count)
    reach = dice.choice(REACHES_M, size=count, p=REACH_SHARES)
    near = far <= reach
    east, north = far[near] * np.cos(angle[near]), far[near] * np.sin(angle[near])
    volunteers = _volunteers(east, north, reach[near], [ALWAYS] * int(near.sum()))
    request = LabRequest(
        id=seed,
        at=BEGIN + timedelta(hours=2 if night else 14),
        category_id=CATEGORY,
        lat=MIDDLE[0],
        lon=MIDDLE[1],
        radius_m=FARTHEST_M,
        hours=ALWAYS,
        wait_s=wait_s,
        urgency="urgent",
        night=night,
        block=seed,
        weights=weights,
    )
    return _with_past(dice, volunteers, [request], people)


@dataclass(frozen=True, slots=True)
class District:
    """A district: people, orders a day, days, square metres' root, clusters, how wide they are."""

    people: int = 20_000
    orders_a_day: int = 400
    days: int = 30
    side_m: float = 13_200.0
    clusters: int = 110
    cluster_m: float = 350.0
    wait_s: float = 7200.0
    night_share: float = 0.15


def district(seed: int, shape: District, people: People, weights: Weights) -> Made:
    """A month of a district. Where people live close together, more volunteer and more order."""
    dice = np.random.default_rng(seed)
    centres = (dice.random((shape.clusters, 2)) - 0.5) * shape.side_m
    shares = dice.dirichlet(np.full(shape.clusters, 1.5))
    places = _clustered(dice, centres, shares, shape.people, shape.cluster_m)
    hours = _hours(dice, shape.people, shape.night_share)
    reach = dice.choice(REACHES_M, size=shape.people, p=REACH_SHARES)
    volunteers = _volunteers(places[:, 0], places[:, 1], reach, hours)
    orders = _orders(dice, shape, centres, shares, weights)
    return _with_past(dice, volunteers, orders, people)


def _clustered(
    dice: np.random.Generator, centres: Floats, shares: Floats, count: int, wide: float
) -> Floats:
    chosen = dice.choice(len(centres), size=count, p=shares)
    return centres[chosen] + dice.normal(0, wide, (count, 2))


def _hours(dice: np.random.Generator, count: int, night_share: float) -> list[int]:
    """Each volunteer's week: some weekday stretches or the weekend, a few the nights."""
    week: list[int] = []
    for kind, begins in zip(dice.random(count), dice.integers(7, 17, count), strict=True):
        days = range(7) if kind < 0.35 else (5, 6) if kind < 0.6 else range(5)
        stretch = range(int(begins), min(22, int(begins) + 6))
        hours = set(stretch) | (set(NIGHT_HOURS) if dice.random() < night_share else set())
        week.append(sum(1 << (day * 24 + hour) for day in days for hour in hours))
    return week


def _orders(
    dice: np.random.Generator,
    shape: District,
    centres: Floats,
    shares: Floats,
    weights: Weights,
) -> list[LabRequest]:
    count = int(dice.poisson(shape.orders_a_day * shape.days))
    days = np.sort(dice.integers(0, shape.days, count))
    by_hour = np.array(BY_HOUR, dtype=np.float64)
    hours = dice.choice(24, size=count, p=by_hour / by_hour.sum())
    within = dice.random(count) * 3600
    lat, lon = _degrees(*_clustered(dice, centres, shares, count, shape.cluster_m).T)
    residents = dice.integers(1, max(2, count // 2), count)
    made = []
    for n in range(count):
        hour, weekday = int(hours[n]), (int(days[n]) + BEGIN.weekday()) % 7
        made.append(
            LabRequest(
                id=n + 1,
                at=BEGIN + timedelta(days=int(days[n]), hours=hour, seconds=float(within[n])),
                category_id=CATEGORY,
                lat=float(lat[n]),
                lon=float(lon[n]),
                radius_m=FARTHEST_M,
                hours=1 << (weekday * 24 + hour),
                wait_s=shape.wait_s,
                night=hour in NIGHT_HOURS,
                resident=int(residents[n]),
                block=int(days[n]),
                weights=weights,
            )
        )
    return sorted(made, key=lambda one: one.at)


def _volunteers(
    east: Floats, north: Floats, reach: npt.NDArray[np.int64], hours: Sequence[int]
) -> list[LabVolunteer]:
    lat, lon = _degrees(east, north)
    return [
        LabVolunteer(
            Candidate(
                person_id=n + 1,
                lat=float(lat[n]),
                lon=float(lon[n]),
                radius_m=int(reach[n]),
                categories=frozenset({CATEGORY}),
            ),
            hours=hours[n],
        )
        for n in range(len(east))
    ]


def _with_past(
    dice: np.random.Generator,
    volunteers: list[LabVolunteer],
    requests: list[LabRequest],
    people: People,
) -> Made:
    """Gives everybody a hidden chance and a past that tells about it."""
    count = len(volunteers)
    usual = dice.beta(people.chance * people.alike, (1 - people.chance) * people.alike, count)
    earlier: list[Outcome] = []
    known = []
    for one, chance in zip(volunteers, usual.tolist(), strict=True):
        past = _past_of(dice, one, chance, people)
        yeses = sum(ask.yes for ask in past)
        candidate = replace(one.candidate, asked=len(past), accepted=yeses)
        known.append(replace(one, candidate=candidate))
        earlier.extend(past)
    chances = {one.id: float(chance) for one, chance in zip(volunteers, usual, strict=True)}
    return Made(World(known, requests, ZONE, earlier), chances)


def _past_of(
    dice: np.random.Generator, one: LabVolunteer, chance: float, people: People
) -> list[Outcome]:
    count = int(dice.poisson(people.earlier_asks))
    luck = dice.random((count, 4)).tolist()
    found = []
    for yes, far, ago, hour in luck:
        metres = one.candidate.radius_m * sqrt(far)
        name = PAST_HOURS[int(hour * len(PAST_HOURS))]
        there = chance_there(chance, metres, name == "night", people.habits)
        at = BEGIN - timedelta(days=90 * ago)
        found.append(Outcome(one.id, 0, Setting(name, CATEGORY, band(metres)), at, yes < there))
    return found


def _degrees(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    lat = MIDDLE[0] + np.degrees(north / EARTH_RADIUS_M)
    lon = MIDDLE[1] + np.degrees(east / EARTH_RADIUS_M / cos(radians(MIDDLE[0])))
    return lat, lon
