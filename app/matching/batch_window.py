"""What is held for a few minutes, so that it can be assigned together with others."""

from datetime import datetime, timedelta

from app.core.urgency import Urgency

# How long it is held.
HOLD = timedelta(minutes=5)
# What is wanted so much later can wait.
AHEAD = timedelta(hours=3)


def can_wait(urgency: str, wanted_from: datetime | None, now: datetime) -> bool:
    """Whether nobody is in danger or kept waiting when a request is held for a few minutes."""
    if urgency == Urgency.URGENT:
        return False
    return urgency == Urgency.PLANNED or (wanted_from is not None and wanted_from >= now + AHEAD)
