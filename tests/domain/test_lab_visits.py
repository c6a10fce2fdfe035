"""After a bad rating the lab does not send the same volunteer to that resident."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.matching.lab.crowd import Crowd, Reply
from app.matching.lab.habits import Usual
from app.matching.lab.people import Made, People
from app.matching.lab.shipped import shipped
from app.matching.lab.simulate import replay
from app.matching.lab.world import Visit
from app.matching.ranking import Weights
from tests.incidents import incident

DAY = timedelta(days=1)
RESIDENT, OTHER, ELSEWHERE = 7, 8, 4711


@pytest.fixture
def made() -> Made:
    """One request; everybody who is asked says yes at once."""
    found = incident(
        5, density=10, people=People(chance=0.5), night=False, wait_s=1800, weights=Weights()
    )
    request = replace(found.world.requests[0], resident=RESIDENT)
    return replace(found, world=replace(found.world, requests=[request]))


def served_by(made: Made, *visits: Visit) -> list[int]:
    """Who served each request in turn, nearest first."""
    world = replace(made.world, visits=visits)
    numbers = [one.id for one in world.requests]
    known = {(n, person): Reply("yes", 1.0) for n in numbers for person in made.chances}
    run = replay(world, lambda _: shipped("nearest"), Crowd(Usual(made.chances), 1, known=known))
    return [person for person, tasks in run.tasks.items() for _ in range(tasks)]


def bad(made: Made, person: int, *, request: int = ELSEWHERE, resident: int = RESIDENT) -> Visit:
    at = made.world.requests[0].at
    return Visit(person, request, resident, at - 2 * DAY, False, at - DAY)


def test_whoever_was_rated_badly_is_not_sent_again(made: Made) -> None:
    (nearest,) = served_by(made)
    (second,) = served_by(made, bad(made, nearest))
    assert second != nearest
    assert served_by(made, bad(made, nearest), bad(made, second)) not in ([nearest], [second])


def test_another_resident_is_not_concerned_and_a_good_visit_forgives(made: Made) -> None:
    (nearest,) = served_by(made)
    assert served_by(made, bad(made, nearest, resident=OTHER)) == [nearest]
    first = bad(made, nearest)
    later = replace(first, at=first.at + timedelta(hours=1), well=True)
    assert served_by(made, first, later) == [nearest]


def test_a_rating_counts_only_from_when_it_was_given(made: Made) -> None:
    (nearest,) = served_by(made)
    later = replace(bad(made, nearest), rated_at=made.world.requests[0].at + DAY)
    assert served_by(made, later) == [nearest]


def test_a_visit_of_a_replayed_request_counts_only_for_whom_the_run_sends(made: Made) -> None:
    (nearest,) = served_by(made)
    first = made.world.requests[0]
    again = replace(first, id=first.id + 1, at=first.at + DAY)
    both = replace(made, world=replace(made.world, requests=[first, again]))
    assert served_by(both) == [nearest, nearest]
    rated = Visit(nearest, first.id, RESIDENT, first.at, False, first.at + timedelta(hours=2))
    (one, other) = served_by(both, rated)
    assert {one, other} > {nearest} and one != other
    # In reality somebody else went and was rated badly: the run still sends the nearest.
    assert served_by(both, replace(rated, person_id=other if one == nearest else one)) == [
        nearest,
        nearest,
    ]
