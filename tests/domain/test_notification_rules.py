"""The life of a notification: only forward, patient, and honest about what nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications import ports, rules

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
STATES = sorted(rules.STATE_ORDER)
TOLD = sorted(rules.RECEIPTS)


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (rules.ACCEPTED, "delivered", rules.DELIVERED),
        (rules.ACCEPTED, "undelivered", rules.FAILED),
        (rules.SUBMITTING, "sent", rules.ACCEPTED),
        (rules.UNKNOWN, "queued", rules.ACCEPTED),
        (rules.UNKNOWN, "delivered", rules.DELIVERED),
        (rules.PENDING, "delivered", rules.DELIVERED),
        (rules.ACCEPTED, "sent", None),
        (rules.DELIVERED, "sent", None),
        (rules.DELIVERED, "failed", None),
        (rules.FAILED, "delivered", None),
        (rules.CANCELLED, "delivered", None),
        (rules.ACCEPTED, "no such word", None),
        (rules.ACCEPTED, "", None),
    ],
)
def test_receipt_moves_only_forward(state: str, told: str, then: str | None) -> None:
    assert rules.forward(state, told) == then


@given(state=st.sampled_from(STATES), receipts=st.lists(st.sampled_from([*TOLD, "odd"])))
def test_receipts_in_any_order_never_move_back(state: str, receipts: list[str]) -> None:
    for told in receipts:
        after = rules.forward(state, told) or state
        assert rules.STATE_ORDER[after] >= rules.STATE_ORDER[state]
        state = after


@given(receipts=st.permutations(["queued", "sent", "delivered", "sent", "delivered"]))
def test_delivered_is_reached_whatever_comes_first(receipts: list[str]) -> None:
    state = rules.SUBMITTING
    for told in receipts:
        state = rules.forward(state, told) or state
    assert state == rules.DELIVERED


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "21610", ports.PERMANENT),
        (400, "21614", ports.PERMANENT),
        (400, "21211", ports.PERMANENT),
        (403, "21408", ports.PERMANENT),
        (400, "21617", ports.PERMANENT),
        (404, "20404", ports.PERMANENT),
        (429, "20429", ports.RETRY),
        (500, "20500", ports.RETRY),
        (503, "503", ports.RETRY),
        (504, "504", ports.UNKNOWN),
        (401, "20003", ports.RETRY),
        (403, "20005", ports.RETRY),
        (400, "21606", ports.RETRY),
    ],
)
def test_refusal_is_judged(status: int, code: str, kind: str) -> None:
    assert rules.judge_refusal(status, code) == kind


def test_waits_double_up_to_half_an_hour() -> None:
    waits = [rules.wait_before(n, urgent=False).total_seconds() for n in range(1, 10)]
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800]
    assert rules.wait_before(1, urgent=True) == timedelta(seconds=5)


@given(attempt=st.integers(-5, 10**6), urgent=st.booleans(), told=st.none() | st.integers())
def test_wait_is_sane_whatever_is_told(attempt: int, urgent: bool, told: int | None) -> None:
    wait = rules.wait_before(attempt, urgent=urgent, retry_after_s=told)
    assert timedelta(seconds=5) <= wait <= rules.LONGEST_TOLD
    assert wait.total_seconds() >= min(told or 0, 3600)
    assert wait >= rules.wait_before(attempt, urgent=True)


def test_attempts_reach_as_far_as_the_message_lives() -> None:
    """An ordinary message lives 12 hours: an outage of the provider must not use up its tries."""
    tried = sum(
        (rules.wait_before(n, urgent=False) for n in range(1, rules.MOST_ATTEMPTS)), timedelta()
    )
    assert tried >= timedelta(hours=12)


def test_hopeless_after_the_last_attempt_or_the_deadline() -> None:
    late = NOW + timedelta(hours=1)
    assert not rules.is_hopeless(attempts=39, give_up_at=late, now=NOW)
    assert rules.is_hopeless(attempts=40, give_up_at=late, now=NOW)
    assert rules.is_hopeless(attempts=0, give_up_at=late, now=late)
    assert not rules.is_hopeless(attempts=0, give_up_at=None, now=NOW)
