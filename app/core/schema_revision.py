"""The database's revision and the newest one of this code, compared cheaply at each start."""

from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from app.core.db import prepare_engine
from config import ROOT

HEAD_FILE = ROOT / "migrations" / "HEAD"


def code_revision(file: Path = HEAD_FILE) -> str:
    """The newest revision that this code knows: the number in migrations/HEAD."""
    return file.read_text().strip().partition("_")[0]


def database_revision(connection: Connection) -> str | None:
    """The revision of the database; None if it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def is_newer(found: str | None, known: str) -> bool:
    """Whether newer code has migrated the database. Revisions are numbers of four digits."""
    return found is not None and found > known


def revision_problem(found: str | None, known: str) -> str | None:
    """Why code that knows `known` cannot work on a database at `found`; None if it can."""
    if found == known:
        return None
    if found is None:
        return "the database has no tables yet: run flask db upgrade"
    if is_newer(found, known):
        return (
            f"this code is older than the database, which is at revision {found} while the code"
            f" knows {known}: run the newer code"
        )
    return f"the database is at revision {found}, this code needs {known}: run flask db upgrade"


def look_at_revision(database_url: str) -> str | None:
    """What keeps this code from working with that database; None if nothing does.

    Uses a connection of its own and closes it, because the web forks after this. Raises
    DatabaseError if the database cannot be used.
    """
    engine = create_engine(database_url, poolclass=NullPool)
    prepare_engine(engine)
    with engine.connect() as connection:
        return revision_problem(database_revision(connection), code_revision())
