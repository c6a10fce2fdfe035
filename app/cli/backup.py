"""`flask backup`: a copy of the SQLite database while everything runs."""

import os
import sqlite3
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.settings import refuse
from app.core.db import db


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Copies the SQLite database into a new FILE.

    The copy is the database at one moment. The product may run meanwhile.
    """
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or url.database is None:
        refuse("DATABASE_URL: this copies SQLite only; copy PostgreSQL with pg_dump")
    if not Path(url.database).is_file():
        refuse(f"DATABASE_URL: there is no database at {url.database}")
    try:
        # Readable only by its owner, because it holds personal data.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        refuse(f"{file}: {error.strerror}")
    try:
        copy_into(Path(url.database), file)
    except sqlite3.Error as error:
        file.unlink()
        refuse(f"{file}: the copy failed: {error}")
    click.echo(f"{file}: {file.stat().st_size} bytes")


def copy_into(database: Path, file: Path) -> None:
    """Writes a compact copy into an empty file. Raises sqlite3.Error.

    SQLite's own online backup begins anew at each commit of another process, so beside a running
    service it would not end.
    """
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()
