"""Service time: from check-in to check-out, without travel, capped."""

from datetime import datetime, timedelta

CAP_MINUTES = 480


def served_minutes(started_at: datetime, ended_at: datetime) -> int:
    """Whole minutes served, at most 480. Raises ValueError when the end is before the start."""
    if ended_at < started_at:
        raise ValueError("ends before it starts")
    return min(CAP_MINUTES, (ended_at - started_at) // timedelta(minutes=1))
