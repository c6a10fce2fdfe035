"""Runs migrations on the application's own database: all of them in one transaction, alone."""

import sys
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.cli.settings import refuse
from app.core.base import UtcDateTime
from app.core.crypto import EncryptedText
from app.core.migration_run import MigrationBlocked, run_alone
from app.core.schema_revision import (
    code_revision,
    database_revision,
    is_newer,
    revision_problem,
)


def plain_type(kind: str, item: Any, autogen: Any) -> str | bool:
    """Renders our column types as database types, so that migrations do not depend on app code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.LargeBinary()"
    return False


def give_number(context: Any, revision: Any, directives: list[Any]) -> None:
    """Gives a new migration the next number. Its author writes its file's name into HEAD."""
    for directive in directives:
        directive.rev_id = f"{int(code_revision()) + 1:04d}"


def check_keys(connection: Connection) -> None:
    """Raises RuntimeError when a migration left a row that points to nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows point to nothing: {broken[:5]}")


def migrate(connection: Connection) -> None:
    """Runs what Alembic was asked for. Reads the revision only under the lock."""
    found, known = database_revision(connection), code_revision()
    if is_newer(found, known):
        refuse(f"DATABASE_URL: {revision_problem(found, known)}")
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_item=plain_type,
        compare_type=True,
        render_as_batch=True,
        process_revision_directives=give_number,
    )
    with context.begin_transaction():
        context.run_migrations()
    check_keys(connection)


def say(line: str) -> None:
    """Writes a progress line to standard error."""
    print(line, file=sys.stderr, flush=True)


def run() -> None:
    """Migrates online; there is no script-only mode. Ends the process when it cannot."""
    try:
        run_alone(current_app.extensions["migrate"].db.engine.url, migrate, tell=say)
    except MigrationBlocked as error:
        refuse(f"DATABASE_URL: {error}")
    except OperationalError as error:
        refuse(f"DATABASE_URL: the database cannot be used: {error.orig}")


run()
