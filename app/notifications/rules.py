"""The life of a notification: which state may follow, and when to try again."""

from datetime import datetime, timedelta

from app.notifications.outcomes import OutcomeKind

PENDING, CLAIMED, SUBMITTING = "pending", "claimed", "submitting"
ACCEPTED, DELIVERED, FAILED, UNKNOWN = "accepted", "delivered", "failed", "unknown"
CANCELLED = "cancelled"

# What is sent beside each other: a provider that hangs holds up its own line only.
TEXTS, CALLS, PUSHES = ("sms", "email"), ("call",), ("push",)

STATE_ORDER = {
    PENDING: 0,
    CLAIMED: 1,
    SUBMITTING: 2,
    UNKNOWN: 3,
    ACCEPTED: 4,
    DELIVERED: 6,
    FAILED: 6,
    CANCELLED: 6,
}
# Where a try leads.
AFTER_TRY = {
    OutcomeKind.ACCEPTED: ACCEPTED,
    OutcomeKind.DELIVERED: DELIVERED,
    OutcomeKind.RETRY: PENDING,
    OutcomeKind.OUR_FAULT: PENDING,
    OutcomeKind.UNREACHABLE: FAILED,
    OutcomeKind.GONE: FAILED,
    OutcomeKind.OPTED_OUT: FAILED,
    OutcomeKind.REFUSED: FAILED,
    OutcomeKind.UNKNOWN: UNKNOWN,
}

FIRST_WAIT = timedelta(seconds=15)
FIRST_WAIT_URGENT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
# A provider that tells to wait longer is asked again after this all the same.
LONGEST_TOLD = timedelta(hours=1)
# More than fit into the twelve hours that a message lives: an outage of hours costs none.
MOST_ATTEMPTS = 40
CLAIM_LIVES = timedelta(seconds=25)
# How long a receipt is waited for before the provider is asked, and then the message resent.
ASK_UNKNOWN_AFTER = timedelta(seconds=20)


def after_try(kind: OutcomeKind, *, held: bool) -> str:
    """The state after a try. What a provider holds and failed to deliver is not tried again."""
    state = AFTER_TRY[kind]
    return FAILED if held and state == PENDING else state


def forward(state: str, kind: OutcomeKind) -> str | None:
    """The state that a receipt moves to, or None when it would move back or sideways."""
    if kind == OutcomeKind.UNKNOWN:
        return None
    target = after_try(kind, held=True)
    return target if STATE_ORDER[target] > STATE_ORDER[state] else None


def wait_before(attempt: int, *, urgent: bool, retry_after_s: int | None = None) -> timedelta:
    """How long to wait after the `attempt`-th try (from 1): doubling, and as told up to an hour."""
    first = FIRST_WAIT_URGENT if urgent else FIRST_WAIT
    wait: timedelta = min(LONGEST_WAIT, first * 2 ** min(16, max(0, attempt - 1)))
    told = min(max(0, retry_after_s or 0), int(LONGEST_TOLD.total_seconds()))
    return max(wait, timedelta(seconds=told))


def is_hopeless(*, attempts: int, give_up_at: datetime | None, now: datetime) -> bool:
    """Whether another try would come too late or be one too many."""
    return attempts >= MOST_ATTEMPTS or (give_up_at is not None and now >= give_up_at)
