"""Whom to ask now: never twice, never too many, as many as needed, and at last the coordinator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.acceptance_probability import chance_left, chance_of
from app.matching.default_policy import URGENT_DELAY_S, default_policy
from app.matching.policy import Fatigue, Phase, Policy
from app.matching.time_left import scaled
from app.matching.waves import (
    Ask,
    Askable,
    Step,
    fatigue,
    is_spared,
    next_step,
)

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URGENCIES = ("urgent", "ordinary", "planned")
ORDINARY = default_policy("ordinary", size=3, radius_m=1500, minutes=30)


def some(count: int, *, p: float = 0.4, metres: float = 100, **more: object) -> list[Askable]:
    return [
        Askable(n, metres * n, p, score=100.0 - n, **more)  # type: ignore[arg-type]
        for n in range(1, count + 1)
    ]


def ask(person_id: int, *, at: datetime = NOW, p: float = 0.4, answer: str | None = None) -> Ask:
    return Ask(person_id, at, p, at + 30 * MINUTE, answer, at + MINUTE if answer else None)


def step(
    policy: Policy, asks: list[Ask], pool: list[Askable], *, minutes: float = 0, places: int = 1
) -> Step:
    return next_step(
        policy, asks, pool, began_at=NOW, now=NOW + minutes * MINUTE, places_open=places
    )


def test_no_more_are_asked_than_reach_the_target() -> None:
    assert step(ORDINARY, [], some(9)).ask == (1, 2, 3)
    assert step(ORDINARY, [], some(9, p=0.6)).ask == (1, 2)
    assert step(ORDINARY, [], some(9, p=0.9)).ask == (1,)


def test_a_refusal_is_replaced_at_once_and_a_silence_when_its_time_is_over() -> None:
    asks = [ask(1, answer="no"), ask(2), ask(3)]
    assert step(ORDINARY, asks, some(9), minutes=1).ask == (4,)
    assert step(ORDINARY, [ask(1), ask(2), ask(3)], some(9), minutes=29).ask == ()
    silent = step(ORDINARY, [ask(1), ask(2), ask(3)], some(9), minutes=30)
    assert (silent.phase, silent.ask) == (1, (4, 5, 6, 7, 8))


def test_it_looks_again_when_something_can_have_changed() -> None:
    first = step(ORDINARY, [], some(9))
    assert first.look_again_at == NOW + 30 * MINUTE
    late = [ask(1, at=NOW + 10 * MINUTE), ask(2, at=NOW + 10 * MINUTE, p=0.9)]
    assert step(ORDINARY, late, [], minutes=31).look_again_at == NOW + 40 * MINUTE


def test_who_is_farther_is_asked_once_nobody_is_left_near() -> None:
    far = [Askable(1, 2500, 0.4, on_duty=True), Askable(2, 9000, 0.4, on_duty=True)]
    wider = step(ORDINARY, [], far)
    assert (wider.phase, wider.audience, wider.radius_m, wider.ask) == (1, "near", 3000, (1,))
    duty = step(ORDINARY, [ask(1, answer="no")], far)
    assert (duty.phase, duty.audience, duty.ask) == (2, "duty", (2,))
    nobody = step(ORDINARY, [ask(1, answer="no"), ask(2, answer="no")], far)
    assert (nobody.phase, nobody.audience, nobody.ask) == (3, "coordinator", ())


def test_while_an_answer_may_come_nobody_farther_is_asked_before_the_time() -> None:
    near, far = some(1), Askable(2, 2500, 0.4)
    assert step(ORDINARY, [ask(1)], [*near, far], minutes=29).ask == ()
    assert step(ORDINARY, [ask(1)], [*near, far], minutes=30).ask == (2,)


def test_in_urgent_need_duty_comes_first_then_as_many_circles_as_it_takes() -> None:
    urgent = default_policy("urgent", size=3, radius_m=1500, minutes=30)
    pool = [*some(4, p=0.3), Askable(9, 8000, 0.5, on_duty=True), Askable(8, 2500, 0.3)]
    assert step(urgent, [], pool).ask == (9,)
    without = [one for one in pool if not one.on_duty]
    assert step(urgent, [], without).ask == (1, 2, 3)
    assert step(urgent, [], [without[0], without[-1]]).ask == (1, 8)


@pytest.mark.parametrize("minutes", [6, 15, 30, 60])
def test_one_silent_person_on_duty_does_not_keep_the_neighbours_from_being_asked(
    minutes: int,
) -> None:
    urgent = default_policy("urgent", size=3, radius_m=1500, minutes=minutes)
    duty = Askable(99, 800, 0.4, on_duty=True)
    first = step(urgent, [], [*some(10), duty])
    assert first.ask == (99,)
    later = (first.look_again_at - NOW).total_seconds()
    assert later <= URGENT_DELAY_S
    asks = [Ask(99, NOW, 0.4, NOW + minutes * MINUTE)]
    assert step(urgent, asks, [*some(10), duty], minutes=later / 60).ask == (1, 2, 3)
    # A yes that is all but sure is waited for.
    sure = [Ask(99, NOW, 0.99, NOW + minutes * MINUTE)]
    assert step(urgent, sure, [*some(10), duty], minutes=later / 60).ask == ()


def test_more_places_ask_more_but_never_a_crowd() -> None:
    sizes = [len(step(ORDINARY, [], some(99, p=0.1), places=n).ask) for n in (1, 2, 5, 50)]
    assert sizes == [3, 6, 15, 15]


def test_whoever_was_asked_often_lately_is_spared_but_not_on_duty() -> None:
    pool = some(3, asked_lately=4.0)
    on_duty = Askable(7, 1400, 0.4, on_duty=True, asked_lately=9.0)
    spared = step(ORDINARY, [], [*pool, on_duty])
    assert (spared.ask, spared.spared) == ((7,), (1, 2, 3))
    urgent = default_policy("urgent", size=3, radius_m=1500, minutes=30)
    assert step(urgent, [], pool).ask == (1, 2, 3)


def test_asks_weigh_half_after_the_half_life() -> None:
    hours = [NOW, NOW - timedelta(hours=48), NOW - timedelta(hours=96), NOW + MINUTE]
    assert fatigue(hours, half_life_h=48, now=NOW) == pytest.approx(2.75)
    assert fatigue([], half_life_h=48, now=NOW) == 0


def test_a_share_of_the_asks_goes_to_the_longest_idle() -> None:
    pool = [Askable(n, 10.0 * n, 0.01, score=-n, idle_days=n) for n in range(1, 12)]
    pool += [Askable(12, 10, 0.01, score=-12, idle_days=inf)]
    asked = [
        next_step(ORDINARY, [], pool, began_at=NOW, now=NOW, places_open=1, seed=seed).ask
        for seed in range(10)
    ]
    idle = [person for asks in asked for person in asks if person > 3]
    assert len(idle) == 6 and set(idle) == {12}


def test_nearest_first_one_at_a_time_and_a_broadcast_are_policies_too() -> None:
    end = Phase(3600, 1000, "coordinator", 0, 0.0, 600)
    one = Policy("one", (Phase(0, 1000, "near", 1, 1.0, 300), end), order="distance")
    pool = [Askable(n, 2000.0 / n, 0.5, score=1.0 / n) for n in range(1, 40)]
    assert step(one, [], pool).ask == (39,)
    assert step(one, [ask(39, answer="no")], pool).ask == (38,)
    crowd = Policy("all", (Phase(0, 1000, "near", 9999, 1.0, 300), end), "distance", most_open=9999)
    assert len(step(crowd, [], pool).ask) == 38


def test_without_replacement_only_the_next_phase_asks_more() -> None:
    phases = (
        Phase(0, 1000, "near", 2, 1.0, 60),
        Phase(120, 1000, "near", 3, 1.0, 60),
        Phase(240, 1000, "coordinator", 0, 0.0, 60),
    )
    policy = Policy("phases", phases, order="distance", replace=False)
    pool = some(9)
    asks = [ask(1, answer="no"), ask(2, answer="no")]
    waits = step(policy, asks, pool, minutes=1)
    assert (waits.ask, waits.look_again_at) == ((), NOW + 2 * MINUTE)
    assert step(policy, asks, pool, minutes=2).ask == (3, 4, 5)


def test_an_old_ask_counts_less_when_yeses_come_soon() -> None:
    assert chance_left(0.5, waited_s=0, delay_s=100) == 0.5
    assert chance_left(0.5, waited_s=100, delay_s=100) == pytest.approx(1 / 3)
    assert chance_left(0.5, waited_s=10**6, delay_s=0) == 0.5
    assert chance_left(1.0, waited_s=50, delay_s=100) == 1.0


def test_chance_that_every_place_is_filled() -> None:
    assert chance_of([0.4, 0.4, 0.4], 1) == pytest.approx(1 - 0.6**3)
    assert chance_of([0.5, 0.5], 2) == pytest.approx(0.25)
    assert chance_of([0.5, 0.5, 0.5], 2) == pytest.approx(0.5)
    assert chance_of([0.9], 2) == pytest.approx(0)


def test_without_an_open_place_nobody_may_be_asked() -> None:
    with pytest.raises(ValueError, match="place"):
        step(ORDINARY, [], some(3), places=0)


CHANCES = st.floats(0.01, 0.99)
POOLS = st.lists(
    st.builds(
        Askable,
        st.integers(1, 40),
        st.floats(0, 12_000),
        CHANCES,
        st.floats(0, 100),
        st.booleans(),
        st.floats(0, 6),
        st.floats(0, 60),
    ),
    max_size=25,
    unique_by=lambda one: one.person_id,
)
POLICIES = st.builds(
    lambda urgency, size, minutes, share, fatigue, replace, delay: Policy(
        "any",
        default_policy(urgency, size=size, radius_m=1500, minutes=minutes).phases,
        replace=replace,
        widen_early=urgency == "urgent",
        idle_share=share,
        delay_s=delay,
        fatigue=fatigue,
    ),
    st.sampled_from(URGENCIES),
    st.integers(1, 12),
    st.integers(1, 60),
    st.floats(0, 1),
    st.none() | st.builds(Fatigue, st.floats(1, 5), st.floats(1, 100)),
    st.booleans(),
    st.integers(0, 300),
)


@given(POLICIES, POOLS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_whole_life_of_a_request(
    policy: Policy, pool: list[Askable], places: int, dice: Random
) -> None:
    """Answers at any time or never: nobody twice, not too many, the coordinator at the end."""
    by_id = {one.person_id: one for one in pool}
    asks: dict[int, Ask] = {}
    now, open_places = NOW, places
    for _ in range(2000):
        done = next_step(
            policy, list(asks.values()), pool, began_at=NOW, now=now, places_open=open_places
        )
        assert done.look_again_at > now
        assert not asks.keys() & set(done.ask) and len(set(done.ask)) == len(done.ask)
        phase = policy.phases[done.phase]
        for person_id in done.ask:
            assert by_id[person_id].metres <= phase.radius_m
            silent_at = now + timedelta(seconds=done.answer_s)
            asks[person_id] = Ask(person_id, now, by_id[person_id].p, silent_at, phase=done.phase)
        waiting = [one for one in asks.values() if one.answer is None and one.silent_at > now]
        if done.ask:
            assert len(waiting) <= policy.most_open
            frees = policy.replace and policy.delay_s
            since = now - timedelta(seconds=policy.delay_s)
            # Without `replace` only asks of this phase take its slots.
            mine = [one for one in waiting if policy.replace or one.phase == done.phase]
            young = [one for one in mine if not frees or one.at > since]
            assert len(young) <= phase.open_asks * open_places
        if done.audience == "coordinator":
            break
        now = done.look_again_at
        for one in waiting:
            if dice.random() < 0.3:
                answer = "yes" if dice.random() < one.p else "no"
                asks[one.person_id] = Ask(
                    one.person_id, one.at, one.p, one.silent_at, answer, now, one.phase
                )
                open_places -= answer == "yes"
        if open_places <= 0:
            return
    assert done.audience == "coordinator" and done.ask == ()
    # Those who were spared are asked at the end, and have their time to answer.
    rounds = sum(is_spared(policy, one) for one in pool)
    longest = max(one.answer_s for one in policy.phases)
    assert now - NOW <= timedelta(seconds=policy.phases[-1].after_s + rounds * longest)


def test_nobody_is_asked_last_while_others_are_left() -> None:
    pool = [*some(4), Askable(8, 50, 0.9, asked_lately=9.0), Askable(9, 60, 0.9, resting=True)]
    first = step(ORDINARY, [], pool)
    assert (first.ask, first.spared, first.last_resort) == ((1, 2, 3), (8, 9), False)


def test_fatigued_then_resting_before_the_coordinator_is_notified() -> None:
    tired, resting = Askable(8, 50, 0.3, asked_lately=9.0), Askable(9, 60, 0.3, resting=True)
    both = step(ORDINARY, [], [resting, tired])
    assert (both.ask, both.last_resort, both.audience) == ((8, 9), True, "near")
    certain = step(ORDINARY, [], [resting, replace(tired, p=0.99)])
    assert (certain.ask, certain.spared) == ((8,), (9,))
    # Their answers are waited for, then the coordinator is notified.
    late = ORDINARY.phases[-1].after_s / 60
    asked = [ask(8, at=NOW + late * MINUTE)]
    assert step(ORDINARY, asked, [tired], minutes=late + 5).audience == "near"
    assert step(ORDINARY, asked, [tired], minutes=late + 30).audience == "coordinator"


def test_a_request_for_a_far_day_does_not_use_up_those_who_were_asked_often() -> None:
    far = scaled(ORDINARY, until_start=timedelta(days=8), until_end=None)
    tired = some(6, asked_lately=5.0)
    said_no = [ask(11, answer="no"), ask(12, answer="no")]
    waits = step(far, said_no, tired, minutes=5)
    assert (waits.ask, waits.audience, len(waits.spared)) == ((), "duty", 6)
    assert NOW < waits.look_again_at <= NOW + 30 * MINUTE
    # Others farther away are asked meanwhile.
    rested = Askable(20, 2500, 0.4)
    assert step(far, said_no, [*tired, rested], minutes=5).ask == (20,)
    # Whoever is the only one is asked, and nobody is left out when the time has come.
    assert step(far, [], tired, minutes=5).last_resort
    late = far.phases[-1].after_s / 60 - 60
    assert step(far, said_no, tired, minutes=late).last_resort
    assert step(ORDINARY, said_no, tired, minutes=5).last_resort


def test_in_urgent_need_the_resting_are_asked_at_once_when_others_do_not_suffice() -> None:
    urgent = default_policy("urgent", size=3, radius_m=1500, minutes=30)
    resting = Askable(9, 60, 0.5, resting=True)
    assert step(urgent, [], [resting]).ask == (9,)
    few = step(urgent, [], [*some(1), resting])
    assert (few.ask, few.last_resort) == ((1, 9), True)
    enough = step(urgent, [], [*some(9, p=0.9), resting])
    assert 9 not in enough.ask and enough.spared == (9,)


def test_why_somebody_was_spared_stays_known_in_later_phases() -> None:
    tired = some(3, asked_lately=9.0)
    on_duty = Askable(7, 9000, 0.99, on_duty=True)
    duty = step(ORDINARY, [], [*tired, on_duty])
    assert (duty.audience, duty.ask, duty.spared) == ("duty", (7,), (1, 2, 3))


@given(POLICIES, POOLS)
def test_the_target_is_reached_if_it_can_be(policy: Policy, pool: list[Askable]) -> None:
    done = next_step(policy, [], pool, began_at=NOW, now=NOW, places_open=1)
    phase = policy.phases[done.phase]
    if done.audience == "coordinator":
        return
    by_id = {one.person_id: one for one in pool}
    reached = chance_of([by_id[n].p for n in done.ask], 1) >= phase.target
    full = len(done.ask) >= min(policy.most_open, phase.open_asks)
    left = [
        one
        for one in pool
        if one.person_id not in done.ask
        and one.person_id not in done.spared
        and one.metres <= phase.radius_m
        and (one.on_duty or phase.audience == "near")
    ]
    assert reached or full or not left
    # And no ask more than needed.
    assert chance_of([by_id[n].p for n in done.ask[:-1]], 1) < phase.target


@given(st.lists(CHANCES, max_size=8), st.integers(1, 4))
def test_another_ask_never_lowers_the_chance(chances: list[float], places: int) -> None:
    fewer, more = chance_of(chances[1:], places), chance_of(chances, places)
    assert -1e-9 <= fewer <= more + 1e-9 <= 1 + 2e-9
