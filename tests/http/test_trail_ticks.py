"""The job that notes the trail's head outside the database and compares it with earlier heads."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.jobs import recurring_jobs
from app.jobs.context import JobContext
from app.jobs.scheduler import make_job_context
from app.trail.heads import FILE_NAME, NotedHeads
from tests.core.tampering import tamper, write
from tests.databases import Database
from tests.http.processes import flask_process, wait_until


@pytest.fixture
def house(app: Flask, database: Database) -> JobContext:
    made = make_job_context(app, database.config)
    made.renew()
    return made


def heads(database: Database) -> list[int]:
    return [seq for seq, _ in NotedHeads(database.folder / FILE_NAME)]


def test_head_is_noted_once(session: Session, database: Database, house: JobContext) -> None:
    recurring_jobs.publish_head(house)
    assert heads(database) == []
    write(session, 3)
    for _ in range(2):
        recurring_jobs.publish_head(house)
    write(session, 1)
    recurring_jobs.publish_head(house)
    assert heads(database) == [3, 4]


@pytest.mark.processes
def test_head_is_noted_as_soon_as_the_scheduler_starts(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(session, 3)
    session.rollback()
    with flask_process(["scheduler"], database.environment, tmp_path / "out.log"):
        assert wait_until(lambda: heads(database) == [3], seconds=30)


def test_trail_that_was_cut_since_the_last_head_is_told(
    session: Session, database: Database, house: JobContext, capsys: pytest.CaptureFixture[str]
) -> None:
    write(session, 3)
    recurring_jobs.publish_head(house)
    write(session, 1)
    recurring_jobs.publish_head(house)
    assert "not what was published" not in capsys.readouterr().out
    tamper(session, "DELETE FROM event WHERE seq > 3", "UPDATE trail_head SET seq = 3")
    recurring_jobs.publish_head(house)
    assert "not what was published" in capsys.readouterr().out
