"""Runs an operation whose refusal does not end the surrounding use case."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.trail.chain import PENDING


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """When the block raises, rolls back its rows and its lines of the trail."""
    noted = len(session.info.get(PENDING, ()))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del session.info.get(PENDING, [])[noted:]
        raise
