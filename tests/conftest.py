"""Fixtures for every test: a database of each kind, a session on it, the application."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache, Undefined
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app.cli.commands import add_commands
from app.core.db import db
from app.factory import create_app
from tests.browsers import chromium
from tests.databases import (
    Database,
    copy_postgres,
    copy_sqlite,
    drop_postgres,
    migrate,
    run_on_server,
    share_statements,
    use_test_keys,
)
from tests.lock_order import listen_to_locks, violations
from tests.moment import move_clock
from tests.postgres import running_postgres

# The same examples in every run, so that a red build can be repeated; others are looked for with
# HYPOTHESIS_PROFILE=search, as `make test-days` does.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))
move_clock()
use_test_keys()
listen_to_locks()
# Tables, statements and fixtures live for the whole run: looking through them again and again in
# search of garbage took a sixth of it.
gc.set_threshold(10_000, 10, 10)


class NeverShown(Undefined):
    """A name that no view gave: it may be tested for, and not be shown or walked through."""

    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error


@pytest.fixture
def locks_in_order() -> Iterator[None]:
    """No transaction of the test waits for locks against the order, see `tests/lock_order.py`."""
    violations.clear()
    yield
    assert violations == []


@pytest.fixture(autouse=True)
def usual_keys() -> None:
    """The keys of the tests, whatever keys the test before installed or forgot."""
    use_test_keys()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    migrate(f"sqlite:///{folder / 'template.db'}", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PostgreSQL with a migrated, empty database named `template_diandan`."""
    with running_postgres() as server:
        run_on_server(server, "CREATE DATABASE template_diandan")
        migrate(f"{server}/template_diandan", tmp_path_factory.mktemp("postgres"))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database, once of each kind."""
    if request.param == "sqlite":
        made = copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        yield made
        made.engine.dispose()
    else:
        server = request.getfixturevalue("postgres_server")
        made = copy_postgres(server, "template_diandan", tmp_path)
        yield made
        made.engine.dispose()
        drop_postgres(server, made)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session on a fresh database."""
    opened = database.new_session()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that an application before compiled: each test has one of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database: Database, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on the same database as `session`."""
    made = create_app(database.config)
    with made.app_context():
        share_statements(db.engine)
    made.jinja_env.undefined = NeverShown
    made.jinja_env.bytecode_cache = compiled_templates
    add_commands(made)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for this process: two cannot be started side by side."""
    with chromium() as opened:
        yield opened
