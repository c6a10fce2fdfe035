"""Fresh, migrated databases of both kinds: migrated once, then copied for each test."""

import shutil
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Dialect, Engine, create_engine, text
from sqlalchemy.engine.interfaces import CompiledCacheType
from sqlalchemy.orm import Session, sessionmaker

from app.cli.opening import look_at_keys
from app.core.crypto import Keyring, install_keyring
from app.core.db import db, prepare_engine
from app.factory import create_app
from app.trail.chain import install_trail
from config import Config, read_config

KEYS = {
    name: urlsafe_b64encode(bytes([number]) * 32).decode()
    for number, name in enumerate(
        ("SECRET_KEY", "DATA_KEY", "LOOKUP_KEY", "TRAIL_KEY", "PUSH_KEY"), start=1
    )
}
# Milliseconds. Twenty writers of a test wait for each other on a busy machine; the test checks who
# wins, not how soon the last is refused.
PATIENCE_MS = 60_000
METRICS_TOKEN = "a-token-for-tests-only"


class TrailedSession(Session):
    """A session that writes its trail at commit, as the application's does."""


install_trail(TrailedSession)


# One for each kind of database, and what was compiled for them.
_dialects: dict[str, Dialect] = {}
_compiled: CompiledCacheType = {}


def share_statements(engine: Engine) -> None:
    """Lets this engine use what others of its kind compiled: each test has an engine of its own.

    Compiled statements are kept by dialect, and an engine brings its own: a third of the time of
    the tests of use cases went into compiling the same statements again.
    """
    if engine.dialect.name not in _dialects:
        # The first connection tells the dialect the server's version.
        engine.connect().close()
        _dialects[engine.dialect.name] = engine.dialect
    engine.dialect = _dialects[engine.dialect.name]
    engine.update_execution_options(compiled_cache=_compiled)


def use_test_keys() -> None:
    """Installs the keys of the tests in this process."""
    keys = [bytes([number]) * 32 for number in range(1, 5)]
    install_keyring(Keyring({1: keys[1]}, (keys[2],), {0: keys[3]}))


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a process that uses the same database as the test."""
    settings = {"DATABASE_URL": url, "INSTANCE_DIR": str(folder), "DEMO": "0"}
    return {**KEYS, **settings, "METRICS_TOKEN": METRICS_TOKEN}


def migrate(url: str, folder: Path) -> None:
    """Migrates an empty database to the newest revision and registers its keys."""
    config = read_config(environment(url, folder))
    with create_app(config).app_context():
        upgrade()
        db.engine.dispose()
    assert look_at_keys(config).refusals == ()


@dataclass
class Database:
    """One fresh database. Every session writes: on SQLite it takes the lock at once."""

    url: str
    folder: Path
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_engine(
            self.url,
            execution_options={"diandan_writer": True, "diandan_patience_ms": PATIENCE_MS},
            pool_size=40,
            max_overflow=200,
        )
        prepare_engine(self.engine)
        share_statements(self.engine)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a process on this database."""
        return environment(self.url, self.folder)

    @property
    def config(self) -> Config:
        """The settings as the application reads them."""
        return read_config(self.environment)

    def new_session(self) -> Session:
        """A separate session, for a separate thread."""
        return sessionmaker(self.engine, class_=TrailedSession)()


def copy_sqlite(template: Path, folder: Path) -> Database:
    """A copy of the migrated file."""
    target = folder / "diandan.db"
    shutil.copyfile(template, target)
    return Database(f"sqlite:///{target}", folder)


def copy_postgres(server: str, template: str, folder: Path) -> Database:
    """A copy of the migrated database, by PostgreSQL itself."""
    name = f"t{uuid.uuid4().hex}"
    run_on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return Database(f"{server}/{name}", folder)


def drop_postgres(server: str, database: Database) -> None:
    """Drops a copy: thousands of them would fill the disk."""
    name = database.url.rpartition("/")[2]
    run_on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def run_on_server(server: str, statement: str) -> None:
    """Runs a statement that cannot run in a transaction."""
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
