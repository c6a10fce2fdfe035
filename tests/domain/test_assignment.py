"""The batch: never fewer places filled than one after the other, within every limit."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.assignment import Pairs, assign
from app.matching.batch_window import AHEAD, can_wait

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
Costs = dict[tuple[int, int], float]


def solve(places: list[int], room: list[int], costs: Costs) -> list[tuple[int, int]]:
    keys = sorted(costs)
    pairs = Pairs([t for t, _ in keys], [p for _, p in keys], [costs[key] for key in keys])
    return assign(places, room, pairs)


def greedy(places: list[int], room: list[int], costs: Costs) -> list[tuple[int, int]]:
    """Each request in turn takes the cheapest people who have room."""
    left, found = list(room), []
    for task, wanted in enumerate(places):
        mine = sorted((cost, person) for (one, person), cost in costs.items() if one == task)
        free = [person for _, person in mine if left[person] > 0][:wanted]
        for person in free:
            left[person] -= 1
            found.append((task, person))
    return found


def best(places: list[int], room: list[int], costs: Costs) -> tuple[int, float]:
    """The optimum by trying everything: most places, then the lowest sum."""
    keys = sorted(costs)
    found = (0, 0.0)
    for chosen in product((False, True), repeat=len(keys)):
        some = [key for key, taken in zip(keys, chosen, strict=True) if taken]
        fits = all(sum(t == n for t, _ in some) <= most for n, most in enumerate(places)) and all(
            sum(p == n for _, p in some) <= most for n, most in enumerate(room)
        )
        if fits:
            found = min(found, (-len(some), sum(costs[key] for key in some)))
    return -found[0], found[1]


def test_the_first_does_not_take_the_only_one_who_could_help_the_second() -> None:
    costs = {(0, 0): 10.0, (0, 1): 20.0, (1, 0): 15.0}
    assert len(greedy([1, 1], [1, 1], costs)) == 1
    assert solve([1, 1], [1, 1], costs) == [(0, 1), (1, 0)]


def test_nobody_takes_two_places_of_one_request() -> None:
    assert solve([2, 1], [2, 1], {(0, 0): 1.0, (1, 0): 1.0}) == [(0, 0), (1, 0)]
    assert solve([2], [2], {(0, 0): 0.0}) == [(0, 0)]


def test_nothing_to_do() -> None:
    assert solve([], [], {}) == []
    assert solve([1], [1], {}) == []
    assert solve([0], [1], {(0, 0): 1.0}) == []
    assert solve([1], [0], {(0, 0): 1.0}) == []


@st.composite
def problems(draw: st.DrawFn, most: int = 8) -> tuple[list[int], list[int], Costs]:
    places = draw(st.lists(st.integers(0, 3), min_size=1, max_size=most))
    room = draw(st.lists(st.integers(0, 3), min_size=1, max_size=most))
    keys = [(t, p) for t in range(len(places)) for p in range(len(room))]
    chosen = draw(st.lists(st.sampled_from(keys), unique=True, max_size=most * 2))
    return places, room, {key: draw(st.floats(0, 3000)) for key in chosen}


@given(problems())
def test_never_fewer_served_than_greedy_and_within_every_limit(
    problem: tuple[list[int], list[int], Costs],
) -> None:
    places, room, costs = problem
    found = solve(places, room, costs)
    assert len(found) >= len(greedy(places, room, costs))
    assert len(set(found)) == len(found) and set(found) <= set(costs)
    assert all(sum(t == n for t, _ in found) <= most for n, most in enumerate(places))
    assert all(sum(p == n for _, p in found) <= most for n, most in enumerate(room))


@given(problems(most=4))
def test_it_is_the_best_there_is(problem: tuple[list[int], list[int], Costs]) -> None:
    places, room, costs = problem
    found = solve(places, room, costs)
    served, total = best(places, room, costs)
    assert len(found) == served
    assert sum(costs[pair] for pair in found) == pytest.approx(total, abs=1e-6)


def test_only_what_is_wanted_later_can_wait() -> None:
    assert can_wait("planned", None, NOW)
    assert can_wait("ordinary", NOW + AHEAD, NOW)
    assert not can_wait("ordinary", NOW + timedelta(hours=1), NOW)
    assert not can_wait("ordinary", None, NOW)
    assert not can_wait("urgent", NOW + timedelta(days=1), NOW)
