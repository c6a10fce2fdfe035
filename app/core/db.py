"""The database: one handle, one way to write, and the connection settings of both engines."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event, orm, text

from app.core.base import Base
from app.core.lock_waits import note_writer

db = SQLAlchemy(model_class=Base, disable_autonaming=True)

# What `writing` and `db.session()` give, for signatures of entry points.
Session: TypeAlias = orm.Session

WRITER = {"diandan_writer": True}
# Milliseconds that a writer waits for SQLite's lock before the request is refused as busy.
PATIENCE_MS = 15_000
# SQLite itself retries after 1, 2, 5, then 10 ms, and up to 100 ms later on.
LOOK_AGAIN_MS = 18


def sqlite_pragmas(connection: Any, record: Any) -> None:
    """WAL, every commit synced to disk, PATIENCE_MS of waiting for locks, foreign keys."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={PATIENCE_MS}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
        # Read through the system's shared page cache instead of one call for each page, up to
        # SQLite's limit; the rest of a larger file is read in the ordinary way.
        "mmap_size=2147418112",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin_immediate_for_writers(connection: Connection) -> None:
    """SQLite writers take the lock at once: a read that turns into a write fails under load."""
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if options.get("diandan_writer", False):
        _begin_writing(connection, options.get("diandan_patience_ms", PATIENCE_MS))
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection, patience_ms: int) -> None:
    """Retries at short, even intervals, so that early writers are not starved.

    SQLite's own wait sleeps longer the longer it has waited, so newcomers overtake: of two
    hundred concurrent writers some timed out while later ones got the lock.
    """
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    began = time.monotonic()
    deadline = began + patience_ms / 1000
    raw.execute(f"PRAGMA busy_timeout={LOOK_AGAIN_MS}")
    try:
        while time.monotonic() < deadline and _is_busy(raw):
            continue
        if not raw.in_transaction:
            # The last try raises SQLAlchemy's own error.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        note_writer(time.monotonic() - began)


def _is_busy(raw: sqlite3.Connection) -> bool:
    """Tries to begin; True when another writer holds the lock."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def prepare_engine(engine: Engine) -> None:
    """Attaches the connection settings to an engine.

    PostgreSQL gets its limits in the connection's options.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_pragmas)
        event.listen(engine, "begin", begin_immediate_for_writers)


@contextmanager
def writing(patience_ms: int | None = None) -> Iterator[Session]:
    """One writing transaction: everything inside is committed together or not at all.

    A reading transaction that this thread has open is ended first, so that the writer sees the
    newest rows. On SQLite it waits up to `patience_ms` milliseconds for the lock, else PATIENCE_MS.
    """
    session: Session = db.session()
    session.rollback()
    patience = PATIENCE_MS if patience_ms is None else patience_ms
    session.connection(execution_options={**WRITER, "diandan_patience_ms": patience})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def check_database() -> None:
    """Runs a trivial query. Raises DatabaseError if the database does not answer."""
    db.session.execute(text("SELECT 1"))
