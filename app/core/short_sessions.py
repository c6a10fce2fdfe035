"""Sessions of a process that only looks at the database before it starts, without a pool."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from app.core.db import WRITER, Session, prepare_engine


@contextmanager
def short_sessions(url: str, session_class: type[Session]) -> Iterator[sessionmaker[Session]]:
    """Makes sessions of a class; every connection is closed with its session."""
    engine = create_engine(url, poolclass=NullPool)
    prepare_engine(engine)
    try:
        yield sessionmaker(engine, class_=session_class)
    finally:
        engine.dispose()


def begin_writing(session: Session) -> None:
    """Makes the session's transaction a writer: on SQLite it takes the lock at once."""
    session.connection(execution_options=WRITER)
