"""Test keys in files, and commands that use them."""

import shutil
from base64 import urlsafe_b64encode
from pathlib import Path

from click.testing import Result

from app.cli.commands import add_commands
from app.cli.opening import START, look_at_keys, usable
from app.core.db import db
from app.factory import create_app
from config import read_config
from tests.databases import KEYS, Database


def key_text(number: int) -> str:
    """A key other than the usual test keys, as text for a file or setting."""
    return urlsafe_b64encode(bytes([number]) * 32).decode()


def folder_of(database: Database) -> Path:
    """The folder of a test's key files."""
    return database.folder / "keys"


def keys_in_files(database: Database) -> dict[str, str]:
    """The settings of a process with the usual test keys in files, which the database knows."""
    folder_of(database).mkdir(mode=0o700, exist_ok=True)
    for name, value in KEYS.items():
        (folder_of(database) / name.lower()).write_text(value)
    return {name: value for name, value in database.environment.items() if name not in KEYS}


def lose_all(database: Database) -> None:
    """Deletes every key file."""
    shutil.rmtree(folder_of(database))


def flask_command(environment: dict[str, str], *command: str) -> Result:
    """`flask <command>` with these settings, in this process."""
    start = look_at_keys(read_config(environment))
    app = create_app(usable(start), start.ring)
    app.config[START] = start
    add_commands(app)
    done = app.test_cli_runner().invoke(args=command)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return done
