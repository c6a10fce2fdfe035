"""Processes whose code and database differ in revision; two starts at once."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.schema_revision import code_revision, revision_problem
from app.factory import web
from app.trail.verification import verify
from tests.databases import Database, environment, run_on_server
from tests.http.processes import flask_process, free_port, wait_until

COMMANDS = (
    ["trail", "verify"],
    ["demo"],
    ["offers", "check"],
    ["scheduler"],
    ["db", "upgrade"],
)


def test_only_the_same_revision_is_no_problem() -> None:
    assert revision_problem("0017", "0017") is None
    assert "run flask db upgrade" in (revision_problem(None, "0017") or "")
    assert "run flask db upgrade" in (revision_problem("0009", "0010") or "")
    assert "code is older than the database" in (revision_problem("0010", "0009") or "")


def set_revision(session: Session, revision: str) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    session.commit()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_older_code_says_that_it_is_older(
    app: Flask, session: Session, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    set_revision(session, "9999")
    ended = app.test_cli_runner().invoke(args=[*command])
    said = ended.output + capfd.readouterr().err
    assert ended.exit_code == 2 and ended.exception.__class__ is SystemExit
    assert "this code is older than the database" in said and "9999" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS[:4], ids=" ".join)
def test_older_database_says_what_to_run(app: Flask, session: Session, command: list[str]) -> None:
    set_revision(session, "0001")
    ended = app.test_cli_runner().invoke(args=command)
    assert ended.exit_code == 2 and "run flask db upgrade" in ended.output


def test_web_does_not_start_on_another_revision(
    database: Database,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    assert web().config["DIANDAN"].database_url == database.config.database_url
    set_revision(session, "0001")
    with pytest.raises(SystemExit):
        web()
    assert "run flask db upgrade" in capsys.readouterr().err


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without any table."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'diandan.db'}", tmp_path)
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{tmp_path.name}"[:60].lower()
    run_on_server(server, f'CREATE DATABASE "{name}"')
    return Database(f"{server}/{name}", tmp_path)


def test_two_starts_at_once_on_an_empty_database(empty: Database, tmp_path: Path) -> None:
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with ExitStack() as both:
        for log in logs:
            settings = environment(empty.url, tmp_path) | {
                "PORT": str(free_port()),
                "HOST": "127.0.0.1",
                "DEMO": "1",
                "WEB_WORKERS": "1",
            }
            both.enter_context(flask_process(["serve"], settings, log))
        both_run = wait_until(lambda: all("Ctrl-C" in log.read_text() for log in logs), seconds=120)
    said = [log.read_text() for log in logs]
    assert both_run, said
    assert "Traceback" not in "".join(said)
    with empty.new_session() as session:
        assert session.query(Area).filter_by(parent_id=None).count() == 1
        assert list(verify(session)) == []
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == code_revision()
    empty.engine.dispose()
