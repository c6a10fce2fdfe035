"""Service time: from check-in to check-out, without travel, capped."""

from datetime import datetime, timedelta

CAP_MINUTES = 480


def served_minutes(started_at: datetime, ended_at: datetime) -> int:
    """Whole minutes served, rounded down, at most 480. Raises ValueError when it ends first."""
    if ended_at < started_at:
        raise ValueError("ends before it starts")
    return min(CAP_MINUTES, (ended_at - started_at) // timedelta(minutes=1))
