"""A month of a district made up from published figures; the same seed makes the same month.

People differ: each one's hidden chance is drawn from a Beta whose mean is the published rate; each
has past asks, whose number and answers are all that a policy may know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians

import numpy as np
import numpy.typing as npt

from app.matching.distance import EARTH_RADIUS_M
from app.matching.eligibility import Candidate
from app.matching.lab.people import BEGIN, CATEGORY, Made, People, with_past
from app.matching.lab.world import LabRequest, LabVolunteer
from app.matching.ranking import Weights

MIDDLE = (22.65, 114.03)
# The radius of an offer: 1,500 m is what the form proposes.
REACHES_M, REACH_SHARES = (1000, 1500, 2000, 3000), (0.2, 0.5, 0.2, 0.1)
# No policy asks anybody farther away than the widest radius of an offer.
FARTHEST_M = 3000
# A day's orders by hour from midnight: a morning and an afternoon peak.
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 7, 5, 5, 7, 8, 7, 6, 6, 5, 4, 3, 2, 1)
NIGHT_HOURS = (22, 23, 0, 1, 2, 3, 4, 5, 6)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class District:
    """A district: people, orders a day, days, side in metres, clusters and their width."""

    people: int = 20_000
    orders_a_day: int = 400
    days: int = 30
    side_m: float = 13_200.0
    clusters: int = 110
    cluster_m: float = 350.0
    wait_s: float = 7200.0
    night_share: float = 0.15


def district(seed: int, shape: District, people: People, weights: Weights) -> Made:
    """A month of a district. Both volunteers and orders are denser in the clusters."""
    dice = np.random.default_rng(seed)
    centres = (dice.random((shape.clusters, 2)) - 0.5) * shape.side_m
    shares = dice.dirichlet(np.full(shape.clusters, 1.5))
    places = _clustered(dice, centres, shares, shape.people, shape.cluster_m)
    hours = _hours(dice, shape.people, shape.night_share)
    reach = dice.choice(REACHES_M, size=shape.people, p=REACH_SHARES)
    volunteers = volunteers_at(places[:, 0], places[:, 1], reach, hours)
    orders = _orders(dice, shape, centres, shares, weights)
    return with_past(dice, volunteers, orders, people)


def _clustered(
    dice: np.random.Generator, centres: Floats, shares: Floats, count: int, wide: float
) -> Floats:
    chosen = dice.choice(len(centres), size=count, p=shares)
    return centres[chosen] + dice.normal(0, wide, (count, 2))


def _hours(dice: np.random.Generator, count: int, night_share: float) -> list[int]:
    """Each volunteer's week: parts of weekdays or the weekend, for a few the nights."""
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


def volunteers_at(
    east: Floats, north: Floats, reach: npt.NDArray[np.int64], hours: Sequence[int]
) -> list[LabVolunteer]:
    """Volunteers at these metres east and north of the centre, with their radius and hours."""
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


def _degrees(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    lat = MIDDLE[0] + np.degrees(north / EARTH_RADIUS_M)
    lon = MIDDLE[1] + np.degrees(east / EARTH_RADIUS_M / cos(radians(MIDDLE[0])))
    return lat, lon
