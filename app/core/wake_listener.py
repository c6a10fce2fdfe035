"""Listening for wakes (`app.core.wakes`): PostgreSQL's NOTIFY, or a local socket beside SQLite."""

import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

import psycopg
import structlog
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.core.wakes import CHANNEL, SUFFIX, Topic, short_name, sockets_of, topics_in

log = structlog.get_logger("diandan.wakes")

# Seconds between checks whether to stop.
LOOK_S = 1.0
TRY_AGAIN_S = 5.0
MOST_BYTES = 500
# A peer that vanished silently is noticed within half a minute.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

Hear = Callable[[frozenset[Topic]], None]


def listen(database_url: str, stopping: Event, hear: Hear) -> None:
    """Listens until `stopping` is set. A failure is logged once and tried again."""
    url = make_url(database_url)
    once = _listen_to_postgres if url.get_backend_name() == "postgresql" else _listen_to_socket
    deaf = False
    while not stopping.is_set():
        began = time.monotonic()
        try:
            once(url, stopping, hear)
        except (OSError, SQLAlchemyError, psycopg.Error):
            # It had listened for a while: this is another loss, to be logged again.
            if not deaf or time.monotonic() - began > TRY_AGAIN_S:
                log.exception("wakes are not heard; jobs go on at their fixed times")
            deaf = True
            stopping.wait(TRY_AGAIN_S)


def _listen_to_postgres(url: URL, stopping: Event, hear: Hear) -> None:
    engine = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=KEEPALIVE
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        raw: Any = connection.connection.driver_connection
        log.info("listening for wakes", channel=CHANNEL)
        while not stopping.is_set():
            for told in raw.notifies(timeout=LOOK_S, stop_after=1):
                hear(topics_in(told.payload))


def _listen_to_socket(url: URL, stopping: Event, hear: Hear) -> None:
    folder = sockets_of(url)
    folder.mkdir(exist_ok=True)
    # A new name each time, so that a socket left by a killed scheduler does not matter.
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ears:
        with short_name(folder) as base:
            ears.bind(f"{base}/{path.name}")
        ears.settimeout(LOOK_S)
        log.info("listening for wakes", socket=path.name)
        try:
            while not stopping.is_set():
                with suppress(TimeoutError):
                    hear(topics_in(ears.recv(MOST_BYTES)))
                    continue
                # The socket's file may have been deleted.
                path.stat()
        finally:
            path.unlink(missing_ok=True)
