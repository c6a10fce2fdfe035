"""Trying a verb inside a story that goes on when the verb refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.trail.chain import PENDING


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """What raises inside leaves nothing behind: neither rows nor lines of the trail."""
    noted = len(session.info.get(PENDING, ()))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del session.info.get(PENDING, [])[noted:]
        raise
