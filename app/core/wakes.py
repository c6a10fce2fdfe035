"""Waking the scheduler when a transaction writes a row that is due now.

After the commit every scheduler is notified: by NOTIFY on PostgreSQL, by a datagram to each socket
beside the file on SQLite. A wake may be lost, because the scheduler also checks at fixed times. So
nothing here may fail a visitor's transaction.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, SessionTransaction

PENDING = "diandan_wakes"
# The channel of NOTIFY.
CHANNEL = "diandan_wake"
SUFFIX = ".sock"


class Topic(StrEnum):
    """What kind of work may be due now."""

    TEXTS = "texts"
    CALLS = "calls"
    PUSHES = "pushes"
    REQUESTS = "requests"
    ESCALATIONS = "escalations"
    PLACES = "places"
    UNREACHED = "unreached"


def wake(session: Session, topic: Topic) -> None:
    """Notes that this transaction makes something due at once."""
    session.info.setdefault(PENDING, set()).add(topic)


def wake_if_due(session: Session, topic: Topic, at: datetime | None, now: datetime) -> None:
    """Wakes if what is due at `at` is due by `now`."""
    if at is not None and at <= now:
        wake(session, topic)


def topics_in(payload: bytes | str) -> frozenset[Topic]:
    """The topics of a wake; unknown words, as from another version, are left out."""
    words = payload.decode("ascii", "replace") if isinstance(payload, bytes) else payload
    return frozenset(topic for topic in Topic if topic in words.split(","))


def sockets_of(url: URL) -> Path:
    """The folder that holds a socket for each scheduler of an SQLite file."""
    return Path(f"{url.database}-wake")


@contextmanager
def short_name(folder: Path) -> Iterator[str]:
    """A short path to the folder: the path of a socket may have at most 107 bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def send_datagrams(folder: Path, topics: Iterable[Topic]) -> None:
    """Notifies every scheduler that listens. Never waits, never raises."""
    with suppress(OSError):
        names = [name for name in os.listdir(folder) if name.endswith(SUFFIX)]
        if not names:
            return
        payload = ",".join(sorted(topics)).encode()
        with short_name(folder) as base, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            for name in names:
                _send(out, payload, f"{base}/{name}")


def _send(out: socket.socket, payload: bytes, path: str) -> None:
    try:
        out.sendto(payload, path)
    except ConnectionRefusedError:
        # Its scheduler was killed; a new one takes a new name.
        with suppress(OSError):
            os.unlink(path)
    except OSError:
        # Full: the scheduler is about to check anyway. Not permitted: it checks at fixed times.
        return


def _notify(session: Session) -> None:
    """Sends NOTIFY. PostgreSQL delivers it with the commit, or never."""
    if session.in_nested_transaction() or session.get_bind().dialect.name != "postgresql":
        return
    topics = session.info.pop(PENDING, None)
    if topics:
        session.execute(
            text("SELECT pg_notify(:channel, :topics)"),
            {"channel": CHANNEL, "topics": ",".join(sorted(topics))},
        )


def _send_pending(session: Session) -> None:
    """On SQLite, sends once the rows are committed and visible."""
    if session.in_nested_transaction():
        return
    topics = session.info.pop(PENDING, None)
    if topics:
        bind: Any = session.get_bind()
        send_datagrams(sockets_of(bind.engine.url), topics)


def _forget(session: Session, previous: SessionTransaction) -> None:
    """A transaction that was rolled back wakes nobody."""
    if previous.parent is None:
        session.info.pop(PENDING, None)


def send_wakes(session_class: type[Session] | Any) -> None:
    """Makes every session of this class send its wakes. Called once, by the factory.

    Register it before the trail: the trail takes its lock last, so that the round trip of NOTIFY
    does not happen under that lock.
    """
    event.listen(session_class, "before_commit", _notify)
    event.listen(session_class, "after_commit", _send_pending)
    event.listen(session_class, "after_soft_rollback", _forget)
