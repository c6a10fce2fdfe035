"""How fast many requests are assigned together, and how many are served compared with one by one.

    .venv/bin/python -m bench.batch 200 1000 5000

A clustered city: 1.2 volunteers a request, candidates within 1,500 m with the skill, at most
30 of the nearest for each request. Costs are metres.
"""

import sys
from time import perf_counter, process_time

import numpy as np
from scipy.spatial import cKDTree

from app.matching.assignment import Pairs, assign

REACH_M, MOST, SKILLS, KNOWN = 1500.0, 30, 24, 3
SQUARE_M2_PER_REQUEST = 35_000.0


def city(requests: int, seed: int = 7) -> tuple[Pairs, int]:
    """Pairs of a city with this many requests, and how many volunteers there are."""
    dice = np.random.default_rng(seed)
    volunteers = int(requests * 1.2)
    side = (requests * SQUARE_M2_PER_REQUEST) ** 0.5
    centres = dice.uniform(0, side, (max(3, requests // 50), 2))

    def around(count: int) -> np.ndarray:
        return centres[dice.integers(0, len(centres), count)] + dice.normal(0, 600, (count, 2))

    asked, offered = around(requests), around(volunteers)
    wanted = dice.integers(0, SKILLS, requests)
    known = dice.integers(0, SKILLS, (volunteers, KNOWN))
    tasks, people, costs = [], [], []
    for number, near in enumerate(cKDTree(offered).query_ball_point(asked, REACH_M)):
        able = np.array([p for p in near if wanted[number] in known[p]], dtype=int)
        metres = np.hypot(*(offered[able] - asked[number]).T) if able.size else np.array([])
        order = np.argsort(metres)[:MOST]
        tasks.append(np.full(len(order), number))
        people.append(able[order])
        costs.append(metres[order])
    return Pairs(np.concatenate(tasks), np.concatenate(people), np.concatenate(costs)), volunteers


def greedy(pairs: Pairs) -> list[float]:
    """Metres of each request that is served when each takes the nearest in order of arrival."""
    taken: set[int] = set()
    served: dict[int, float] = {}
    for task, person, cost in zip(pairs.tasks, pairs.people, pairs.costs, strict=True):
        if task not in served and person not in taken:
            taken.add(int(person))
            served[int(task)] = float(cost)
    return list(served.values())


def measure(requests: int, repeat: int = 5) -> str:
    """A line of the table for this many requests."""
    pairs, volunteers = city(requests)
    places, room = [1] * requests, [1] * volunteers
    wall, processor = [], []
    for _ in range(repeat):
        begin, worked = perf_counter(), process_time()
        found = assign(places, room, pairs)
        wall.append(1000 * (perf_counter() - begin))
        processor.append(1000 * (process_time() - worked))
    keys = zip(pairs.tasks.tolist(), pairs.people.tolist(), strict=True)
    metres = dict(zip(keys, pairs.costs, strict=True))
    alone, together = greedy(pairs), [metres[pair] for pair in found]
    return (
        f"{requests:>6} requests, {len(pairs.costs):>7} pairs: one by one {len(alone)} served,"
        f" {np.mean(alone):.0f} m; together {len(together)} served, {np.mean(together):.0f} m,"
        f" median {np.median(wall):.0f} ms ({np.median(processor):.0f} ms of processor)"
    )


if __name__ == "__main__":
    for size in [int(value) for value in sys.argv[1:]] or [200, 1000, 5000]:
        print(measure(size))
