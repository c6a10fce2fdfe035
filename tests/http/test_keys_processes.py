"""Real processes: none starts with the wrong keys, and a kill loses nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from app.core.crypto import lookup_hash
from app.people.models import Person
from app.usecases.keys.sealed_columns import numbers_in_use, sealed_tables
from config import ROOT
from tests.databases import KEYS, Database
from tests.factories import NOW, community, coordinator, phone_number
from tests.http.processes import flask_process, free_port, wait_until
from tests.keys import folder_of, key_text, keys_in_files, lose_all

pytestmark = pytest.mark.processes

GUNICORN = ("gunicorn", "-c", "python:app.cli.web_server", "app.factory:web()")
MANY = 4000


@pytest.fixture
def files(database: Database) -> dict[str, str]:
    """A database with data; the keys are in files."""
    with database.new_session() as session:
        coordinator(session, community(session).here)
    environment = keys_in_files(database)
    return {**environment, "PORT": str(free_port()), "HOST": "127.0.0.1", "PUBLIC_URL": ""}


def run(environment: dict[str, str], *module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("process", ["serve", "scheduler", "web"])
def test_no_process_starts_beside_a_full_database_without_its_keys(
    process: str, database: Database, files: dict[str, str]
) -> None:
    command = GUNICORN if process == "web" else ("flask", "--app", "wsgi", process)
    lose_all(database)
    done = run(files, *command)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in said
    for name in ("DATA_KEY", "LOOKUP_KEY", "TRAIL_KEY"):
        assert f"{name}: this database needs" in said
    assert not folder_of(database).exists()


def test_one_other_key_is_refused_and_the_right_one_starts_again(
    database: Database, files: dict[str, str]
) -> None:
    path = folder_of(database) / "data_key"
    right = path.read_text()
    path.write_text(key_text(77))
    verify = ("flask", "--app", "wsgi", "trail", "verify")
    done = run(files, *verify)
    assert done.returncode == 2 and done.stderr.startswith("DATA_KEY: this database needs")
    assert run(files, "flask", "--app", "wsgi", "db", "current").returncode == 0
    assert run(files, "flask", "--app", "wsgi", "keys", "show").returncode == 0
    path.write_text(right)
    assert run(files, *verify).returncode == 0


def test_kill_in_the_middle_of_writing_anew_loses_nothing(
    database: Database, files: dict[str, str], tmp_path: Path
) -> None:
    many_people(database)
    reencrypt = ["keys", "reencrypt"]
    assert run(files, "flask", "--app", "wsgi", "keys", "rotate", "data").returncode == 0
    output = tmp_path / "first.log"
    with flask_process(reencrypt, files, output) as process:
        assert wait_until(lambda: "person" in output.read_text(), seconds=60)
        process.kill()
        process.wait()
    done, left = by_number(database, 2), by_number(database, 1)
    assert done > 0 and left > 0 and done + left == MANY + 1, output.read_text()
    again = run(files, "flask", "--app", "wsgi", *reencrypt)
    assert again.returncode == 0 and f"of {left}" in again.stdout, again.stdout + again.stderr
    assert "data key 1 is retired" in again.stdout
    (folder_of(database) / "data_key").unlink()
    assert run(files, "flask", "--app", "wsgi", "keys", "check").returncode == 0
    assert by_number(database, 2) == MANY + 1


def many_people(database: Database) -> None:
    """Enough rows for many batches."""
    with database.new_session() as session:
        area = session.execute(text("SELECT area_id, area_path FROM person")).one()
        numbers = [phone_number() for _ in range(MANY)]
        session.execute(
            insert(Person),
            [
                {
                    "name": "林晓",
                    "phone": number,
                    "phone_lookup": lookup_hash("phone", number),
                    "state": "active",
                    "language": "zh_Hans",
                    "area_id": area.area_id,
                    "area_path": area.area_path,
                    "registered_at": NOW,
                }
                for number in numbers
            ],
        )
        session.commit()


def by_number(database: Database, number: int) -> int:
    """How many people's numbers are encrypted with this key."""
    one = next(each for each in sealed_tables() if each.name == "person")
    with database.new_session() as session:
        return numbers_in_use(session, one, "phone").get(number, 0)


def test_scheduler_waits_for_a_database_that_is_away(sqlite_template: Path, tmp_path: Path) -> None:
    folder, output = tmp_path / "later", tmp_path / "scheduler.log"
    environment = {**KEYS, "INSTANCE_DIR": str(tmp_path), "DEMO": "0"}
    environment["DATABASE_URL"] = f"sqlite:///{folder / 'diandan.db'}"
    with flask_process(["scheduler"], environment, output) as process:
        assert not wait_until(lambda: process.poll() is not None, seconds=4)
        coming = tmp_path / "coming"
        coming.mkdir()
        shutil.copyfile(sqlite_template, coming / "diandan.db")
        coming.rename(folder)
        assert wait_until(lambda: "scheduler started" in output.read_text(), seconds=60)
