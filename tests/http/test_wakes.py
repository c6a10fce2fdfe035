"""A commit wakes the job that has work; a lost wake only costs time."""

import io
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from app.channels.console import ConsoleChannel
from app.core.actor import Actor, resident
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import db, writing
from app.core.wake_listener import Hear, listen
from app.core.wakes import Topic, send_datagrams, short_name, sockets_of, topics_in, wake
from app.dispatch.models import Escalation, Match
from app.factory import create_app
from app.jobs.context import JobContext
from app.jobs.job_list import JOBS
from app.jobs.runner import Runner
from app.jobs.scheduler import make_job_context
from app.jobs.wake_up import run_when_woken
from app.notifications.models import Notification
from app.notifications.outbox import Recipient, enqueue_notification
from app.usecases.dispatch.answer_match import decline_match
from app.usecases.requests.place_request import NewOrder, place_request
from tests.databases import Database, copy_postgres, copy_sqlite
from tests.factories import category, community, phone_number, volunteer
from tests.http.processes import flask_process, wait_until

pytestmark = pytest.mark.processes


@contextmanager
def started(house: JobContext, target: Callable[..., None], *args: object) -> Iterator[None]:
    """A thread that stops with its job context."""
    thread = threading.Thread(target=target, args=(house, *args))
    thread.start()
    try:
        yield
    finally:
        house.stopping.set()
        thread.join()


def listen_as_a_scheduler(house: JobContext, hear: Hear) -> None:
    listen(house.config.database_url, house.stopping, hear)


@contextmanager
def hearing(app: Flask, database: Database) -> Iterator[list[Topic]]:
    """The wakes that a scheduler gets, once it really listens."""
    heard: list[Topic] = []
    with started(make_job_context(app, database.config), listen_as_a_scheduler, heard.extend):
        assert wait_until(lambda: is_heard(app, heard))
        heard.clear()
        yield heard


def is_heard(app: Flask, heard: list[Topic]) -> bool:
    """Whether a wake sent now arrives."""
    with app.app_context(), writing() as session:
        wake(session, Topic.PLACES)
    time.sleep(0.1)
    return Topic.PLACES in heard


def enqueue(session: Session, *, subject: str = "test:1", waits: timedelta = timedelta(0)) -> None:
    enqueue_notification(
        session,
        recipient=Recipient("phone:x", "sms", "+8617401234567", "zh_Hans"),
        template="login_code",
        subject=subject,
        params={"digits": "000000"},
        now=utc_now(),
        waits=waits,
    )


def test_what_is_committed_and_due_is_heard_once(app: Flask, database: Database) -> None:
    with hearing(app, database) as heard, app.app_context():
        with writing() as session:
            enqueue(session, subject="test:later", waits=timedelta(seconds=9))
        with pytest.raises(RuntimeError), writing() as session:
            enqueue(session)
            raise RuntimeError("rolled back")
        with writing() as session:
            with session.begin_nested():
                enqueue(session)
            time.sleep(0.2)
            assert heard == []
            enqueue(session, subject="test:2")
            wake(session, Topic.REQUESTS)
        assert wait_until(lambda: len(heard) >= 2)
        assert sorted(heard) == [Topic.REQUESTS, Topic.TEXTS]


def test_words_of_another_version_are_left_out() -> None:
    assert topics_in("texts,nonsense,calls") == {Topic.TEXTS, Topic.CALLS}
    assert topics_in(b"\xff\x00") == topics_in("") == frozenset()


def test_every_topic_wakes_a_job() -> None:
    woken = [topic for job in JOBS for topic in job.woken_by]
    assert sorted(woken) == sorted(Topic)


def test_an_urgent_order_goes_out_by_wakes_alone(
    app: Flask, database: Database, session: Session
) -> None:
    """No job polls here: order, wave, escalation, ask, refusal, next ask."""
    place = community(session)
    urgent = category(session, "urgent_help", "急送", urgency="urgent")
    session.commit()
    people = {volunteer(session, place, categories=[urgent]).id for _ in range(12)}
    urgent_id = urgent.id
    session.rollback()
    house = make_job_context(app, database.config)
    house.channels = {"sms": ConsoleChannel(io.StringIO())}
    house.renew()
    house.held_until += 600
    order = NewOrder(
        urgent_id, "急需药", phone_number(), "web", address="民乐老村3栋", lat=22.62, lon=114.03
    )

    def look(statement: Select[Any]) -> set[Any]:
        """Reads and releases at once: the tests' sessions hold SQLite's lock."""
        found = set(session.scalars(statement))
        session.rollback()
        return found

    def sent() -> set[int]:
        asked = Notification.template == "match_asked", Notification.state == "delivered"
        return look(select(Notification.person_id).where(*asked))

    with started(house, run_when_woken, [Runner(house, job) for job in JOBS]), app.app_context():
        # The runners nearly always listen no later than this.
        with hearing(app, database):
            pass
        with writing() as writer:
            who = resident("web")
            place_request(Context(writer, who, utc_now()), order=order, region="CN")
        assert wait_until(lambda: bool(sent()))
        assert wait_until(lambda: bool(look(select(Escalation.id))))
        time.sleep(0.5)
        first = sent()
        assert first < people
        for person_id in first:
            waiting = select(Match.id).where(Match.state == "sent", Match.person_id == person_id)
            (match_id,) = look(waiting)
            with writing() as writer:
                actor = Actor("volunteer", "web", person_id)
                decline_match(Context(writer, actor, utc_now()), match_id=match_id)
        assert wait_until(lambda: sent() > first)


def test_a_wake_that_was_lost_costs_the_wait_for_the_next_look(
    database: Database, session: Session, tmp_path: Path
) -> None:
    """The tests' own sessions wake nobody."""
    log = tmp_path / "scheduler.log"
    with flask_process(["scheduler"], database.environment, log):
        enqueue(session)
        session.commit()

        def is_sent() -> bool:
            session.rollback()
            return session.scalars(select(Notification.state)).all() == ["delivered"]

        assert wait_until(is_sent), log.read_text()


def count_runs(house: JobContext, *, takes_s: float) -> tuple[Runner, list[float]]:
    """A job that notes when it begins, and fails if it runs twice at a time."""
    begun: list[float] = []
    alone = threading.Lock()

    def work(_: JobContext) -> None:
        assert alone.acquire(blocking=False)
        begun.append(time.monotonic())
        time.sleep(takes_s)
        alone.release()

    return Runner(house, replace(JOBS[0], work=work)), begun


def test_who_asks_while_it_runs_gets_another_run(app: Flask, database: Database) -> None:
    house = make_job_context(app, database.config)
    house.renew()
    runner, begun = count_runs(house, takes_s=0.3)
    running = threading.Thread(target=runner.run)
    running.start()
    assert wait_until(lambda: len(begun) == 1)
    for _ in range(5):
        runner.run()
    running.join()
    assert len(begun) == 2 and runner.failures == 0


def test_a_storm_is_a_few_runs(app: Flask, database: Database) -> None:
    house = make_job_context(app, database.config)
    house.renew()
    runner, begun = count_runs(house, takes_s=0.0)
    with started(house, run_when_woken, [runner]):
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            with app.app_context(), writing() as session:
                wake(session, Topic.TEXTS)
        assert wait_until(lambda: bool(begun))
    assert 1 <= len(begun) <= 20 and runner.failures == 0


# On SQLite: sockets next to the file.


@pytest.fixture
def one_file(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database, in a folder whose path is too long for a socket."""
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    made = copy_sqlite(sqlite_template, folder)
    yield made
    made.engine.dispose()


@pytest.fixture
def web(one_file: Database) -> Iterator[Flask]:
    """The application on it."""
    made = create_app(one_file.config)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def write(web: Flask) -> float:
    """Runs a visitor's transaction that wakes a job; returns how many seconds it took."""
    began = time.monotonic()
    with web.app_context(), writing() as session:
        enqueue(session, subject=f"test:{began}")
    return time.monotonic() - began


def test_a_long_path_is_no_hindrance(web: Flask, one_file: Database) -> None:
    with hearing(web, one_file) as heard:
        write(web)
        assert wait_until(lambda: Topic.TEXTS in heard)
    assert list(sockets_of(one_file.engine.url).iterdir()) == []


def test_socket_of_a_killed_scheduler_is_cleared_away(
    web: Flask, one_file: Database, tmp_path: Path
) -> None:
    folder = sockets_of(one_file.engine.url)
    with flask_process(["scheduler"], one_file.environment, tmp_path / "log") as process:
        assert wait_until(lambda: folder.is_dir() and len(list(folder.iterdir())) == 1)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert len(list(folder.iterdir())) == 1
    with hearing(web, one_file) as heard:
        write(web)
        assert wait_until(lambda: Topic.TEXTS in heard)
        assert len(list(folder.iterdir())) == 1


def test_sockets_that_cannot_be_written_to_hold_up_nobody(web: Flask, one_file: Database) -> None:
    """Full sockets, other kinds, no socket, and a file in place of the folder."""
    folder = sockets_of(one_file.engine.url)
    folder.mkdir()
    full = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    other = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with full, other, short_name(folder) as base:
        full.bind(f"{base}/full.sock")
        other.bind(f"{base}/other.sock")
        (folder / "plain.sock").write_text("")
        (folder / "notes.txt").write_text("")
        began = time.monotonic()
        for _ in range(2000):
            send_datagrams(folder, [Topic.TEXTS])
        assert time.monotonic() - began < 5
        write(web)
    assert (folder / "notes.txt").exists()
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()
    folder.write_text("not a folder")
    write(web)
    with one_file.new_session() as session:
        assert len(session.scalars(select(Notification.id)).all()) == 2


def test_scheduler_that_cannot_listen_looks_at_its_fixed_times(
    web: Flask, one_file: Database, tmp_path: Path
) -> None:
    sockets_of(one_file.engine.url).write_text("not a folder")
    log = tmp_path / "scheduler.log"
    with flask_process(["scheduler"], one_file.environment, log):
        write(web)

        def is_sent() -> bool:
            with one_file.new_session() as session:
                return session.scalars(select(Notification.state)).all() == ["delivered"]

        assert wait_until(is_sent), log.read_text()
    assert "wakes are not heard" in log.read_text()


def test_somebody_who_tidies_up_is_survived(web: Flask, one_file: Database) -> None:
    with hearing(web, one_file) as heard:
        for one in sockets_of(one_file.engine.url).iterdir():
            one.unlink()
        assert wait_until(lambda: is_heard(web, heard))


# On PostgreSQL: a listening connection.


def test_connection_that_broke_off_is_made_again(postgres_server: str, tmp_path: Path) -> None:
    database = copy_postgres(postgres_server, "template_diandan", tmp_path)
    app = create_app(database.config)
    with hearing(app, database) as heard:
        with database.new_session() as session:
            killed = session.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                )
            )
        assert killed == 1
        assert wait_until(lambda: is_heard(app, heard))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    database.engine.dispose()
