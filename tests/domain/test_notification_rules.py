"""The life of a notification: only forward, with patience, and unknown where nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications import rules
from app.notifications.outcomes import OutcomeKind as Kind
from app.notifications.rules import NotificationState

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
STATES = sorted(rules.STATE_ORDER)


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (NotificationState.ACCEPTED, Kind.DELIVERED, NotificationState.DELIVERED),
        (NotificationState.ACCEPTED, Kind.UNREACHABLE, NotificationState.FAILED),
        (NotificationState.ACCEPTED, Kind.OUR_FAULT, NotificationState.FAILED),
        (NotificationState.ACCEPTED, Kind.RETRY, NotificationState.FAILED),
        (NotificationState.SUBMITTING, Kind.ACCEPTED, NotificationState.ACCEPTED),
        (NotificationState.UNKNOWN, Kind.ACCEPTED, NotificationState.ACCEPTED),
        (NotificationState.UNKNOWN, Kind.DELIVERED, NotificationState.DELIVERED),
        (NotificationState.PENDING, Kind.DELIVERED, NotificationState.DELIVERED),
        (NotificationState.ACCEPTED, Kind.ACCEPTED, None),
        (NotificationState.DELIVERED, Kind.ACCEPTED, None),
        (NotificationState.DELIVERED, Kind.REFUSED, None),
        (NotificationState.FAILED, Kind.DELIVERED, None),
        (NotificationState.CANCELLED, Kind.DELIVERED, None),
        (NotificationState.ACCEPTED, Kind.UNKNOWN, None),
        (NotificationState.SUBMITTING, Kind.UNKNOWN, None),
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
    state = NotificationState.SUBMITTING
    for told in receipts:
        state = rules.forward(state, told) or state
    assert state == NotificationState.DELIVERED


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", STATES)
def test_whatever_a_receipt_says_is_a_move_of_the_table(state: str, kind: Kind) -> None:
    after = rules.forward(state, kind)
    if after is not None:
        assert (state, after) in rules.NOTIFICATION_LIFE.moves[rules.TOLD[after]]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("state", [NotificationState.SUBMITTING, NotificationState.UNKNOWN])
def test_every_outcome_of_a_try_is_a_move_of_the_table(
    state: NotificationState, held: bool, kind: Kind
) -> None:
    """Unknown: the sweep found a process that took long to hear from the provider."""
    after = rules.after_try(kind, held=held)
    assert (state, after) in rules.NOTIFICATION_LIFE.moves[rules.TOLD[after]]


@pytest.mark.parametrize("kind", Kind)
def test_every_outcome_leads_somewhere(kind: Kind) -> None:
    again = kind in (Kind.RETRY, Kind.OUR_FAULT)
    assert (rules.after_try(kind, held=False) == NotificationState.PENDING) is again
    # A message that the provider has is never tried again, whatever it reports.
    assert rules.after_try(kind, held=True) != NotificationState.PENDING


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
