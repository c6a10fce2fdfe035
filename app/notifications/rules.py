"""The life of a notification: which state may follow, and when to try again."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.core.life_cycle import LifeCycle, to
from app.notifications.outcomes import OutcomeKind


class NotificationState(StrEnum):
    """The state of a notification. Unknown: it may have been sent or not."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


# Channels sent in parallel: a provider that hangs delays only its own line.
TEXTS, CALLS, PUSHES = ("sms", "email"), ("call",), ("push",)

STATE_ORDER: dict[str, int] = {
    NotificationState.PENDING: 0,
    NotificationState.CLAIMED: 1,
    NotificationState.SUBMITTING: 2,
    NotificationState.UNKNOWN: 3,
    NotificationState.ACCEPTED: 4,
    NotificationState.DELIVERED: 6,
    NotificationState.FAILED: 6,
    NotificationState.CANCELLED: 6,
}
# Where the provider has not said yet that it holds the message. Its receipt may come even before
# the answer to the submission, or after we gave that up.
_IN_HAND = (
    NotificationState.PENDING,
    NotificationState.CLAIMED,
    NotificationState.SUBMITTING,
    NotificationState.UNKNOWN,
)
NOTIFICATION_LIFE = LifeCycle(
    "notification",
    NotificationState,
    {
        "claim": to(
            NotificationState.CLAIMED, NotificationState.PENDING, NotificationState.UNKNOWN
        ),
        "submit": to(NotificationState.SUBMITTING, NotificationState.CLAIMED),
        # The day's limit of texts is reached.
        "wait": to(NotificationState.PENDING, NotificationState.PENDING),
        # Nobody asks for its answer any more.
        "cancel": to(NotificationState.CANCELLED, NotificationState.PENDING),
        # It was certainly not sent: a claim ended before it was, or the provider did not take it.
        "retry": to(
            NotificationState.PENDING,
            NotificationState.CLAIMED,
            NotificationState.SUBMITTING,
            NotificationState.UNKNOWN,
        ),
        # It did not arrive, but may later: the phone was off, or is not known as one yet.
        "try_later": to(
            NotificationState.PENDING,
            NotificationState.SUBMITTING,
            NotificationState.UNKNOWN,
            NotificationState.ACCEPTED,
        ),
        "doubt": to(
            NotificationState.UNKNOWN, NotificationState.SUBMITTING, NotificationState.UNKNOWN
        ),
        "accept": to(NotificationState.ACCEPTED, *_IN_HAND),
        "deliver": to(NotificationState.DELIVERED, *_IN_HAND, NotificationState.ACCEPTED),
        "fail": to(NotificationState.FAILED, *_IN_HAND, NotificationState.ACCEPTED),
    },
)
# The move to each state that a try or a receipt leads to.
TOLD = {
    NotificationState.PENDING: "retry",
    NotificationState.UNKNOWN: "doubt",
    NotificationState.ACCEPTED: "accept",
    NotificationState.DELIVERED: "deliver",
    NotificationState.FAILED: "fail",
}
# The state after each outcome of a try.
AFTER_TRY = {
    OutcomeKind.ACCEPTED: NotificationState.ACCEPTED,
    OutcomeKind.DELIVERED: NotificationState.DELIVERED,
    OutcomeKind.RETRY: NotificationState.PENDING,
    OutcomeKind.OUR_FAULT: NotificationState.PENDING,
    OutcomeKind.UNREACHABLE: NotificationState.FAILED,
    OutcomeKind.GONE: NotificationState.FAILED,
    OutcomeKind.NO_TEXTS: NotificationState.FAILED,
    OutcomeKind.NO_ROUTE: NotificationState.FAILED,
    OutcomeKind.OPTED_OUT: NotificationState.FAILED,
    OutcomeKind.REFUSED: NotificationState.FAILED,
    OutcomeKind.UNKNOWN: NotificationState.UNKNOWN,
}

# What may be better later, although the provider will not try again.
HEALS = frozenset({OutcomeKind.UNREACHABLE, OutcomeKind.NO_TEXTS})
TRY_LATER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))

FIRST_WAIT = timedelta(seconds=15)
FIRST_WAIT_URGENT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
# Retry after this even if a provider asks to wait longer.
LONGEST_TOLD = timedelta(hours=1)
# More tries than fit into a message's twelve hours, so an outage of hours loses no message.
MOST_ATTEMPTS = 40
CLAIM_LIVES = timedelta(seconds=25)
# How long to wait for a receipt before asking the provider and, if need be, resending.
ASK_UNKNOWN_AFTER = timedelta(seconds=20)


def after_try(kind: OutcomeKind, *, held: bool) -> NotificationState:
    """The state after a try. A message that the provider failed to deliver is not tried again."""
    state = AFTER_TRY[kind]
    return NotificationState.FAILED if held and state == NotificationState.PENDING else state


def forward(state: str, kind: OutcomeKind) -> NotificationState | None:
    """The state that a receipt moves to, or None when it would not be a step forward.

    A message that waits for its next try does not fail by what became of an earlier one.
    """
    if kind == OutcomeKind.UNKNOWN:
        return None
    target = after_try(kind, held=True)
    if state == NotificationState.PENDING and target == NotificationState.FAILED:
        return None
    return target if STATE_ORDER[target] > STATE_ORDER[state] else None


def later_try(
    kind: OutcomeKind, *, attempts: int, give_up_at: datetime | None, now: datetime
) -> datetime | None:
    """When to try a message again that did not arrive; None if that would be in vain or too late.

    `attempts` are those so far, from 1.
    """
    if kind not in HEALS:
        return None
    at = now + TRY_LATER[min(max(0, attempts - 1), len(TRY_LATER) - 1)]
    return None if give_up_at is not None and at >= give_up_at else at


def wait_before(attempt: int, *, urgent: bool, retry_after_s: int | None = None) -> timedelta:
    """Wait after the `attempt`-th try (from 1): doubling, or as the provider asks up to an hour."""
    first = FIRST_WAIT_URGENT if urgent else FIRST_WAIT
    wait: timedelta = min(LONGEST_WAIT, first * 2 ** min(16, max(0, attempt - 1)))
    told = min(max(0, retry_after_s or 0), int(LONGEST_TOLD.total_seconds()))
    return max(wait, timedelta(seconds=told))


def is_hopeless(*, attempts: int, give_up_at: datetime | None, now: datetime) -> bool:
    """Whether another try would come too late or be one too many."""
    return attempts >= MOST_ATTEMPTS or (give_up_at is not None and now >= give_up_at)
