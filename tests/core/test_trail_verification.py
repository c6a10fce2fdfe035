"""Checking the trail: every change of its lines, notes and head is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotFound
from app.trail.chain import GENESIS, head_of
from app.trail.erasure import erase_note
from app.trail.models import TrailHead
from app.trail.verification import CHUNK, FaultCode, verify
from tests.core.tampering import drop_guards, faults, tamper, write
from tests.databases import copy_postgres, copy_sqlite
from tests.factories import NOW

CUT = (
    "DELETE FROM event WHERE seq > 3",
    "UPDATE trail_head SET seq = 3, hash = (SELECT hash FROM event WHERE seq = 3)",
)
FORGED = (
    "INSERT INTO event (seq, at, actor_kind, actor_id, door, kind, subject_type, subject_id,"
    " request_id, area_path, details, note_digest, prev_hash, hash) SELECT {number}, at,"
    " actor_kind, actor_id, door, kind, subject_type, subject_id, request_id, area_path, details,"
    " note_digest, prev_hash, hash FROM event WHERE seq = 5"
)
ALL_GONE = ("DELETE FROM event_note", "DELETE FROM event")


@pytest.fixture
def sqlite_session(sqlite_template: Path, tmp_path: Path) -> Iterator[Session]:
    """SQLite alone lets any column hold any value."""
    database = copy_sqlite(sqlite_template, tmp_path)
    with database.new_session() as opened:
        yield opened
    database.engine.dispose()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE event SET kind = 'test.other' WHERE seq = 2", (2, "changed")),
        ("UPDATE event SET actor_id = 7 WHERE seq = 3", (3, "changed")),
        ("UPDATE event SET hash = 'é' WHERE seq = 3", (3, "changed")),
        ("DELETE FROM event WHERE seq = 3", (4, "gap")),
        ("DELETE FROM event WHERE seq = 5", (4, "head")),
        ("UPDATE event_note SET seq = 3 WHERE seq = 2", (3, "note")),
        ("UPDATE event_note SET seq = 3 WHERE seq = 2", (2, "note_missing")),
        ("DELETE FROM event_note", (2, "note_missing")),
        ("UPDATE event_note SET seq = 9", (9, "note_orphan")),
        ("DELETE FROM trail_head", (5, "head")),
        ("UPDATE trail_head SET seal = ''", (5, "seal")),
        (FORGED.format(number=0), (0, "changed")),
        (FORGED.format(number=-7), (-7, "changed")),
        ("UPDATE event_note SET seq = -1", (-1, "note_orphan")),
    ],
)
def test_trail_shows_what_was_done_to_it(
    session: Session, statement: str, fault: tuple[int, str]
) -> None:
    write(session, 5)
    tamper(session, statement)
    assert fault in faults(session)


@pytest.mark.parametrize("blob", ["", "00", "0100", "01" + "00" * 12, "07" * 40, "01" * 40])
def test_words_that_do_not_open_do_not_end_the_check(session: Session, blob: str) -> None:
    write(session, 5)
    raw = f"'\\x{blob}'" if session.get_bind().dialect.name == "postgresql" else f"x'{blob}'"
    tamper(
        session,
        f"UPDATE event_note SET text = {raw}",
        "UPDATE event SET kind = 'test.other' WHERE seq = 4",
    )
    assert faults(session) == [(2, "note_unreadable"), (4, "changed")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET details = '{' WHERE seq = 3",
        "UPDATE event SET at = 'yesterday' WHERE seq = 3",
        "UPDATE event SET at = 7 WHERE seq = 3",
        "UPDATE event SET kind = CAST(x'ff' AS TEXT) WHERE seq = 3",
        "UPDATE event SET kind = x'ff' WHERE seq = 3",
        "UPDATE event SET hash = x'ff' WHERE seq = 3",
    ],
)
def test_sqlite_line_that_cannot_be_read_does_not_end_the_check(
    sqlite_session: Session, statement: str
) -> None:
    write(sqlite_session, 5)
    tamper(sqlite_session, statement)
    found = faults(sqlite_session)
    assert (3, "changed") in found and {seq for seq, _ in found} <= {3, 4}


def test_sqlite_words_that_are_no_bytes_are_found(sqlite_session: Session) -> None:
    write(sqlite_session, 3)
    tamper(sqlite_session, "UPDATE event_note SET text = 'plain'")
    assert faults(sqlite_session) == [(2, "note_unreadable")]


def test_erased_words_leave_the_trail_whole(session: Session) -> None:
    write(session, 3)
    erase_note(Context(session, system("cli"), NOW), seq=2)
    session.commit()
    assert faults(session) == []
    assert session.execute(text("SELECT count(*) FROM event_note")).scalar() == 0
    for seq in (2, 1, 99):
        with pytest.raises(NotFound):
            erase_note(Context(session, system("cli"), NOW), seq=seq)
    session.rollback()


def test_line_that_says_words_were_erased_must_come_later(session: Session) -> None:
    """A partial check does not trust lines that it does not check."""
    write(session, 5)
    tamper(
        session,
        "DELETE FROM event_note",
        "UPDATE event SET kind = 'trail.note_erased', subject_type = 'event', subject_id = '2'"
        " WHERE seq = 1",
    )
    assert [(fault.seq, fault.code) for fault in verify(session, after=1)] == [(2, "note_missing")]


def test_cut_tail_with_a_rewritten_head_is_found(session: Session) -> None:
    write(session, 5)
    tamper(session, *CUT)
    assert faults(session) == [(3, "seal")]


def test_emptied_trail_is_found(session: Session) -> None:
    write(session, 5)
    tamper(session, *ALL_GONE, f"UPDATE trail_head SET seq = 0, hash = '{GENESIS}'")
    assert faults(session) == [(0, "seal")]
    tamper(session, "DELETE FROM trail_head")
    assert faults(session) == [(0, "head"), (0, "seal")]


@pytest.mark.parametrize(
    ("statements", "mark"),
    [
        (CUT, 4),
        ((*ALL_GONE, f"UPDATE trail_head SET seq = 0, hash = '{GENESIS}'"), 1),
        ((*ALL_GONE, "DELETE FROM trail_head"), 1),
        (("UPDATE trail_head SET seq = 2000000000, seal = ''",), 6),
    ],
)
def test_next_writer_does_not_hide_a_rewritten_head(
    session: Session, statements: tuple[str, ...], mark: int
) -> None:
    """It seals the head again, but adds a line that the head was wrong."""
    write(session, 5)
    tamper(session, *statements)
    for _ in range(2):
        write(session, 1)
    assert faults(session) == [(mark, "head_replaced")]
    assert head_of(session)[0] == mark + 2


def test_trail_put_back_is_shown_by_a_published_head_alone(session: Session) -> None:
    """An earlier head can be restored, which the database itself cannot show."""
    write(session, 3)
    early = session.execute(select(TrailHead.seq, TrailHead.hash, TrailHead.seal)).one()
    write(session, 2)
    published = [(3, early.hash), head_of(session)]
    assert list(verify(session, published=published)) == []
    drop_guards(session)
    for table in ("event_note", "event"):
        session.execute(text(f"DELETE FROM {table} WHERE seq > 3"))
    session.execute(
        text("UPDATE trail_head SET seq = :seq, hash = :hash, seal = :seal"), early._asdict()
    )
    session.commit()
    assert faults(session) == []
    found = list(verify(session, published=published))
    assert [(one.seq, one.code) for one in found] == [(5, "published")]


def test_trail_written_anew_is_shown_by_a_published_head(session: Session) -> None:
    write(session, 3)
    for seq in (3, 7):
        found = list(verify(session, published=[(seq, "f" * 64)]))
        assert [(one.seq, one.code) for one in found] == [(seq, "published")]
    # A later head for the same line does not cancel the earlier one.
    twice = [(3, "f" * 64), head_of(session)]
    assert [one.code for one in verify(session, published=twice)] == ["published"]
    assert list(verify(session, published=[(3, "f" * 64)], after=3)) == []


def test_long_trail_is_checked_in_chunks_and_resumed(session: Session) -> None:
    write(session, CHUNK + 500)
    told: list[int] = []
    assert list(verify(session, progress=told.append)) == []
    assert told == [CHUNK, CHUNK + 500]
    tamper(session, "UPDATE event SET door = 'sms' WHERE seq IN (5, 2100)")
    assert faults(session) == [(5, "changed"), (2100, "changed")]
    assert [one.seq for one in verify(session, after=5)] == [2100]
    assert [one.code for one in verify(session, after=9999)] == [FaultCode.HEAD]


@pytest.mark.parametrize("statement", range(1, 5))
def test_line_that_is_written_meanwhile_is_no_fault(
    postgres_server: str, tmp_path: Path, statement: int
) -> None:
    """The line may be written after any statement of the check."""
    database = copy_postgres(postgres_server, "template_diandan", tmp_path)
    with database.new_session() as other, database.new_session() as session:
        write(other, 2)
        pending, done = [other], []

        def write_and_erase(connection: object, cursor: object, said: str, *_: object) -> None:
            if connection is session.connection():
                done.append(said)
            if len(done) == statement and pending:
                writer = pending.pop()
                erase_note(Context(writer, system("cli"), NOW), seq=2)
                write(writer, 1)

        event.listen(database.engine, "after_cursor_execute", write_and_erase)
        assert faults(session) == []
        assert pending == []
    database.engine.dispose()


def test_every_fault_has_a_meaning() -> None:
    meanings = [code.meaning for code in FaultCode]
    assert all(meanings) and len(set(meanings)) == len(meanings)


def test_head_without_a_number_is_a_fault_and_no_end_of_writing(sqlite_session: Session) -> None:
    write(sqlite_session, 3)
    tamper(sqlite_session, "UPDATE trail_head SET seq = 'x'")
    assert {(3, "head"), (3, "seal")} <= set(faults(sqlite_session))
    write(sqlite_session, 1)
    assert "head_replaced" in {code for _, code in faults(sqlite_session)}
