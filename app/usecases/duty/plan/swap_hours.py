"""The hours that a swap is about: what a taker says yes to."""

from datetime import datetime

from app.rotation.plan.models import Swap


def hours_asked(swap: Swap, now: datetime) -> tuple[datetime, datetime]:
    """What the taker would do: the new hours of a move, else what is left of the present ones."""
    start = swap.starts_at if swap.new_starts_at is None else swap.new_starts_at
    end = swap.ends_at if swap.new_ends_at is None else swap.new_ends_at
    return max(start, now), end


def hours_given(swap: Swap, now: datetime) -> tuple[datetime, datetime]:
    """What the giver no longer does."""
    return max(swap.starts_at, now), swap.ends_at
