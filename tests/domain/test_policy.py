"""Policies as plain data: written and read back, and clear errors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.default_policy import (
    DUTY_REACH_M,
    MOST_AT_ONCE,
    SHORTEST_MINUTES,
    default_policy,
    phase_minutes,
)
from app.matching.policy import as_mapping, policy_from

URGENCIES = st.sampled_from(["urgent", "ordinary", "planned"])


def plain(**changes: Any) -> dict[str, Any]:
    values = as_mapping(default_policy("ordinary", size=3, radius_m=1500, minutes=30))
    return {**values, **changes}


def audiences(urgency: str) -> list[tuple[str, int, int, int]]:
    phases = default_policy(urgency, size=3, radius_m=1500, minutes=30).phases
    return [(one.audience, one.after_s // 60, one.radius_m, one.open_asks) for one in phases]


@pytest.mark.parametrize("urgency", ["ordinary", "planned"])
def test_ours_is_the_best_few_then_wider_then_duty_then_the_coordinator(urgency: str) -> None:
    assert audiences(urgency) == [
        ("near", 0, 1500, 3),
        ("near", 30, 3000, 6),
        ("duty", 60, 10_000, 6),
        ("coordinator", 90, 3000, 0),
    ]


def test_in_urgent_need_those_on_duty_come_first_and_time_is_shorter() -> None:
    assert audiences("urgent") == [
        ("duty", 0, 10_000, 6),
        ("near", 1, 1500, 3),
        ("near", 3, 3000, 6),
        ("coordinator", 30, 3000, 0),
    ]


def test_a_category_that_reaches_far_reaches_as_far_on_duty() -> None:
    phases = default_policy("urgent", size=3, radius_m=8000, minutes=30).phases
    assert phases[0].radius_m == 16_000 > DUTY_REACH_M


def test_no_phase_is_so_short_that_nobody_can_answer() -> None:
    assert phase_minutes(6, "urgent") == SHORTEST_MINUTES
    assert phase_minutes(0, "ordinary") == SHORTEST_MINUTES
    assert phase_minutes(31, "urgent") == 10


@given(URGENCIES, st.integers(1, 50), st.integers(100, 50_000), st.integers(1, 1440))
def test_every_default_is_plain_data_that_can_be_read_again(
    urgency: str, size: int, radius_m: int, minutes: int
) -> None:
    policy = default_policy(urgency, size=size, radius_m=radius_m, minutes=minutes)
    assert policy_from(as_mapping(policy)) == policy
    assert all(phase.open_asks <= MOST_AT_ONCE for phase in policy.phases)


def phase(number: int, **changes: Any) -> dict[str, Any]:
    phases = [dict(one) for one in plain()["phases"]]
    phases[number].update(changes)
    return plain(phases=phases)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (plain(name=""), "name"),
        (plain(order="random"), "order"),
        (plain(replace="yes"), "replace"),
        (plain(idle_share=1.5), "idle_share"),
        (plain(most_open=2.5), "most_open"),
        (plain(delay_s=True), "delay_s"),
        (plain(waves=3), "waves"),
        (plain(phases=[]), "phases"),
        (plain(phases=[3]), r"phases\[0\]"),
        (plain(phases=plain()["phases"][:3]), r"phases\[2\].audience"),
        (plain(fatigue={"limit": 3}), "fatigue.half_life_h"),
        (plain(fatigue=3), "fatigue"),
        (phase(0, after_s=5), r"phases\[0\].after_s"),
        (phase(2, after_s=60), r"phases\[2\].after_s"),
        (phase(1, target=0.0), r"phases\[1\].target"),
        (phase(1, audience="all"), r"phases\[1\].audience"),
        (phase(1, audience="coordinator"), r"phases\[1\].audience"),
        (phase(1, radius_m="far"), r"phases\[1\].radius_m"),
        (phase(1, size=3), r"phases\[1\].size"),
    ],
)
def test_whatever_is_wrong_is_named(values: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        policy_from(values)


def test_time_tells_the_phase() -> None:
    policy = default_policy("ordinary", size=3, radius_m=1500, minutes=30)
    moments = (0, 1799.9, 1800, 5399, 5400, 10**6)
    assert [policy.phase_at(at) for at in moments] == [0, 0, 1, 2, 3, 3]
