"""Waking the scheduler: whoever writes a row that is due now notes so in its transaction.

After the commit every scheduler hears of it: by NOTIFY on PostgreSQL, by a datagram to each socket
beside the file on SQLite. A wake may be lost: the scheduler looks at fixed times all the same. So
nothing here may fail the transaction of a visitor.
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
    """What may be due now."""

    TEXTS = "texts"
    CALLS = "calls"
    PUSHES = "pushes"
    REQUESTS = "requests"
    ESCALATIONS = "escalations"
    PLACES = "places"


def wake(session: Session, topic: Topic) -> None:
    """Notes that this transaction makes something due at once."""
    session.info.setdefault(PENDING, set()).add(topic)


def wake_if_due(session: Session, topic: Topic, at: datetime | None, now: datetime) -> None:
    """The same when what is due at `at` is due now."""
    if at is not None and at <= now:
        wake(session, topic)


def topics_in(payload: bytes | str) -> frozenset[Topic]:
    """The topics of a wake; words that this version does not know are left out."""
    words = payload.decode("ascii", "replace") if isinstance(payload, bytes) else payload
    return frozenset(topic for topic in Topic if topic in words.split(","))


def sockets_of(url: URL) -> Path:
    """The folder with a socket for each scheduler of an SQLite file."""
    return Path(f"{url.database}-wake")


@contextmanager
def short_name(folder: Path) -> Iterator[str]:
    """The folder by a short name: the path of a socket must not be longer than 107 bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def send_datagrams(folder: Path, topics: Iterable[Topic]) -> None:
    """Tells every scheduler that listens. Never waits, never raises."""
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
        # Its scheduler was killed; each takes a new name.
        with suppress(OSError):
            os.unlink(path)
    except OSError:
        # Full: it is about to look anyway. Not ours: it looks at its fixed times.
        return


def _notify(session: Session) -> None:
    """PostgreSQL delivers it with the commit, or never."""
    if session.in_nested_transaction() or session.get_bind().dialect.name != "postgresql":
        return
    topics = session.info.pop(PENDING, None)
    if topics:
        session.execute(
            text("SELECT pg_notify(:channel, :topics)"),
            {"channel": CHANNEL, "topics": ",".join(sorted(topics))},
        )


def _send_pending(session: Session) -> None:
    """On SQLite it is sent once everybody can see the rows."""
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

    Before the trail: its lock is taken last, so that NOTIFY's round trip is not under it.
    """
    event.listen(session_class, "before_commit", _notify)
    event.listen(session_class, "after_commit", _send_pending)
    event.listen(session_class, "after_soft_rollback", _forget)
