"""Runs migrations on the application's own database, in one transaction where that is possible."""

from typing import Any

from alembic import context
from flask import current_app

from app.core.base import UtcDateTime
from app.core.crypto import EncryptedText


def plain_type(kind: str, item: Any, autogen: Any) -> str | bool:
    """A migration names the database's types, so that it outlives the code of today."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    """Migrates online; there is no script-only mode."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=plain_type,
            compare_type=True,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
