"""The commands: one that runs everything, one that finds tampering, one for the first account."""

import os
import signal
import socket
import sys
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.cli.children import Child, stop_all
from app.cli.serve import check_port
from app.cli.settings import config_or_exit, say_ignored
from app.people.queries import by_phone, scopes_of
from app.trail.heads import FILE_NAME
from tests.core.tampering import write
from tests.databases import Database
from tests.factories import Community, community, phone_number
from tests.http.processes import (
    children_of,
    flask_process,
    free_port,
    parent_of,
    proportional_kb,
    wait_until,
)

pytestmark = pytest.mark.processes

WEB = "app.cli.web_server"


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    session.commit()
    return made


def settings(database: Database, port: int) -> dict[str, str]:
    return {
        **database.environment,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "PUBLIC_URL": "",
        "LANG": "C.UTF-8",
    }


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_serve_runs_both_and_stops_both(database: Database, tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "serve.log"
    environment = settings(database, port) | {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with flask_process(["serve"], environment, output) as process:
        assert wait_until(lambda: answers(port), seconds=60), output.read_text()
        assert wait_until(lambda: "Ctrl-C" in output.read_text())
        # Two workers and their master, and the scheduler.
        assert wait_until(lambda: len(children_of(process.pid)) == 4)
        below = children_of(process.pid)
        assert sum(map(proportional_kb, below)) <= 500 * 1024
        (web,) = [
            pid for pid, line in below.items() if WEB in line and parent_of(pid) == process.pid
        ]
        os.kill(web, signal.SIGKILL)
        assert wait_until(lambda: web not in children_of(process.pid))
        assert wait_until(lambda: answers(port), seconds=40), output.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    shown = output.read_text()
    assert f"http://127.0.0.1:{port}/login" in shown and "点单已停止" in shown
    assert "Traceback" not in shown


def test_serve_says_that_the_port_is_taken(database: Database, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        output = tmp_path / "serve.log"
        with flask_process(["serve"], settings(database, port), output) as process:
            assert process.wait(30) == 2
    assert output.read_text() == (
        f"PORT: {port} on 127.0.0.1 is in use by another program; choose another\n"
    )


def test_serve_says_that_the_database_cannot_be_had(tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "serve.log"
    environment = {
        "DATABASE_URL": f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none",
        "INSTANCE_DIR": str(tmp_path),
        "PORT": str(port),
    }
    with flask_process(["serve"], environment, output) as process:
        assert process.wait(60) == 2
    shown = output.read_text()
    assert shown.startswith("DATABASE_URL: ") and shown.count("\n") == 1
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://x"),
        ("DATA_KEY", "short"),
        ("DEMO", "maybe"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_bad_setting_is_one_line_that_says_which(
    name: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        config_or_exit({"INSTANCE_DIR": str(tmp_path), name: value})
    shown = capsys.readouterr().err
    assert caught.value.code == 2
    assert shown.startswith(f"{name}: ") and shown.count("\n") == 1


def test_log_level_may_be_in_lower_case(tmp_path: Path) -> None:
    config = config_or_exit({"INSTANCE_DIR": str(tmp_path), "LOG_LEVEL": "warning"})
    assert config.log_level == "WARNING"


@pytest.mark.parametrize(("demo", "said"), [("1", 1), ("0", 0), (None, 0)])
def test_a_demo_that_is_not_loaded_is_said(
    demo: str | None, said: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twilio = {f"TWILIO_{name}": "x" for name in ("ACCOUNT_SID", "AUTH_TOKEN", "SENDER")}
    wanted = {} if demo is None else {"DEMO": demo}
    config = config_or_exit({"INSTANCE_DIR": str(tmp_path), **twilio, **wanted})
    assert not config.demo
    say_ignored(config)
    assert capsys.readouterr().err.count("DEMO: ignored") == said


def test_free_port_is_accepted_and_left_free() -> None:
    port = free_port()
    check_port("127.0.0.1", port)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        assert probe.getsockname()[1] == port


def test_address_that_is_not_ours_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        check_port("192.0.2.1", free_port())
    assert capsys.readouterr().err.startswith("HOST: ")


def test_child_that_dies_again_and_again_is_given_up() -> None:
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(1)"])
    assert wait_until(lambda: not child.look_after(), seconds=30)
    assert child.deaths == 4


def test_child_that_does_not_listen_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.cli.children.STOP_WITHIN_S", 1.0)
    ready = tmp_path / "ready"
    deaf = "import signal,time,pathlib,sys;signal.signal(15,signal.SIG_IGN)"
    wait = "pathlib.Path(sys.argv[1]).touch();time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", f"{deaf};{wait}", str(ready)])
    child.start()
    assert wait_until(ready.exists)
    stop_all([child])
    assert not child.alive()


def test_trail_is_verified_and_tampering_found(
    app: Flask, session: Session, place: Community
) -> None:
    runner = app.test_cli_runner()
    added = runner.invoke(args=["admin", "add", "--name", "吴", "--phone", phone_number()])
    assert added.exit_code == 0, added.output
    assert runner.invoke(args=["trail", "publish"]).exit_code == 0
    whole = runner.invoke(args=["trail", "verify"])
    assert whole.exit_code == 0 and whole.output.startswith("whole: 2 lines, 1 published")
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER event_never_changed"))
    else:
        session.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
    session.execute(text("UPDATE event SET actor_id = 7 WHERE seq = 1"))
    session.commit()
    found = runner.invoke(args=["trail", "verify"])
    assert found.exit_code == 1 and "line 1: changed" in found.output


def test_heads_that_were_tampered_with_are_found(
    app: Flask, database: Database, place: Community
) -> None:
    runner = app.test_cli_runner()
    heads = database.folder / FILE_NAME
    heads.write_text(f"2026-01-01T00:00:00+00:00 5 {'a' * 64}\n")
    found = runner.invoke(args=["trail", "verify"])
    assert found.exit_code == 1 and "line 5: published" in found.output
    # A line cut short by a full disk is reported, but does not make every check fail.
    heads.write_text("2026-01-01T00:0")
    found = runner.invoke(args=["trail", "verify"])
    assert found.exit_code == 0 and "line 1 is damaged" in found.output


def test_long_check_tells_how_far_it_is_and_is_resumed(
    app: Flask, session: Session, place: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(session, 5)
    monkeypatch.setattr("app.cli.trail.TOLD_EACH_S", 0.0)
    monkeypatch.setattr("app.trail.verification.CHUNK", 2)
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["trail", "verify"])
    assert whole.stderr.splitlines() == [f"{done} of 5 lines" for done in (2, 4, 5)]
    assert whole.stdout.startswith("whole: 5 lines, 0 published heads, head ")
    rest = runner.invoke(args=["trail", "verify", "--after", "3"])
    assert rest.stdout.startswith("whole: 2 lines after line 3, ")


def test_words_are_erased_and_not_deleted(app: Flask, session: Session, place: Community) -> None:
    write(session, 3)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["trail", "erase-note", "2"]).exit_code == 0
    assert runner.invoke(args=["trail", "verify"]).exit_code == 0
    again = runner.invoke(args=["trail", "erase-note", "2"])
    assert again.exit_code == 1 and again.output == "line 2 has no free text\n"


def test_first_administrator_of_an_empty_house(app: Flask, session: Session) -> None:
    runner, phone = app.test_cli_runner(), phone_number()
    add = ["admin", "add", "--name", "吴", "--phone", phone]
    assert runner.invoke(args=add).exit_code == 2
    begun = runner.invoke(args=["admin", "area", "--name", "龙华区", "--code", "440309"])
    assert begun.exit_code == 0, begun.output
    assert runner.invoke(args=add).exit_code == 0
    person = by_phone(session, phone)
    assert person is not None
    assert [scope.role for scope in scopes_of(session, person.id)] == ["administrator"]


def test_another_topmost_area_is_asked_for_by_name(
    app: Flask, session: Session, place: Community
) -> None:
    runner = app.test_cli_runner()
    another = ["admin", "area", "--name", "南山区", "--code", "440305"]
    refused = runner.invoke(args=another)
    assert refused.exit_code == 2 and "--root" in refused.output
    tops = select(Area.code).where(Area.parent_id.is_(None)).order_by(Area.id)
    [top] = session.scalars(tops).all()
    session.commit()
    made = runner.invoke(args=[*another, "--root"])
    assert made.exit_code == 0, made.output
    assert session.scalars(tops).all() == [top, "440305"]


def test_wrong_number_of_an_administrator_is_said(app: Flask, place: Community) -> None:
    wrong = app.test_cli_runner().invoke(
        args=["admin", "add", "--name", "吴", "--phone", "12", "--area", "440309002001"]
    )
    assert wrong.exit_code == 2 and "手机号码" in wrong.output
