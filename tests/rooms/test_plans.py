"""Waves: whom they ask, how many at once, how far, how long, and who replaces a refusal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.plans import (
    DUTY_REACH_M,
    MOST_AT_ONCE,
    SHORTEST_MINUTES,
    Policy,
    WavePlan,
    audiences,
    pick,
    plan_wave,
    replacements,
    wave_minutes,
)
from app.matching.ranking import Ranked

POLICY = Policy(size=3, radius_m=1500, minutes=30)
POLICIES = st.builds(Policy, st.integers(0, 12), st.integers(1, 20_000), st.integers(0, 600))
URGENCIES = st.sampled_from(["urgent", "ordinary", "planned"])


def plans(urgency: str, *, on_duty: bool) -> list[WavePlan]:
    return [
        plan_wave(POLICY, wave_no=number, places_open=1, urgency=urgency, on_duty=on_duty)
        for number in range(1, 6)
    ]


@pytest.mark.parametrize("urgency", ["ordinary", "planned"])
def test_the_best_few_then_wider_then_duty_then_the_coordinator(urgency: str) -> None:
    assert plans(urgency, on_duty=True) == [
        WavePlan("best", 3, 1500, 30),
        WavePlan("wider", 6, 3000, 30),
        WavePlan("duty", 6, 10_000, 30),
        WavePlan("coordinator", 0, 3000, 30),
        WavePlan("coordinator", 0, 3000, 30),
    ]


def test_urgent_need_asks_those_on_duty_first_and_waits_shorter() -> None:
    assert plans("urgent", on_duty=True)[:4] == [
        WavePlan("duty", 6, 10_000, 10),
        WavePlan("best", 3, 1500, 10),
        WavePlan("wider", 6, 3000, 10),
        WavePlan("coordinator", 0, 3000, 30),
    ]


@pytest.mark.parametrize("urgency", ["urgent", "ordinary", "planned"])
def test_without_anybody_on_duty_that_wave_is_left_out(urgency: str) -> None:
    asked = [plan.audience for plan in plans(urgency, on_duty=False)]
    assert asked == ["best", "wider", "coordinator", "coordinator", "coordinator"]


def test_more_places_ask_more_but_never_a_crowd() -> None:
    sizes = [
        plan_wave(POLICY, wave_no=1, places_open=places, urgency="ordinary", on_duty=False).size
        for places in (1, 2, 5, 50)
    ]
    assert sizes == [3, 6, 15, MOST_AT_ONCE]


def test_a_category_that_reaches_far_reaches_as_far_on_duty() -> None:
    far = replace(POLICY, radius_m=8000)
    plan = plan_wave(far, wave_no=1, places_open=1, urgency="urgent", on_duty=True)
    assert plan.radius_m == 16_000 > DUTY_REACH_M


def test_no_wave_is_so_short_that_nobody_can_answer() -> None:
    assert wave_minutes(Policy(3, 1500, 6), "urgent") == SHORTEST_MINUTES
    assert wave_minutes(Policy(3, 1500, 0), "ordinary") == SHORTEST_MINUTES
    assert wave_minutes(Policy(3, 1500, 31), "urgent") == 10


@given(POLICIES, URGENCIES, st.booleans(), st.integers(1, 20))
def test_every_wave_but_the_last_asks_somebody_and_the_last_nobody(
    policy: Policy, urgency: str, on_duty: bool, places: int
) -> None:
    order = audiences(urgency, on_duty=on_duty)
    assert len(set(order)) == len(order)
    assert order[-1] == "coordinator"
    for number, audience in enumerate(order, start=1):
        plan = plan_wave(
            policy, wave_no=number, places_open=places, urgency=urgency, on_duty=on_duty
        )
        assert plan.audience == audience
        assert (plan.size == 0) is (audience == "coordinator")
        assert plan.size <= MOST_AT_ONCE
        assert plan.radius_m >= policy.radius_m
        assert plan.minutes >= SHORTEST_MINUTES or audience == "coordinator"


RANKED = tuple(
    Ranked(number, 100.0 * number, number % 2 == 0, 50.0 - number, ()) for number in range(1, 9)
)


def picked(audience: str, size: int) -> list[int]:
    return [one.person_id for one in pick(RANKED, WavePlan(audience, size, 2000, 30))]


def test_a_wave_takes_the_first_of_the_ranking() -> None:
    assert picked("best", 3) == [1, 2, 3]
    assert picked("wider", 99) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert pick((), WavePlan("best", 3, 2000, 30)) == ()


def test_a_wave_for_duty_takes_only_who_is_on_duty() -> None:
    assert picked("duty", 3) == [2, 4, 6]


def test_the_coordinators_wave_takes_nobody() -> None:
    assert picked("coordinator", 0) == []


def test_a_refusal_is_replaced_at_once() -> None:
    assert replacements(3, waiting=2, places_open=1) == 1
    assert replacements(3, waiting=0, places_open=1) == 3


def test_nobody_is_asked_once_all_places_are_taken_or_enough_answers_are_open() -> None:
    assert replacements(3, waiting=0, places_open=0) == 0
    assert replacements(3, waiting=3, places_open=1) == 0
    assert replacements(3, waiting=5, places_open=1) == 0


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 5))
def test_replacements_never_open_more_than_the_wave_wanted(
    size: int, waiting: int, places: int
) -> None:
    wanted = replacements(size, waiting=waiting, places_open=places)
    assert wanted >= 0
    assert wanted == 0 or waiting + wanted <= min(size, MOST_AT_ONCE)
