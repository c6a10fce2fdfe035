"""The life of a notification: only forward, patient, and honest about what nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications import rules
from app.notifications.outcomes import OutcomeKind as Kind

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
STATES = sorted(rules.STATE_ORDER)


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (rules.ACCEPTED, Kind.DELIVERED, rules.DELIVERED),
        (rules.ACCEPTED, Kind.UNREACHABLE, rules.FAILED),
        (rules.ACCEPTED, Kind.OUR_FAULT, rules.FAILED),
        (rules.ACCEPTED, Kind.RETRY, rules.FAILED),
        (rules.SUBMITTING, Kind.ACCEPTED, rules.ACCEPTED),
        (rules.UNKNOWN, Kind.ACCEPTED, rules.ACCEPTED),
        (rules.UNKNOWN, Kind.DELIVERED, rules.DELIVERED),
        (rules.PENDING, Kind.DELIVERED, rules.DELIVERED),
        (rules.ACCEPTED, Kind.ACCEPTED, None),
        (rules.DELIVERED, Kind.ACCEPTED, None),
        (rules.DELIVERED, Kind.REFUSED, None),
        (rules.FAILED, Kind.DELIVERED, None),
        (rules.CANCELLED, Kind.DELIVERED, None),
        (rules.ACCEPTED, Kind.UNKNOWN, None),
        (rules.SUBMITTING, Kind.UNKNOWN, None),
    ],
)
def test_receipt_moves_only_forward(state: str, told: Kind, then: str | None) -> None:
    assert rules.forward(state, told) == then


@given(state=st.sampled_from(STATES), receipts=st.lists(st.sampled_from(Kind)))
def test_receipts_in_any_order_never_move_back(state: str, receipts: list[Kind]) -> None:
    for told in receipts:
        after = rules.forward(state, told) or state
        assert rules.STATE_ORDER[after] >= rules.STATE_ORDER[state]
        state = after


@given(receipts=st.permutations([Kind.ACCEPTED] * 3 + [Kind.DELIVERED] * 2))
def test_delivered_is_reached_whatever_comes_first(receipts: list[Kind]) -> None:
    state = rules.SUBMITTING
    for told in receipts:
        state = rules.forward(state, told) or state
    assert state == rules.DELIVERED


@pytest.mark.parametrize("kind", Kind)
def test_every_outcome_leads_somewhere(kind: Kind) -> None:
    again = kind in (Kind.RETRY, Kind.OUR_FAULT)
    assert (rules.after_try(kind, held=False) == rules.PENDING) is again
    # What the provider has is never tried again for what it then says.
    assert rules.after_try(kind, held=True) != rules.PENDING


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
