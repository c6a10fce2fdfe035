"""Runs migrations on the application's own database, in one transaction where that is possible."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.base import UtcDateTime
from app.core.crypto import EncryptedText


def plain_type(kind: str, item: Any, autogen: Any) -> str | bool:
    """A migration names the database's types, so that it outlives the code of today."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.LargeBinary()"
    return False


def mind_keys(connection: Connection, mind: bool) -> None:
    """SQLite changes a table by making it anew: meanwhile others point to nothing.

    SQLite listens only outside of a transaction, so this goes past SQLAlchemy, which begins one.
    """
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.execute(f"PRAGMA foreign_keys={'ON' if mind else 'OFF'}")


def check_keys(connection: Connection) -> None:
    """Raises RuntimeError when a migration left a row that points to nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows point to nothing: {broken[:5]}")


def run() -> None:
    """Migrates online; there is no script-only mode."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        mind_keys(connection, False)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=plain_type,
            compare_type=True,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_keys(connection)
        connection.commit()
        mind_keys(connection, True)


run()
