"""The life of a notification: which state may follow, when to try again, what codes mean."""

from datetime import datetime, timedelta

from app.notifications.ports import PERMANENT, RETRY
from app.notifications.ports import UNKNOWN as NOBODY_KNOWS

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
# How a provider's receipts read in our words.
RECEIPTS = {
    "queued": ACCEPTED,
    "accepted": ACCEPTED,
    "sending": ACCEPTED,
    "sent": ACCEPTED,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": FAILED,
    "failed": FAILED,
    "canceled": FAILED,
    # Of a call.
    "completed": DELIVERED,
    "busy": FAILED,
    "no-answer": FAILED,
}
OPTED_OUT = "21610"
# Never worth another try: opted out, no mobile, no such number, not allowed there.
# Source: Twilio's list of error codes.
PERMANENT_CODES = frozenset({OPTED_OUT, "21614", "21211", "21408", "21612", "30003", "30006"})
# Nothing wrong with the message, but with our account or its number: the operator can mend it.
MENDABLE_CODES = frozenset({"20003", "20005", "20429", "21606", "21659", "21660"})

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


def forward(state: str, told: str) -> str | None:
    """The state that a receipt moves to, or None when it would move back or sideways."""
    target = RECEIPTS.get(told)
    if target is None or STATE_ORDER[target] <= STATE_ORDER[state]:
        return None
    return target


def judge_refusal(http_status: int, code: str) -> str:
    """What an answer that is not a yes means: retry, permanent or unknown.

    A gateway that gave up waiting (504) does not know whether the message went out. A wrong
    password or sender is not the message's fault: it waits until the settings are mended.
    """
    if code in PERMANENT_CODES:
        return PERMANENT
    if http_status == 504:
        return NOBODY_KNOWS
    ours = code in MENDABLE_CODES or http_status in (401, 403, 408, 429)
    return RETRY if ours or http_status >= 500 else PERMANENT


def wait_before(attempt: int, *, urgent: bool, retry_after_s: int | None = None) -> timedelta:
    """How long to wait after the `attempt`-th try (from 1): doubling, and as told up to an hour."""
    first = FIRST_WAIT_URGENT if urgent else FIRST_WAIT
    wait: timedelta = min(LONGEST_WAIT, first * 2 ** min(16, max(0, attempt - 1)))
    told = min(max(0, retry_after_s or 0), int(LONGEST_TOLD.total_seconds()))
    return max(wait, timedelta(seconds=told))


def is_hopeless(*, attempts: int, give_up_at: datetime | None, now: datetime) -> bool:
    """Whether another try would come too late or be one too many."""
    return attempts >= MOST_ATTEMPTS or (give_up_at is not None and now >= give_up_at)
