"""Running migrations: one process at a time, and without the time limits of web requests."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app.core.database_errors import is_busy
from app.core.db import prepare_engine

# Seconds that a migration waits for others in all.
PATIENCE_S = 600.0
SAY_EACH_S = 10.0
POSTGRES_LOCK = 0x0D1A0DA2
# While a migration waits for a table lock, every later query waits behind it. So it gives up
# soon, lets them pass and tries again. Web requests wait five seconds for a lock.
POSTGRES_OPTIONS = (
    "-c lock_timeout=2s -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
)
POSTGRES_PAUSE_S = 3.0
SQLITE_TRY_MS = 2000
SQLITE_PAUSE_S = 0.1

MIGRATES = "another process is migrating the database"
IN_USE = "another process is using tables that have to change (a backup or a long transaction)"
WRITES = "another process is writing to the database or migrating it"


class MigrationBlocked(Exception):
    """A sentence that says what blocked the migration for too long."""


class _Patience:
    """Says what is waited for, at once and then every SAY_EACH_S, and ends after `seconds`."""

    def __init__(self, tell: Callable[[str], None], seconds: float) -> None:
        self.tell = tell
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds
        self.say_at = 0.0

    def wait(self, why: str, pause_s: float) -> None:
        """Sleeps `pause_s` seconds. Raises MigrationBlocked when the time is over."""
        now = time.monotonic()
        if now >= self.deadline:
            raise MigrationBlocked(
                f"{why}, for {self.seconds:.0f} seconds now; nothing was changed: try again later"
            )
        if now >= self.say_at:
            self.tell(f"Waiting: {why}.")
            self.say_at = now + SAY_EACH_S
        time.sleep(pause_s)


def run_alone(
    url: URL,
    work: Callable[[Connection], None],
    *,
    tell: Callable[[str], None],
    patience_s: float = PATIENCE_S,
) -> None:
    """Runs `work` in one writing transaction, while no other process runs one through here.

    If `work` meets another process's lock, it is run again from its beginning. Raises
    MigrationBlocked if `patience_s` seconds were not enough, OperationalError if the database
    cannot be used.
    """
    engine = _engine(url)
    sqlite = engine.dialect.name == "sqlite"
    patience = _Patience(tell, patience_s)
    with _turn(engine, patience):
        while True:
            try:
                with engine.connect() as connection, connection.begin():
                    work(connection)
                return
            except OperationalError as error:
                if not is_busy(error):
                    raise
            if sqlite:
                patience.wait(WRITES, SQLITE_PAUSE_S)
            else:
                patience.wait(IN_USE, POSTGRES_PAUSE_S)


@contextmanager
def _turn(engine: Engine, patience: _Patience) -> Iterator[None]:
    """Holds PostgreSQL's advisory lock on a connection of its own, so that it ends with its holder.

    SQLite has one writer, so the transaction itself is the lock.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as holder:
        while not holder.scalar(select(func.pg_try_advisory_lock(POSTGRES_LOCK))):
            patience.wait(MIGRATES, 0.5)
        yield


def _engine(url: URL) -> Engine:
    """An engine for migrations only; each connection is closed after use."""
    if url.get_backend_name() != "sqlite":
        options = {"options": POSTGRES_OPTIONS}
        return create_engine(url, poolclass=NullPool, connect_args=options)
    engine = create_engine(
        url,
        poolclass=NullPool,
        execution_options={"diandan_writer": True, "diandan_patience_ms": SQLITE_TRY_MS},
    )
    prepare_engine(engine)
    event.listen(engine, "connect", _ignore_foreign_keys)
    return engine


def _ignore_foreign_keys(connection: Any, record: Any) -> None:
    """SQLite changes a table by creating a new one; meanwhile foreign keys point to nothing.

    The pragma works only outside of a transaction, so it is set when the connection is made.
    """
    connection.execute("PRAGMA foreign_keys=OFF")
