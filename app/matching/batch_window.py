"""The batch window: requests held for a few minutes, to be assigned together."""

from datetime import datetime, timedelta

from app.core.urgency import Urgency

# How long a request is held.
HOLD = timedelta(minutes=5)
# A request wanted this much later can wait.
AHEAD = timedelta(hours=3)
# How long a request waits for another batch, and the share of the time left that this may take.
LONGEST_WAIT = timedelta(hours=1)
WAIT_SHARE = 8


def leave_until(state_since: datetime, wanted_from: datetime | None) -> datetime:
    """Until when a request that no batch could place waits for the next batches.

    An eighth of the time that was left, at most LONGEST_WAIT: then it goes out alone.
    """
    left = timedelta(0) if wanted_from is None else wanted_from - state_since
    return state_since + max(HOLD, min(LONGEST_WAIT, left / WAIT_SHARE))


def can_wait(urgency: str, wanted_from: datetime | None, now: datetime) -> bool:
    """Whether holding a request for a few minutes endangers nobody and delays no help."""
    if urgency == Urgency.URGENT:
        return False
    return urgency == Urgency.PLANNED or (wanted_from is not None and wanted_from >= now + AHEAD)
