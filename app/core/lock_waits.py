"""Waits for database locks: figures that show a queue of writers."""

import mmap
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# Writers that began on SQLite, and the seconds that they waited, in total. Processes forked after
# this module was loaded share it, as gunicorn's workers do. No lock: a lock held by a killed worker
# would stop all others, and losing a figure now and then is harmless.
_WAITED = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")

# `query_start`: a statement that waits for a lock has waited nearly since it began.
_WAITING_NOW = text(
    "SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0)"
    " FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass(frozen=True, slots=True)
class LockWaits:
    """PostgreSQL: how many statements wait now, and the longest wait in seconds.

    SQLite: how many writers began since the web started, and their seconds of waiting in total.
    """

    waiting: int = 0
    longest_s: float = 0.0
    writers: int = 0
    waited_s: float = 0.0


def note_writer(waited_s: float) -> None:
    """Counts a writer on SQLite that waited this long for the lock."""
    _WAITED[0] += 1
    _WAITED[1] += waited_s


def lock_waits(session: Session) -> LockWaits:
    """The figures of the database at hand."""
    if session.get_bind().dialect.name == "postgresql":
        waiting, longest_s = session.execute(_WAITING_NOW).one()
        return LockWaits(waiting=waiting, longest_s=float(longest_s))
    return LockWaits(writers=int(_WAITED[0]), waited_s=_WAITED[1])
