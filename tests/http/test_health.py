"""Health pages: cheap for a load balancer, in full with a token, failing when nothing runs."""

import json
import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.db import writing
from app.core.job_runs import JobRun, Run, read_runs
from app.factory import create_app
from app.jobs.job_list import JOBS
from app.jobs.runner import Runner
from app.jobs.scheduler import Report, make_job_context
from app.notifications.models import Notification
from app.notifications.outbox import Recipient, enqueue_notification
from app.trail.models import TrailHead
from config import BadSetting, read_config
from tests.databases import METRICS_TOKEN, Database
from tests.factories import NOW
from tests.http.processes import flask_process, wait_until

TOKEN = {"Authorization": f"Bearer {METRICS_TOKEN}"}
PAGES = ("/health/full", "/metrics")


def full(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = client.get("/health/full", headers=TOKEN)
    return answer.status_code, json.loads(answer.text)


def live_scheduler(app: Flask, database: Database) -> list[Runner]:
    """Every job has just run, with its run recorded."""
    house = make_job_context(app, database.config)
    assert house.renew()
    runners = [Runner(house, job) for job in JOBS]
    for runner in runners:
        runner.run()
    Report(house, runners).write()
    return runners


def enqueue(session: Session, *, urgent: bool = False, channel: str = "sms") -> None:
    enqueue_notification(
        session,
        recipient=Recipient("phone:x", channel, "+8617401234567", "zh_Hans"),
        template="login_code",
        subject=f"test:{urgent}:{channel}",
        params={"digits": "000000"},
        now=utc_now(),
        urgent=urgent,
    )
    session.commit()


@pytest.mark.parametrize("page", PAGES)
def test_only_who_has_the_token_sees_figures(client: FlaskClient, page: str) -> None:
    wrong = f"Bearer {METRICS_TOKEN}x"
    for headers in ({}, {"Authorization": METRICS_TOKEN}, {"Authorization": wrong}):
        answer = client.get(page, headers=headers)
        assert answer.status_code == 401 and "diandan_" not in answer.text
    assert client.get(page, headers={"Authorization": "Bearer 点单"}).status_code == 401
    assert client.get(page, headers={**TOKEN, "Host": "10.0.0.1"}).status_code != 421


@pytest.mark.parametrize("page", PAGES)
def test_without_a_setting_there_are_no_figures(database: Database, page: str) -> None:
    config = read_config({**database.environment, "METRICS_TOKEN": ""})
    client = create_app(config).test_client()
    for headers in ({}, {"Authorization": "Bearer "}, TOKEN):
        assert client.get(page, headers=headers).status_code == 404


def test_a_short_token_is_refused(database: Database, tmp_path: Path) -> None:
    for bad in ("short", "with spaces in the middle"):
        with pytest.raises(BadSetting):
            read_config({**database.environment, "METRICS_TOKEN": bad})
    file = tmp_path / "token"
    file.write_text("0123456789abcdef\n")
    read = read_config({**database.environment, "METRICS_TOKEN_FILE": str(file)})
    assert read.metrics_token == "0123456789abcdef"


def test_cheap_answer_needs_no_token(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_web_that_outlived_a_rotation_is_red(client: FlaskClient, session: Session) -> None:
    session.execute(update(TrailHead).values(key_generation=TrailHead.key_generation + 1))
    session.commit()
    assert any("Keys were rotated" in why for why in full(client)[1]["why"])


def test_no_scheduler_is_red(client: FlaskClient) -> None:
    status, told = full(client)
    assert (status, told["ok"]) == (503, False)
    assert told["why"] == ["No scheduler has run yet: start `flask scheduler`."]


def test_live_scheduler_is_green_and_a_dead_one_red(
    client: FlaskClient, app: Flask, database: Database, session: Session
) -> None:
    live_scheduler(app, database)
    status, told = full(client)
    assert (status, told["ok"], told["why"]) == (200, True, [])
    assert set(told["jobs"]) == {job.name for job in JOBS}
    ago = utc_now() - timedelta(minutes=2)
    session.execute(update(JobRun).values(since=ago, began_at=ago, ended_at=ago))
    session.commit()
    status, told = full(client)
    assert status == 503 and told["why"][0].startswith("The scheduler is down or stuck.")
    assert told["jobs"]["deliver"]["late"] and not told["jobs"]["clean_up"]["late"]
    assert 'diandan_job_late{job="deliver"} 1.0' in client.get("/metrics", headers=TOKEN).text


@pytest.mark.processes
def test_real_scheduler_that_is_killed_is_seen(
    client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "scheduler.log"
    with flask_process(["scheduler"], database.environment, log) as process:
        assert wait_until(lambda: full(client)[0] == 200), log.read_text()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert wait_until(lambda: full(client)[0] == 503, seconds=60)
    assert "The scheduler is down or stuck." in full(client)[1]["why"][0]


def test_a_job_that_fails_again_and_again_is_red(
    client: FlaskClient, app: Flask, database: Database
) -> None:
    runners = live_scheduler(app, database)
    runners[0].failures = 3
    Report(runners[0].context, runners).write()
    status, told = full(client)
    assert status == 503
    assert told["why"] == ["Job deliver failed 3 times in a row: see its log."]


def test_job_of_another_version_is_forgotten(
    app: Flask, database: Database, session: Session
) -> None:
    values = {"every_s": 1.0, "longest_s": 1.0, "since": NOW}
    session.add(JobRun(name="of_old", **values))
    session.commit()
    live_scheduler(app, database)
    assert "of_old" not in {run.name for run in read_runs(session)}


def test_message_that_is_due_for_long_is_red(
    client: FlaskClient, app: Flask, database: Database, session: Session
) -> None:
    live_scheduler(app, database)
    enqueue(session, urgent=True)
    enqueue(session, channel="email")
    assert full(client)[0] == 200
    session.execute(update(Notification).values(next_attempt_at=utc_now() - timedelta(minutes=2)))
    session.commit()
    status, told = full(client)
    assert status == 503 and len(told["why"]) == 1
    assert told["why"][0].startswith("The oldest urgent message has been due for 12")
    assert told["messages"] == {"pending": {"sms": 1, "email": 1}}
    figures = client.get("/metrics", headers=TOKEN).text
    assert 'diandan_messages{channel="email",state="pending"} 1.0' in figures


def test_failed_and_unknown_messages_are_counted(client: FlaskClient, session: Session) -> None:
    moves = (("sms", ("failed",)), ("email", ("claimed", "submitting", "unknown")))
    for channel, states in moves:
        enqueue(session, channel=channel)
        own = update(Notification).where(Notification.channel == channel)
        for state in states:
            session.execute(own.values(state=state))
        session.commit()
    assert full(client)[1]["messages"] == {"failed": {"sms": 1}, "unknown": {"email": 1}}


def test_waiting_writers_are_seen(client: FlaskClient, app: Flask, database: Database) -> None:
    """On PostgreSQL while they wait, on SQLite as a total afterwards."""
    touch = text("UPDATE job_run SET failures = failures")
    live_scheduler(app, database)
    holds = database.new_session()
    before = full(client)[1]["locks"]

    def write() -> None:
        with app.app_context(), writing() as session:
            session.execute(touch)

    holds.execute(touch)
    waiting = threading.Thread(target=write)
    waiting.start()
    if database.engine.dialect.name == "postgresql":
        assert wait_until(lambda: full(client)[1]["locks"]["waiting"] == 1)
        assert full(client)[1]["locks"]["longest_s"] > 0
    else:
        time.sleep(0.3)
    holds.rollback()
    waiting.join()
    after = full(client)[1]["locks"]
    assert after["waiting"] == 0
    if database.engine.dialect.name == "sqlite":
        assert after["writers"] > before["writers"]
        assert after["writers_waited_s"] > before["writers_waited_s"] + 0.1


def run(**values: Any) -> Run:
    given = {"since": NOW, "began_at": None, "ended_at": None, "failures": 0, **values}
    return Run(name="x", every_s=10, longest_s=300, **given)


def test_when_a_job_is_late() -> None:
    second = timedelta(seconds=1)
    assert not run().is_late(NOW + 60 * second)
    assert run().is_late(NOW + 61 * second)
    ran = run(began_at=NOW + 50 * second, ended_at=NOW + 51 * second)
    assert not ran.is_late(NOW + 111 * second) and ran.is_late(NOW + 112 * second)
    runs = run(began_at=NOW + 50 * second)
    assert not runs.is_late(NOW + 350 * second) and runs.is_late(NOW + 351 * second)
    # It was running when its scheduler died; the next scheduler has just started.
    taken_over = run(began_at=NOW - 999 * second)
    assert not taken_over.is_running and not taken_over.is_late(NOW + second)


def test_runs_before_a_restart_stay_known(app: Flask, database: Database, session: Session) -> None:
    runners = live_scheduler(app, database)
    ended = {one.name: one.ended_at for one in read_runs(session)}
    session.rollback()
    anew = [Runner(runners[0].context, job) for job in JOBS]
    Report(runners[0].context, anew).write()
    assert {one.name: one.ended_at for one in read_runs(session)} == ended
    assert session.scalars(select(JobRun.since)).all()[0] > runners[0].since
