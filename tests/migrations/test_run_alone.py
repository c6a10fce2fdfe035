"""One process migrates at a time, reports what it waits for, and delays nobody for long."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from app.core.migration_run import IN_USE, MIGRATES, WRITES, MigrationBlocked, run_alone
from config import ROOT
from tests.databases import Database
from tests.http.processes import wait_until

# A process that holds the migration lock and reports when it has begun.
HOLDER = """
import sys, time
from sqlalchemy import make_url
from app.core.migration_run import run_alone

def work(connection):
    print("begun", flush=True)
    time.sleep(600)

run_alone(make_url(sys.argv[1]), work, tell=print)
"""


def add_setting(connection: Connection, name: str) -> None:
    connection.execute(text("CREATE TABLE t (name VARCHAR(20))"))
    time.sleep(0.2)
    connection.execute(text("INSERT INTO t VALUES (:name)"), {"name": name})


def only_once(done: list[str], connection: Connection, name: str) -> None:
    """Acts as a migration: checks first whether it was done."""
    if not connection.dialect.has_table(connection, "t"):
        add_setting(connection, name)
        done.append(name)


def sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"


@contextmanager
def holder(database: Database) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of its migration."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.wait()


def test_of_many_at_once_one_does_it_and_the_others_wait(database: Database) -> None:
    done: list[str] = []

    def one(name: str) -> None:
        work = partial(only_once, done, name=name)
        run_alone(make_url(database.url), work, tell=lambda line: None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, map(str, range(8))))
    assert len(done) == 1


def test_whoever_waits_goes_on_when_the_other_is_killed(database: Database) -> None:
    done: list[str] = []
    told: list[str] = []
    work = partial(only_once, done, name="second")
    with ThreadPoolExecutor(1) as pool, holder(database) as other:
        waiting = pool.submit(run_alone, make_url(database.url), work, tell=told.append)
        assert wait_until(lambda: bool(told))
        assert done == []
        other.send_signal(signal.SIGKILL)
        waiting.result(60)
    assert done == ["second"]
    assert told[0] == f"Waiting: {WRITES if sqlite(database) else MIGRATES}."


def test_patience_ends_with_a_sentence(database: Database) -> None:
    work = partial(only_once, [], name="never")
    with holder(database), pytest.raises(MigrationBlocked, match="nothing was changed"):
        run_alone(make_url(database.url), work, tell=lambda line: None, patience_s=0.5)


def lock_a_table(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE setting ADD COLUMN more INTEGER"))


def test_long_reader_is_waited_for_and_others_read_meanwhile(database: Database) -> None:
    """Reads as pg_dump does. On SQLite a reader blocks nobody."""
    told: list[str] = []
    with ThreadPoolExecutor(1) as pool, database.engine.connect() as reader:
        if sqlite(database):
            reader.exec_driver_sql("ROLLBACK")
            reader.exec_driver_sql("BEGIN")
        reader.execute(text("SELECT count(*) FROM setting"))
        waiting = pool.submit(run_alone, make_url(database.url), lock_a_table, tell=told.append)
        if sqlite(database):
            waiting.result(60)
        else:
            assert wait_until(lambda: bool(told))
            assert told[0] == f"Waiting: {IN_USE}."
            began = time.monotonic()
            for _ in range(8):
                read_once(database)
            # Web requests wait at most five seconds for a lock.
            assert time.monotonic() - began < 5.0
        reader.rollback()
        waiting.result(60)


def read_once(database: Database) -> None:
    options = {"options": "-c lock_timeout=5s"}
    engine = create_engine(database.url, connect_args=options)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM setting"))
    engine.dispose()
    time.sleep(0.2)
