"""From near to far over cells: nobody left out, nobody twice, and the order of the geodesic."""

from collections.abc import Iterator
from itertools import islice, pairwise
from math import hypot

import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.cells import Block, Found, block_around, cell_of, nearest
from app.matching.distance import earth_point

# People whose distances differ by less than this may be in either order.
SAME_M = 0.001
Place = tuple[float, float]

CENTRES = st.sampled_from(
    [
        (22.6, 114.03),
        (0.0, 179.9995),
        (-16.5, -180.0),
        (89.999, 10.0),
        (-89.9999, 0.0),
        (64.1, -21.9),
    ]
)
STEPS = st.tuples(st.floats(0, 4000), st.floats(0, 360))


class Crowd:
    """People at places, read as the database reads them: only those whose cell is in the block."""

    def __init__(self, centre: Place, places: list[Place]) -> None:
        self.centre = earth_point(*centre)
        self.places = places
        self.read_blocks: list[Block] = []

    def read(self, block: Block, *, square: float, after: Found, limit: int) -> list[Found]:
        self.read_blocks.append(block)
        found = []
        for number, place in enumerate(self.places):
            row, column = cell_of(*place)
            if row in block.rows and block.west <= column <= block.east:
                far = hypot(*(a - b for a, b in zip(earth_point(*place), self.centre, strict=True)))
                found.append((far**2, number))
        return sorted(one for one in found if one > after and one[0] <= square)[:limit]

    def walk(self, centre: Place, *, reach_m: float = 3000, at_once: int = 3) -> Iterator[int]:
        walk = nearest(self.read, *centre, reach_m=reach_m, at_once=at_once)
        return (number for _, number in walk)


def around(centre: Place, steps: list[tuple[float, float]]) -> list[Place]:
    there = [geodesic(meters=far).destination(centre, bearing) for far, bearing in steps]
    return [(one.latitude, one.longitude) for one in there]


@settings(max_examples=120, deadline=None)
@given(CENTRES, st.lists(STEPS, max_size=25), st.integers(1, 8))
def test_the_walk_is_the_order_of_the_geodesic(
    centre: Place, steps: list[tuple[float, float]], at_once: int
) -> None:
    places = around(centre, steps)
    metres = [geodesic(centre, place).meters for place in places]
    walked = list(Crowd(centre, places).walk(centre, at_once=at_once))
    assert len(walked) == len(set(walked))
    assert all(metres[a] <= metres[b] + SAME_M for a, b in pairwise(walked))
    within = {number for number, far in enumerate(metres) if far <= 3000 - SAME_M}
    assert within <= set(walked)
    assert all(metres[number] <= 3000 + SAME_M for number in walked)


def test_many_at_one_point_are_all_found_by_their_number() -> None:
    place = (22.601, 114.03)
    crowd = Crowd((22.6, 114.03), [place] * 10)
    assert list(crowd.walk((22.6, 114.03), at_once=3)) == list(range(10))


def test_it_reads_no_farther_than_it_is_asked_for() -> None:
    centre = (22.6, 114.03)
    crowd = Crowd(centre, around(centre, [(10.0 * number, 90) for number in range(40)]))
    walk = crowd.walk(centre, at_once=5)
    assert list(islice(walk, 5)) == [0, 1, 2, 3, 4]
    assert len(crowd.read_blocks) == 1
    assert list(islice(walk, 6)) == [5, 6, 7, 8, 9, 10]
    assert len(crowd.read_blocks) == 3
    assert len({(block.rows, block.west, block.east) for block in crowd.read_blocks}) == 1


def test_an_empty_city_is_read_to_the_edge_and_no_farther() -> None:
    crowd = Crowd((22.6, 114.03), [])
    assert list(crowd.walk((22.6, 114.03), reach_m=1500)) == []
    assert len(crowd.read_blocks) == 2
    assert crowd.read_blocks[-1] == block_around(22.6, 114.03, 1500)


@pytest.mark.parametrize("centre", [(0.0, 180.0), (89.9999, 5.0)])
def test_a_block_at_the_date_line_or_a_pole_has_all_columns_of_few_rows(centre: Place) -> None:
    block = block_around(*centre, 500)
    assert (block.west, block.east) == (-72_000, 72_000)
    assert len(block.rows) <= 7
