"""One made-up request with uniformly spread volunteers, for tests and the bench of policies.

As in van den Berg and others (PLOS One 2026, 10.1371/journal.pone.0343762), but beyond their circle
of 1 km too.
"""

from datetime import timedelta
from math import pi

import numpy as np

from app.core.urgency import Urgency
from app.matching.lab.generate import FARTHEST_M, MIDDLE, REACH_SHARES, REACHES_M, volunteers_at
from app.matching.lab.people import BEGIN, CATEGORY, Made, People, with_past
from app.matching.lab.world import ALWAYS, LabRequest
from app.matching.ranking import Weights


def incident(
    seed: int, *, density: float, people: People, night: bool, wait_s: float, weights: Weights
) -> Made:
    """One request with `density` volunteers within 1 km on average; determined by the seed."""
    dice = np.random.default_rng(seed)
    count = int(dice.poisson(density * (FARTHEST_M / 1000) ** 2))
    far = FARTHEST_M * np.sqrt(dice.random(count))
    angle = 2 * pi * dice.random(count)
    reach = dice.choice(REACHES_M, size=count, p=REACH_SHARES)
    near = far <= reach
    east, north = far[near] * np.cos(angle[near]), far[near] * np.sin(angle[near])
    volunteers = volunteers_at(east, north, reach[near], [ALWAYS] * int(near.sum()))
    request = LabRequest(
        id=seed,
        at=BEGIN + timedelta(hours=2 if night else 14),
        category_id=CATEGORY,
        lat=MIDDLE[0],
        lon=MIDDLE[1],
        radius_m=FARTHEST_M,
        hours=ALWAYS,
        wait_s=wait_s,
        urgency=Urgency.URGENT,
        night=night,
        block=seed,
        weights=weights,
    )
    return with_past(dice, volunteers, [request], people)
