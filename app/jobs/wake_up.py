"""Hearing wakes, see `app.core.wakes`. What is not heard is seen at the next fixed look."""

import os
import secrets
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.core.wakes import CHANNEL, SUFFIX, Topic, short_name, sockets_of, topics_in
from app.jobs.context import House, log
from app.jobs.runner import Runner

# How long it listens before it looks whether it shall stop.
LOOK_S = 1.0
TRY_AGAIN_S = 5.0
MOST_BYTES = 500
# A peer that is gone without a word is noticed within half a minute.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

Hear = Callable[[frozenset[Topic]], None]


def run_when_woken(house: House, runners: list[Runner]) -> None:
    """Runs whatever is woken, in threads of its own, until the scheduler stops."""
    woken = [runner for runner in runners if runner.job.woken_by]
    with ThreadPoolExecutor(len(woken), "woken") as pool:

        def hear(topics: frozenset[Topic]) -> None:
            for runner in woken:
                if topics & runner.job.woken_by and runner.ask():
                    pool.submit(runner.run_if_asked)

        listen(house, hear)


def listen(house: House, hear: Hear) -> None:
    """Listens until the scheduler stops; what fails is tried again, and said once."""
    url = make_url(house.config.database_url)
    once = _listen_to_postgres if url.get_backend_name() == "postgresql" else _listen_to_socket
    deaf = False
    while not house.stopping.is_set():
        try:
            once(house, url, hear)
        except (OSError, SQLAlchemyError, psycopg.Error):
            if not deaf:
                log.exception("wakes are not heard; jobs go on at their fixed times")
            deaf = True
            house.stopping.wait(TRY_AGAIN_S)


def _listen_to_postgres(house: House, url: URL, hear: Hear) -> None:
    engine = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=KEEPALIVE
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        raw: Any = connection.connection.driver_connection
        log.info("listening for wakes", channel=CHANNEL)
        while not house.stopping.is_set():
            for told in raw.notifies(timeout=LOOK_S, stop_after=1):
                hear(topics_in(told.payload))


def _listen_to_socket(house: House, url: URL, hear: Hear) -> None:
    folder = sockets_of(url)
    folder.mkdir(exist_ok=True)
    # A name of its own: a socket that a killed scheduler left is in nobody's way.
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ears:
        with short_name(folder) as base:
            ears.bind(f"{base}/{path.name}")
        ears.settimeout(LOOK_S)
        log.info("listening for wakes", socket=path.name)
        try:
            while not house.stopping.is_set():
                with suppress(TimeoutError):
                    hear(topics_in(ears.recv(MOST_BYTES)))
                    continue
                # Somebody may have tidied up.
                path.stat()
        finally:
            path.unlink(missing_ok=True)
