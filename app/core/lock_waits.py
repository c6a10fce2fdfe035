"""Who waits for whom in the database: figures that show a queue of writers."""

import mmap
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# How many writers began on SQLite, and how many seconds they waited, together. Processes that are
# forked after this was loaded share it, as gunicorn's workers do. No lock: one that a killed worker
# holds would stop all others, and a figure that is lost now and then does no harm.
_WAITED = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")

# `query_start`: a statement that waits for a lock does so from its beginning, nearly.
_WAITING_NOW = text(
    "SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0)"
    " FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass(frozen=True, slots=True)
class LockWaits:
    """PostgreSQL: how many statements wait now, and the longest for how many seconds.

    SQLite: how many writers began since the web started, and their seconds of waiting together.
    """

    waiting: int = 0
    longest_s: float = 0.0
    writers: int = 0
    waited_s: float = 0.0


def note_writer(waited_s: float) -> None:
    """Counts a writer on SQLite that waited so long for the file."""
    _WAITED[0] += 1
    _WAITED[1] += waited_s


def lock_waits(session: Session) -> LockWaits:
    """The figures of the database at hand."""
    if session.get_bind().dialect.name == "postgresql":
        waiting, longest_s = session.execute(_WAITING_NOW).one()
        return LockWaits(waiting=waiting, longest_s=float(longest_s))
    return LockWaits(writers=int(_WAITED[0]), waited_s=_WAITED[1])
