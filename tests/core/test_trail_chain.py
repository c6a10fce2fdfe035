"""The trail: what was recorded is chained, and whatever is done to it is found."""

from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import system
from app.trail.chain import head_of, record, verify
from app.trail.models import Event
from tests.databases import copy_postgres
from tests.factories import NOW


def _write(session: Session, count: int) -> None:
    for number in range(count):
        record(
            session,
            actor=system("cli"),
            kind="test.happened",
            subject=("test", number),
            area_path="/1/",
            now=NOW,
            details={"number": number, "part": 0.1},
            note="因为下雨" if number == 1 else None,
        )
    session.commit()


def _tamper(session: Session, statement: str) -> None:
    """Changes a line as somebody would who owns the database and drops its triggers."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER IF EXISTS event_never_changed"))
        session.execute(text("DROP TRIGGER IF EXISTS event_never_deleted"))
    else:
        session.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
    session.execute(text(statement))
    session.commit()


def test_trail_is_whole_over_several_commits(session: Session) -> None:
    _write(session, 3)
    _write(session, 2)
    assert list(verify(session)) == []
    assert head_of(session)[0] == 5


def test_trail_of_a_rolled_back_transaction_is_empty(session: Session) -> None:
    record(
        session,
        actor=system("cli"),
        kind="test.happened",
        subject=("test", 1),
        area_path="/1/",
        now=NOW,
    )
    session.rollback()
    session.commit()
    assert session.scalars(select(Event)).all() == []


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_trail_cannot_be_changed(session: Session, statement: str) -> None:
    _write(session, 1)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE event SET kind = 'test.other' WHERE seq = 2", (2, "changed")),
        ("UPDATE event SET actor_id = 7 WHERE seq = 3", (3, "changed")),
        ("DELETE FROM event WHERE seq = 3", (4, "gap")),
        ("DELETE FROM event WHERE seq = 5", (4, "head")),
        ("UPDATE event_note SET seq = 3 WHERE seq = 2", (3, "note")),
    ],
)
def test_trail_shows_what_was_done_to_it(
    session: Session, statement: str, fault: tuple[int, str]
) -> None:
    _write(session, 5)
    _tamper(session, statement)
    assert fault in [(found.seq, found.code) for found in verify(session)]


def test_trail_shredded_note_leaves_it_whole(session: Session) -> None:
    _write(session, 3)
    session.execute(text("DELETE FROM event_note"))
    session.commit()
    assert list(verify(session)) == []


def test_trail_written_anew_is_shown_by_a_published_head(session: Session) -> None:
    _write(session, 3)
    seq, _ = head_of(session)
    assert [f.code for f in verify(session, published={seq: "f" * 64})] == ["head"]
    assert [f.code for f in verify(session, published={seq + 4: "f" * 64})] == ["head"]


def test_line_that_is_written_meanwhile_is_no_fault(postgres_server: str, tmp_path: Path) -> None:
    database = copy_postgres(postgres_server, "template_diandan", tmp_path)
    with database.new_session() as other, database.new_session() as session:
        _write(other, 2)
        pending = [other]

        def write_one_more(connection: object, cursor: object, statement: str, *_: object) -> None:
            # The lines were read, and the head is not yet.
            if "FROM event" in statement and pending:
                _write(pending.pop(), 1)

        event.listen(database.engine, "after_cursor_execute", write_one_more)
        assert list(verify(session)) == []
        assert pending == []
    database.engine.dispose()
