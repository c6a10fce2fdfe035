"""Ends a process whose code and database are not at the same revision, with one sentence."""

import copy
import time
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.settings import refuse
from app.core.database_errors import DatabaseError, is_busy, why_unusable
from app.core.schema_revision import look_at_revision
from config import Config

# Seconds that the web and the scheduler wait for an unreachable database: after a power cut all
# start at the same time.
DATABASE_WITHIN_S = 60.0
LOOK_EACH_S = 1.0


def refuse_other_revision(config: Config, *, within_s: float = 0.0) -> None:
    """Ends the process unless the database is at the newest revision that this code knows.

    Waits up to `within_s` seconds for an unreachable database.
    """
    deadline = time.monotonic() + within_s
    while True:
        try:
            problem = look_at_revision(config.database_url)
            break
        except DatabaseError as error:
            why = why_unusable(error)
            if why is None:
                raise
            if time.monotonic() >= deadline:
                refuse(f"DATABASE_URL: the database cannot be used: {why}")
        time.sleep(LOOK_EACH_S)
    if problem is not None:
        refuse(f"DATABASE_URL: {problem}")


def with_current_schema(command: click.Command) -> click.Command:
    """Adds a check of the revision to the command, or to each command of a group."""
    checked = copy.copy(command)
    if isinstance(checked, click.Group):
        checked.commands = {
            name: with_current_schema(one) for name, one in checked.commands.items()
        }
    elif command.callback is not None:
        checked.callback = _after_look(command.callback)
    return checked


def _after_look(callback: Callable[..., Any]) -> Callable[..., Any]:
    @with_appcontext
    def look_first(*args: Any, **kwargs: Any) -> Any:
        refuse_other_revision(current_app.config["DIANDAN"])
        try:
            return callback(*args, **kwargs)
        except DatabaseError as error:
            why = why_unusable(error)
            if is_busy(error):
                refuse(f"the database is busy, nothing more was changed: try again later ({why})")
            if why is None:
                raise
            refuse(f"DATABASE_URL: the database cannot be used: {why}")

    return look_first
