"""The lab follows the matcher's rules, with the same random numbers for every policy."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.travel import Travel
from app.matching.lab.crowd import Crowd, Reply
from app.matching.lab.generate import District, district
from app.matching.lab.habits import Habits, Usual
from app.matching.lab.measures import MEASURES, compare, judge
from app.matching.lab.outcomes import Outcome, Run
from app.matching.lab.people import Made, People
from app.matching.lab.shipped import SHIPPED, read_policy, shipped
from app.matching.lab.simulate import replay
from app.matching.lab.world import LabRequest
from app.matching.policy import Policy, as_mapping, policy_from
from app.matching.ranking import Weights
from app.matching.travel import way_of
from tests.incidents import incident

PEOPLE = People(chance=0.32)
SMALL = District(people=150, orders_a_day=12, days=3, side_m=2500, clusters=4)


def one(seed: int, density: float = 10) -> Made:
    return incident(
        seed, density=density, people=PEOPLE, night=False, wait_s=1800, weights=Weights()
    )


def play(made: Made, policy: Policy, known: dict[tuple[int, int], Reply] | None = None) -> Run:
    return replay(made.world, lambda _: policy, Crowd(Usual(made.chances), 7, known=known or {}))


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_policies_are_plain_data_and_play(name: str) -> None:
    policy = shipped(name)
    assert policy_from(as_mapping(policy)) == policy
    made = district(3, SMALL, PEOPLE, Weights())
    run = play(made, policy)
    assert [o.request_id for o in run.outcomes] == [r.id for r in made.world.requests]
    assert sum(o.messages for o in run.outcomes) == sum(run.asked.values()) == run.drawn
    assert sum(o.filled for o in run.outcomes) == sum(run.tasks.values()) > 0
    assert set(judge(run, times=20)) == set(MEASURES)


def test_a_file_that_is_wrong_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="phases"):
        read_policy('name = "x"')
    with pytest.raises(ValueError, match="speed"):
        read_policy('name = "x"\nspeed = 3')


def test_the_same_seed_gives_the_same_run() -> None:
    policy = shipped("ours")
    first = play(district(9, SMALL, PEOPLE, Weights()), policy)
    assert first == play(district(9, SMALL, PEOPLE, Weights()), policy)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 10_000), st.sampled_from([3, 10]))
def test_on_the_same_luck_more_open_asks_are_never_slower(seed: int, density: float) -> None:
    """The broadcast asks a superset of the phases' people no later: it cannot wait longer."""
    made = one(seed, density)
    everybody, phased = play(made, shipped("broadcast")), play(made, shipped("phases"))
    assert everybody.outcomes[0].waited_s <= phased.outcomes[0].waited_s
    assert everybody.outcomes[0].filled >= phased.outcomes[0].filled


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 10_000), st.sampled_from(sorted(SHIPPED)))
def test_an_outcome_keeps_within_its_request(seed: int, name: str) -> None:
    outcome = play(one(seed), shipped(name)).outcomes[0]
    assert 0 <= outcome.filled <= outcome.places and outcome.waited_s <= 1800
    assert (outcome.waited_s < 1800) <= (outcome.filled == 1)


def test_known_answers_are_given_again() -> None:
    made = one(11)
    known = {(11, person): Reply("no", 5.0) for person in made.chances}
    run = play(made, shipped("nearest"), known)
    assert run.drawn == 0 and run.replayed == run.outcomes[0].messages > 5
    assert run.outcomes[0].filled == 0


def test_the_time_at_the_door_is_the_yes_and_the_way_as_the_volunteer_travels() -> None:
    made = one(5, 20)
    first = made.world.requests[0]
    known = {(first.id, person): Reply("yes", 60.0) for person in made.chances}

    def outcome(travel: Travel, factor: float = 1.0) -> Outcome:
        people = [
            replace(who, candidate=replace(who.candidate, travel=travel))
            for who in made.world.volunteers
        ]
        request = replace(first, way_factor=factor)
        world = replace(made.world, volunteers=people, requests=[request])
        return play(replace(made, world=world), shipped("nearest"), known).outcomes[0]

    for travel in Travel:
        for factor in (1.0, 1.5):
            found = outcome(travel, factor)
            way = way_of(found.metres, travel, factor)
            assert found.waited_s == 60 and found.door_s == pytest.approx(60 + 60 * way.minutes)
    run = Run([outcome(Travel.FOOT)], {1: 1}, {})
    assert judge(run, times=20)["door"].value == pytest.approx(run.outcomes[0].door_s)


def test_ours_sends_whoever_is_sooner_at_the_door_when_all_say_yes() -> None:
    """Same chances: the score decides, and minutes of the way are a part of it when urgent."""
    made = [one(seed, 20) for seed in range(300, 340)]
    policy = shipped("ours")

    def doors(weights: Weights) -> float:
        runs = []
        for each in made:
            request = replace(each.world.requests[0], weights=weights)
            known = {(request.id, person): Reply("yes", 60.0) for person in each.chances}
            world = replace(each.world, requests=[request])
            runs.append(play(replace(each, world=world), policy, known).outcomes[0].door_s)
        return sum(runs) / len(runs)

    assert doors(Weights()) < doors(Weights(travel=0)) - 60


def test_whoever_has_a_task_is_not_asked_and_hours_are_kept() -> None:
    made = one(5, 20)
    first = made.world.requests[0]
    again = replace(first, id=99, at=first.at + timedelta(minutes=20))
    closed = replace(first, id=100, hours=0)
    known = {(n, person): Reply("yes", 1.0) for n in (5, 99, 100) for person in made.chances}
    both = replace(made.world, requests=[first, again, closed])
    run = replay(both, lambda _: shipped("nearest"), Crowd(Usual(made.chances), 1, known=known))
    assert [o.filled for o in run.outcomes] == [1, 1, 0]
    assert sorted(run.tasks.values())[-2:] == [1, 1]


def test_whoever_was_asked_in_reality_was_ready_then_whatever_the_offer_says_today() -> None:
    made = one(5, 20)
    first = made.world.requests[0]
    closed = replace(first, hours=0)
    known = {(first.id, person): Reply("yes", 1.0) for person in made.chances}

    def tasks(request: LabRequest) -> list[int]:
        world = replace(made.world, requests=[request])
        crowd = Crowd(Usual(made.chances), 1, known=known)
        run = replay(world, lambda _: shipped("nearest"), crowd)
        return [person for person, count in run.tasks.items() if count]

    (nearest,) = tasks(first)
    assert tasks(closed) == []
    assert tasks(replace(closed, ready=frozenset({nearest, 10**6}))) == [nearest]
    elsewhere = replace(closed, category_id=99, skills=frozenset({7}), language="yue")
    assert tasks(replace(elsewhere, ready=frozenset({nearest}))) == [nearest]


@pytest.mark.parametrize(("requests", "days"), [(29, 29), (60, 7), (8, 8)])
def test_too_few_requests_or_days_tell_nothing(requests: int, days: int) -> None:
    slow, fast = _run([100.0] * requests, days=days), _run([40.0] * requests, days=days)
    assert {one.verdict for one in compare(fast, slow)} == {"cannot_tell"}


def test_thirty_requests_on_eight_days_may_tell() -> None:
    more = {one.name: one for one in compare(_run([40.0] * 30, days=8), _run([100.0] * 30, days=8))}
    assert more["mean"].verdict == "better"


def test_what_is_better_because_fewer_are_served_has_its_price() -> None:
    """Nobody is asked in vain when nobody is asked; that is no gain."""
    idle = _run([7200.0] * 40, filled=0, messages=0)
    told = {one.name: one.verdict for one in compare(idle, _run([100.0] * 40))}
    assert (told["served"], told["median"], told["messages"]) == ("worse", "worse", "at_a_price")


def test_luck_alone_is_rarely_told_as_a_difference() -> None:
    """Of comparisons of like with like, one in twenty may show a difference in any measure."""
    told = 0
    for seed in range(12):
        dice = Random(seed)
        one, other = (_luck(dice), _luck(dice))
        told += any(line.verdict != "cannot_tell" for line in compare(one, other, seed=seed))
    assert told <= 3


def _luck(dice: Random) -> Run:
    outcomes = [
        Outcome(
            n, n, 1, int(dice.random() < 0.8), dice.expovariate(0.01), dice.randint(1, 5), 90.0, 0
        )
        for n in range(40)
    ]
    return Run(outcomes, dict.fromkeys(range(9), 3), {1: 1})


def test_a_tired_crowd_serves_fewer() -> None:
    made = district(4, SMALL, PEOPLE, Weights())
    fresh = replay(made.world, lambda _: shipped("keep7"), Crowd(Usual(made.chances), 1))
    tired_habits = Habits(tired_s=48 * 3600.0)
    tired = replay(
        made.world, lambda _: shipped("keep7"), Crowd(Usual(made.chances), 1, habits=tired_habits)
    )
    assert sum(tired.tasks.values()) < sum(fresh.tasks.values())


def _run(waits: list[float], filled: int = 1, *, days: int | None = None, messages: int = 2) -> Run:
    outcomes = [
        Outcome(n, n % (days or len(waits)), 1, filled, wait, messages, 100.0, 0)
        for n, wait in enumerate(waits)
    ]
    return Run(outcomes, {1: 3, 2: 0}, {1: 1})


def test_a_difference_is_told_only_when_it_is_one() -> None:
    slow = _run([100.0 + n for n in range(40)])
    fast = _run([40.0 + n for n in range(40)])
    told = {one.name: one for one in compare(fast, slow)}
    assert told["mean"].verdict == "better" and told["mean"].difference.value == -60
    assert told["messages"].verdict == "cannot_tell"
    assert told["not_asked"].first.value == 0.5
    assert {one.name: one for one in compare(slow, fast)}["mean"].verdict == "worse"


def test_only_runs_of_the_same_requests_are_compared() -> None:
    with pytest.raises(ValueError, match="same requests"):
        compare(_run([1.0]), _run([1.0, 2.0]))
    with pytest.raises(ValueError, match="nothing"):
        judge(Run([], {}, {}))
