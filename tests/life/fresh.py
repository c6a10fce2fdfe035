"""Fresh databases for runs: SQLite files in memory, or copies on a PostgreSQL server."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.databases import Database, copy_postgres, copy_sqlite, run_on_server
from tests.postgres import in_memory

# A fresh database for each run.
FreshDatabase = Callable[[], AbstractContextManager[Database]]


def sqlite_files(template: Path) -> FreshDatabase:
    """Copies of this migrated file."""

    @contextmanager
    def fresh() -> Iterator[Database]:
        with tempfile.TemporaryDirectory(prefix="life-", dir=in_memory()) as name:
            database = copy_sqlite(template, Path(name))
            yield database
            database.engine.dispose()

    return fresh


def postgres_copies(server: str, template: str) -> FreshDatabase:
    """Copies of this migrated database on a server, dropped afterwards."""

    @contextmanager
    def fresh() -> Iterator[Database]:
        folder = Path(tempfile.mkdtemp(prefix="life-"))
        database = copy_postgres(server, template, folder)
        try:
            yield database
        finally:
            database.engine.dispose()
            name = database.url.rpartition("/")[2]
            run_on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')
            shutil.rmtree(folder)

    return fresh
