"""What became of a yes: whether the volunteer came, in time, and served well.

| what happened | counts as |
|---|---|
| gave up, or never came | one promise, not kept |
| rated two stars or fewer | one promise, not kept |
| arrived late | one promise, kept less the later: see `punctuality` |
| came, and the resident's code or rating confirms it | one promise, kept |
| said to have come, confirmed by nobody | half a promise, kept |
| ended by us or by the resident | nothing |

A yes that was undone within two minutes counts as nothing once in thirty days: a slip. Each further
one counts as giving up, because the resident was notified each time.
"""

from datetime import timedelta

from app.matching.acceptance import Counts

BROKEN = Counts(1.0, 0.0)
# Only the volunteer says so.
UNCONFIRMED = 0.5
# This late is still in time; later counts less and less, until it counts as not having come.
IN_TIME, FAR_TOO_LATE = timedelta(minutes=15), timedelta(hours=2)
# One undone yes in this many days counts as nothing.
FREE_UNDO_EVERY = timedelta(days=30)


def punctuality(late: timedelta) -> float:
    """1 up to a quarter of an hour late, falling evenly to 0 at two hours."""
    if late <= IN_TIME:
        return 1.0
    return max(0.0, (FAR_TOO_LATE - late) / (FAR_TOO_LATE - IN_TIME))


def served(late: timedelta, *, confirmed: bool, content: bool | None) -> Counts:
    """What a finished visit counts as. `content` is the resident's rating, None without one."""
    if content is False:
        return BROKEN
    weight = 1.0 if confirmed or content else UNCONFIRMED
    return Counts(weight, weight * punctuality(late))


def undone(times: int, *, free: bool) -> Counts:
    """What undone yeses count as; `free`: no other was undone lately."""
    return Counts(float(max(0, times - free)), 0.0)
