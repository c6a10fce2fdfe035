"""When a question about duty is asked again, and when somebody else is asked instead. Pure."""

from datetime import datetime, timedelta

# Nobody needs longer to answer about a shift that is far away.
LONGEST = timedelta(hours=48)
# Leave so much time to find somebody else, or half of the time there is.
BEFORE = timedelta(hours=12)
# A question about a shift that runs already.
AT_ONCE = timedelta(minutes=15)


def answer_by(sent_at: datetime, starts_at: datetime) -> datetime:
    """Until when a question about a shift waits for its answer."""
    if starts_at <= sent_at:
        return sent_at + AT_ONCE
    halfway = sent_at + (starts_at - sent_at) / 2
    return min(sent_at + LONGEST, max(starts_at - BEFORE, halfway))


def remind_at(sent_at: datetime, last: datetime) -> datetime:
    """When to remind of a question that waits until `last`: halfway."""
    return sent_at + (last - sent_at) / 2
