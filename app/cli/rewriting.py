"""Rewrites stored values in batches, each in its own transaction, and prints the progress."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from app.cli.settings import refuse
from app.core.crypto import CannotOpen
from app.core.database_errors import DatabaseError, is_busy
from app.core.db import db, writing
from app.usecases.keys.lookup_columns import lookup_columns
from app.usecases.keys.rewrite_values import (
    Batch,
    lookup_batch,
    lookup_rows,
    rows_to_seal,
    seal_batch,
)
from app.usecases.keys.sealed_columns import sealed_tables

SAY_EACH_S = 1.0
# Tries for a batch that met another process's lock.
TRIES = 5


def write_values_anew() -> int:
    """Seals until nothing is left under an older key; returns the number of rows written."""
    written, before = 0, -1
    while written != before:
        before = written
        for one in sealed_tables():
            total = rows_to_seal(db.session(), one)
            if total:
                label = f"{one.name} ({', '.join(one.columns)})"
                written += _run(label, total, partial(seal_batch, one=one))
    return written


def write_lookups_anew(region: str) -> None:
    """Recomputes every look-up hash."""
    for one in lookup_columns(region):
        total = lookup_rows(db.session(), one)
        if total:
            _run(one.title, total, partial(lookup_batch, one=one))


def _run(label: str, total: int, step: Callable[..., Batch]) -> int:
    """Runs all batches of one table; prints progress after the first, then each second."""
    done = written = 0
    last: Any = None
    said = 0.0
    while True:
        batch = _try(label, step, last)
        if batch.last is None:
            break
        done, written, last = done + batch.looked_at, written + batch.written, batch.last
        if time.monotonic() - said >= SAY_EACH_S:
            said = time.monotonic()
            click.echo(f"{label}: {done} of {total}")
    click.echo(f"{label}: done, {written} written")
    return written


def _try(label: str, step: Callable[..., Batch], last: Any) -> Batch:
    for attempt in range(1, TRIES + 1):
        try:
            with writing() as session:
                return step(session, last)
        except CannotOpen:
            refuse(f"{label}: a value after {last!r} does not open with the keys at hand")
        except DatabaseError as error:
            if attempt == TRIES or not is_busy(error):
                raise
            time.sleep(attempt)
    raise AssertionError("the last attempt returns or ends the process")
