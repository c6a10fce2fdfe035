"""`flask backup`: ends beside a busy service, and what it copied is whole."""

import sqlite3
import threading
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from tests.databases import Database


def keep_writing(database: Database, enough: threading.Event) -> None:
    """Commits one row after another."""
    number = 0
    while not enough.is_set():
        number += 1
        with database.engine.begin() as connection:
            connection.execute(text("INSERT INTO lease VALUES (:n, 'x', 1, 1.0)"), {"n": number})


def test_copy_is_whole_while_others_write(app: Flask, database: Database, tmp_path: Path) -> None:
    copy, enough = tmp_path / "copy.db", threading.Event()
    writer = threading.Thread(target=keep_writing, args=(database, enough))
    writer.start()
    try:
        ended = app.test_cli_runner().invoke(args=["backup", str(copy)])
    finally:
        enough.set()
        writer.join()
    if database.engine.dialect.name != "sqlite":
        assert ended.exit_code == 2 and "pg_dump" in ended.output and not copy.exists()
        return
    assert ended.exit_code == 0, ended.output
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        numbers = [int(name) for (name,) in opened.execute("SELECT name FROM lease")]
    # Every row up to one moment.
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    again = app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert again.exit_code == 2 and "File exists" in again.output
