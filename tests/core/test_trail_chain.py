"""Writing the trail: recorded lines are chained, and the database refuses to change them."""

import hashlib
import hmac

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.crypto import keyring
from app.trail.chain import canonical, head_of, is_digest_of, line_hash, note_digest, record
from app.trail.models import Event
from app.trail.verification import HASHED
from tests.core.tampering import faults, write
from tests.factories import NOW

LINE = (
    "INTO event (seq, at, actor_kind, door, kind, subject_type, subject_id, area_path, details,"
    " prev_hash, hash) SELECT seq, at, actor_kind, door, 'test.forged', subject_type, subject_id,"
    " area_path, details, prev_hash, hash FROM event WHERE seq = 1"
)
REFUSED = {
    "sqlite": (
        "UPDATE event SET kind = 'x'",
        "UPDATE OR REPLACE event SET seq = 1 WHERE seq = 2",
        "DELETE FROM event",
        f"INSERT OR REPLACE {LINE}",
        f"REPLACE {LINE}",
        "DELETE FROM trail_head",
    ),
    "postgresql": (
        "UPDATE event SET kind = 'x'",
        "DELETE FROM event",
        f"INSERT {LINE} ON CONFLICT (seq) DO UPDATE SET kind = 'x'",
        "TRUNCATE event CASCADE",
        "TRUNCATE event_note",
        "TRUNCATE trail_head",
        "DELETE FROM trail_head",
    ),
}


def test_trail_is_whole_over_several_commits(session: Session) -> None:
    write(session, 3)
    write(session, 2)
    assert faults(session) == []
    assert head_of(session)[0] == 5


def test_trail_of_a_rolled_back_transaction_is_empty(session: Session) -> None:
    record(
        Context(session, system("cli"), NOW),
        kind="test.happened",
        subject=("test", 1),
        area_path="/1/",
    )
    session.rollback()
    session.commit()
    assert session.scalars(select(Event)).all() == []
    assert faults(session) == []


def test_trail_cannot_be_changed(session: Session) -> None:
    write(session, 3)
    for statement in REFUSED[session.get_bind().dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))
        session.rollback()
    assert faults(session) == []


def test_note_in_the_form_of_a_line_is_not_given_its_hash(session: Session) -> None:
    """Otherwise a note's author could obtain the hash of a forged line."""
    write(session, 1)
    stored = session.scalars(select(Event)).one()
    line = {name: getattr(stored, name) for name in HASHED}
    forged = {**line, "kind": "role.granted", "actor_kind": "administrator"}
    write(session, 2, note=canonical(forged))
    digests = session.scalars(select(Event.note_digest).where(Event.note_digest.is_not(None)))
    assert line_hash(forged) not in digests.all()
    assert faults(session) == []


def test_words_of_older_lines_are_still_known() -> None:
    """Their digest has no label."""
    plain = hmac.new(keyring().trail_key(1), "因为下雨".encode(), hashlib.sha256).hexdigest()
    assert is_digest_of(plain, "因为下雨", 1) and not is_digest_of(plain, "因为下雪", 1)
    assert is_digest_of(note_digest("因为下雨", 1), "因为下雨", 1)
