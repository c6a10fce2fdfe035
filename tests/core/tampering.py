"""A trail to check, and ways in which the owner of a database could tamper with it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.trail.chain import record
from app.trail.verification import verify
from tests.factories import NOW

SQLITE_TRIGGERS = (
    "event_never_changed",
    "event_never_deleted",
    "event_never_replaced",
    "trail_head_never_deleted",
)


def write(session: Session, count: int, *, note: str = "因为下雨") -> None:
    """Writes this many lines in one commit; the second has words."""
    for number in range(count):
        record(
            Context(session, system("cli"), NOW),
            kind="test.happened",
            subject=("test", number),
            area_path="/1/",
            details={"number": number, "part": 0.1},
            note=note if number == 1 else None,
        )
    session.commit()


def drop_guards(session: Session) -> None:
    """Removes triggers and foreign keys, as an owner would first."""
    if session.get_bind().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        session.commit()
        # SQLite applies this only outside of a transaction.
        raw = session.connection().connection.driver_connection
        assert raw is not None
        session.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        return
    for table in ("event", "trail_head"):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    session.execute(
        text("ALTER TABLE event_note DROP CONSTRAINT IF EXISTS fk_event_note_seq_event")
    )
    session.commit()


def tamper(session: Session, *statements: str) -> None:
    """Drops the guards, then changes the tables."""
    drop_guards(session)
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def faults(session: Session) -> list[tuple[int, str]]:
    """The faults that a check finds, as numbers and codes."""
    return [(found.seq, str(found.code)) for found in verify(session)]
