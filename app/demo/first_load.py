"""Loads the demo from an entry point: into an empty database, one process at a time."""

from collections.abc import Callable

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.areas.queries import has_areas
from app.core.clock import utc_now
from app.core.db import writing
from app.demo.load import load_demo, silent
from app.demo.world import World

POSTGRES_LOCK = 0x0D1A0DA3
# A large demo takes minutes, and a second process waits for it.
TURN_WITHIN_MS = 600_000


def load_into_empty(*, size: str, tell: Callable[[str], None] = silent) -> World | None:
    """Loads and commits the demo; None if the database is not empty."""
    with writing(patience_ms=TURN_WITHIN_MS) as session:
        _take_turn(session)
        if has_areas(session):
            return None
        return load_demo(session, size=size, now=utc_now(), tell=tell)


def _take_turn(session: Session) -> None:
    """PostgreSQL: lifts the limits of web requests for this transaction, and waits for its turn.

    The demo computes between two statements for longer than a web request may keep a transaction.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for limit in ("idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout"):
        session.execute(text(f"SET LOCAL {limit} = 0"))
    session.execute(select(func.pg_advisory_xact_lock(POSTGRES_LOCK)))
