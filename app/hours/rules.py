"""Service time: from check-in to check-out, without travel, capped."""

from datetime import datetime, timedelta

CAP_MINUTES = 480


def served_minutes(started_at: datetime, ended_at: datetime) -> int:
    """Whole minutes served, rounded down, at most 480. Raises ValueError when it ends first."""
    if ended_at < started_at:
        raise ValueError("ends before it starts")
    return min(CAP_MINUTES, (ended_at - started_at) // timedelta(minutes=1))


def manual_entry_problem(made_by: int, confirmed_by: int | None, person_id: int) -> str | None:
    """A manual entry needs a second person; returns needs_second, own_entry or None."""
    if confirmed_by is None or confirmed_by == made_by:
        return "needs_second"
    return "own_entry" if confirmed_by == person_id else None
