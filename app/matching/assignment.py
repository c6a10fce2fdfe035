"""Assigns volunteers to many requests: fills the most places, then at the lowest total cost.

Input: requests with places, people with room for tasks, and costs of the possible pairs. Solved as
an assignment with a dummy column for each place (SciPy's LAPJVsp: Jonker and Volgenant, Computing
38, 1987). Where a request has several places and a person room for several tasks, a pair of helper
nodes keeps the person from taking two places of the same request (Tutte 1954).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Numbers = Any  # a sequence of numbers, or a NumPy array of them


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pair number i: person `people[i]` may serve request `tasks[i]` (both from 0) at `costs[i]`.

    Costs are 0 or more, in any unit; each pair occurs once.
    """

    tasks: Numbers
    people: Numbers
    costs: Numbers


def assign(places: Sequence[int], room: Sequence[int], pairs: Pairs) -> list[tuple[int, int]]:
    """The pairs (request, person) that fill most places at the lowest sum of costs.

    `places` of each request and `room` of each person are 0 or more. Nobody gets more tasks than
    there is room, nor two places of one request.
    """
    tasks, people = np.asarray(pairs.tasks, dtype=np.intp), np.asarray(pairs.people, dtype=np.intp)
    costs = np.asarray(pairs.costs, dtype=np.float64)
    seats, hands = np.asarray(places, dtype=np.intp), np.asarray(room, dtype=np.intp)
    if costs.size == 0 or not seats.sum():
        return []
    both = (seats[tasks] > 1) & (hands[people] > 1)
    graph = _Graph(seats, hands)
    graph.add_plain(tasks[~both], people[~both], costs[~both])
    graph.add_once(tasks[both], people[both], costs[both])
    # Costs more than all pairs together, so a place stays empty only if it must.
    graph.add_dummies(float(costs.max()) * min(seats.sum(), hands.sum()) + 1.0)
    return graph.solve()


class _Graph:
    """Bipartite graph: places and helpers on the left; task slots, helpers and dummies on the
    right.

    Every node on the left gets exactly one edge, so a constant on all edges changes nothing; it
    keeps their weights above zero, which a sparse matrix would take for no edge.
    """

    def __init__(self, seats: Any, hands: Any) -> None:
        self.seats, self.hands = seats, hands
        self.seat_from, self.hand_from = np.cumsum(seats) - seats, np.cumsum(hands) - hands
        self.left, self.right = int(seats.sum()), int(hands.sum())
        self.owner_of_seat = np.repeat(np.arange(len(seats)), seats)
        self.owner_of_right = np.repeat(np.arange(len(hands)), hands)
        self.edges: list[tuple[Any, Any, Any]] = []

    def add_plain(self, tasks: Any, people: Any, costs: Any) -> None:
        """Every place of the request with every hand of the person."""
        count = self.seats[tasks] * self.hands[people]
        which = np.repeat(np.arange(len(tasks)), count)
        turn = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        seat, hand = np.divmod(turn, np.maximum(self.hands[people[which]], 1))
        self._add(
            self.seat_from[tasks[which]] + seat, self.hand_from[people[which]] + hand, costs[which]
        )

    def add_once(self, tasks: Any, people: Any, costs: Any) -> None:
        """The same through two helper nodes: both are used, or they are matched with each other."""
        count = len(tasks)
        left, right = self.left + np.arange(count), self.right + np.arange(count)
        self.left, self.right = self.left + count, self.right + count
        self.owner_of_right = np.concatenate([self.owner_of_right, people])
        self._add(left, right, np.zeros(count))
        each = np.repeat(np.arange(count), self.seats[tasks])
        seat = np.arange(len(each)) - np.searchsorted(each, each)
        self._add(self.seat_from[tasks[each]] + seat, right[each], costs[each] / 2)
        each = np.repeat(np.arange(count), self.hands[people])
        hand = np.arange(len(each)) - np.searchsorted(each, each)
        self._add(left[each], self.hand_from[people[each]] + hand, costs[each] / 2)

    def add_dummies(self, cost: float) -> None:
        """For each place a column of its own that means nobody."""
        seats = np.arange(len(self.owner_of_seat))
        self._add(seats, self.right + seats, np.full(len(seats), cost))
        self.right += len(seats)

    def _add(self, left: Any, right: Any, costs: Any) -> None:
        self.edges.append((left, right, costs + 1.0))

    def solve(self) -> list[tuple[int, int]]:
        """The pairs of the cheapest matching that covers the left."""
        left, right, costs = (np.concatenate(part) for part in zip(*self.edges, strict=True))
        matrix = coo_array((costs, (left, right)), shape=(self.left, self.right)).tocsr()
        rows, columns = min_weight_full_bipartite_matching(matrix)
        real = (rows < len(self.owner_of_seat)) & (columns < len(self.owner_of_right))
        tasks = self.owner_of_seat[rows[real]]
        people = self.owner_of_right[columns[real]]
        return sorted(zip(tasks.tolist(), people.tolist(), strict=True))
