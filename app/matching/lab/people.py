"""Made-up people: each with a hidden chance and past asks drawn from it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

import numpy as np

from app.core.travel import Travel
from app.matching.acceptance import Outcome, Setting, distance_band
from app.matching.lab.habits import Habits, chance_there
from app.matching.lab.world import LabRequest, LabVolunteer, World

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday, midnight in Shenzhen: when every made-up world begins.
BEGIN = datetime(2026, 5, 31, 16, tzinfo=UTC)
CATEGORY = 1
# When earlier asks came, as classes of `matching.acceptance`.
PAST_HOURS = ("morning", "morning", "afternoon", "afternoon", "evening", "night")


@dataclass(frozen=True, slots=True)
class People:
    """Mean of the hidden chances, how alike people are (a + b of the Beta), number of past asks.

    Past asks are at random moments of the last 90 days, at random distances within reach. `travel`
    are the shares of those who go on foot, by bicycle and by car: assumed.
    """

    chance: float = 0.32
    alike: float = 4.0
    earlier_asks: float = 12.0
    travel: tuple[float, float, float] = (0.5, 0.4, 0.1)
    habits: Habits = field(default_factory=Habits)


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up world and the hidden chances of its people."""

    world: World
    chances: dict[int, float]


def with_past(
    dice: np.random.Generator,
    volunteers: list[LabVolunteer],
    requests: list[LabRequest],
    people: People,
) -> Made:
    """Gives everybody a hidden chance and past asks drawn from it."""
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
    means = [tuple(Travel)[n] for n in dice.choice(len(Travel), size=count, p=people.travel)]
    known = [
        replace(one, candidate=replace(one.candidate, travel=by))
        for one, by in zip(known, means, strict=True)
    ]
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
        found.append(
            Outcome(one.id, 0, Setting(name, CATEGORY, distance_band(metres)), at, yes < there)
        )
    return found
