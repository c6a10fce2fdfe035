"""The database: one handle, one way to write, and the manners of both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app.core.base import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)

WRITER = {"diandan_writer": True}


def sqlite_manners(connection: Any, record: Any) -> None:
    """WAL, every commit on the disk, five seconds of patience, foreign keys."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=5000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin_as_told(connection: Connection) -> None:
    """SQLite's writers take the lock at once: a read that turns into a write fails under load."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("diandan_writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Attaches the manners to an engine. PostgreSQL gets its limits in the connection's options."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_manners)
        event.listen(engine, "begin", begin_as_told)


@contextmanager
def writing() -> Iterator[Session]:
    """One writing transaction: what happened inside is committed together or not at all.

    A reading transaction that this thread may have open is ended first, so that the writer sees
    the newest rows.
    """
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options=WRITER)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
