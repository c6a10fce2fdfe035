"""The batch window: requests held for a few minutes, to be assigned together."""

from datetime import datetime, timedelta

from app.core.urgency import Urgency

# How long a request is held.
HOLD = timedelta(minutes=5)
# A request wanted this much later can wait.
AHEAD = timedelta(hours=3)


def can_wait(urgency: str, wanted_from: datetime | None, now: datetime) -> bool:
    """Whether holding a request for a few minutes endangers nobody and delays no help."""
    if urgency == Urgency.URGENT:
        return False
    return urgency == Urgency.PLANNED or (wanted_from is not None and wanted_from >= now + AHEAD)
