"""A session on an engine of its own, to read the database before there is an application."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.db import WRITER, prepare_engine


class SeparateSession(Session):
    """A subclass, so that listeners can be added to it alone."""


@contextmanager
def separate_session(url: str, *, writes: bool) -> Iterator[Session]:
    """One transaction, committed at the end. No connection is left for child processes."""
    engine = create_engine(url, poolclass=NullPool)
    prepare_engine(engine)
    try:
        with SeparateSession(engine) as session, session.begin():
            if writes:
                session.connection(execution_options=WRITER)
            yield session
    finally:
        engine.dispose()
