"""The number of ranked people follows from the number of asks, in the lab as in live dispatch."""

from dataclasses import replace

import pytest

from app.matching.lab.crowd import Crowd
from app.matching.lab.habits import Usual
from app.matching.lab.people import People
from app.matching.lab.shipped import shipped
from app.matching.lab.simulate import replay
from app.matching.policy import Policy
from app.matching.ranking import Weights
from app.matching.search_limits import ENOUGH, MOST_LOOKED_UP, search_limit_for
from tests.incidents import incident


def asking(open_asks: int, most_open: int = 100_000) -> Policy:
    base = shipped("keep7")
    first = replace(base.phases[0], open_asks=open_asks, radius_m=3000)
    return replace(base, phases=(first, *base.phases[1:]), most_open=most_open)


@pytest.mark.parametrize(
    ("open_asks", "most_open", "places", "enough"),
    [
        (3, 15, 1, ENOUGH),
        (12, 15, 1, ENOUGH),
        (6, 15, 3, 30),
        (90, 100, 1, 180),
        (100_000, 100_000, 1, MOST_LOOKED_UP),
    ],
)
def test_twice_as_many_as_are_asked_at_one_time(
    open_asks: int, most_open: int, places: int, enough: int
) -> None:
    policy = asking(open_asks, most_open)
    assert search_limit_for(policy, policy.phases[0], places) == enough


@pytest.mark.parametrize("open_asks", [7, 40, 90])
def test_the_lab_asks_as_many_as_a_policy_wants(open_asks: int) -> None:
    made = incident(
        2, density=30, people=People(chance=0.001), night=False, wait_s=60, weights=Weights()
    )
    policy = replace(asking(open_asks), replace=False)
    run = replay(made.world, lambda _: policy, Crowd(Usual(dict.fromkeys(made.chances, 0.0)), 1))
    assert run.outcomes[0].messages == open_asks
