"""Writing and checking the trail: each line's hash covers the line and the hash before it.

`record` only notes what happened; the lines are numbered, chained and written when the transaction
is about to commit. So the one lock that all writers share is taken last and held for microseconds,
and no order of other locks can deadlock with it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session, SessionTransaction

from app.core.actor import Actor
from app.core.crypto import KeysRotated, keyring
from app.trail.models import Event, EventNote, TrailHead

PENDING = "diandan_trail"
GENESIS = "0" * 64
POSTGRES_LOCK = 0x0D1A0DA1


def record(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    subject: tuple[str, int | str],
    area_path: str,
    now: datetime,
    request_id: int | None = None,
    details: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """Notes a line of the trail, written when the session commits.

    `details` hold codes and numbers only. `note` is somebody's own words: encrypted, erasable.
    """
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(PENDING, []).append(
        {
            "at": now.astimezone(UTC),
            "actor_kind": actor.kind,
            "actor_id": actor.person_id,
            "door": actor.door,
            "kind": kind,
            "subject_type": subject[0],
            "subject_id": str(subject[1]),
            "request_id": request_id,
            "area_path": area_path,
            "details": details or {},
            "note": note,
        }
    )


def _digest(message: str, seq: int) -> str:
    """Under the key of the line's span: a rotated key seals the lines after its rotation only."""
    return hmac.new(keyring().trail_key(seq), message.encode(), hashlib.sha256).hexdigest()


def line_hash(line: dict[str, Any]) -> str:
    """HMAC-SHA256 over the line's canonical JSON, the hash of the line before included."""
    plain = {**line, "at": line["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    message = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _digest(message, line["seq"])


def _lock_head(session: Session) -> TrailHead:
    """The head, held until commit. SQLite's writer holds the whole database already.

    Raises KeysRotated: a line under an old key would spoil the trail.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
    head = session.scalar(
        select(TrailHead).where(TrailHead.id == 1).execution_options(populate_existing=True)
    )
    if head is None:
        head = TrailHead(id=1, seq=0, hash=GENESIS, key_generation=0)
        session.add(head)
        session.flush()
    if head.key_generation != keyring().generation:
        raise KeysRotated("keys were rotated since this process started: start it again")
    return head


def write_pending(session: Session) -> None:
    """Numbers, chains and writes what was recorded in this transaction."""
    drafts = session.info.get(PENDING)
    if not drafts or session.in_nested_transaction():
        return
    session.info[PENDING] = []
    session.flush()
    head = _lock_head(session)
    seq, last = head.seq, head.hash
    lines, notes = [], []
    for draft in drafts:
        seq += 1
        note = draft.pop("note")
        digest = None if note is None else _digest(note, seq)
        line = {**draft, "seq": seq, "note_digest": digest, "prev_hash": last}
        last = line_hash(line)
        lines.append({**line, "hash": last})
        if note is not None:
            notes.append({"seq": seq, "text": note})
    session.execute(Event.__table__.insert(), lines)  # type: ignore[attr-defined]
    if notes:
        session.execute(EventNote.__table__.insert(), notes)  # type: ignore[attr-defined]
    session.execute(update(TrailHead).where(TrailHead.id == 1).values(seq=seq, hash=last))


def forget_pending(session: Session, previous: SessionTransaction) -> None:
    """A transaction that was rolled back leaves no trace."""
    if previous.parent is None:
        session.info.pop(PENDING, None)


def keep_trail(session_class: type[Session] | Any) -> None:
    """Makes every session of this class write its trail at commit. Called once, by the factory."""
    event.listen(session_class, "before_commit", write_pending)
    event.listen(session_class, "after_soft_rollback", forget_pending)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the trail is not what it should be. `code` is gap, changed, broken, note or head."""

    seq: int
    code: str


def _stored(row: Event) -> dict[str, Any]:
    names = (
        "at",
        "actor_kind",
        "actor_id",
        "door",
        "kind",
        "subject_type",
        "subject_id",
        "request_id",
        "area_path",
        "details",
        "seq",
        "note_digest",
        "prev_hash",
    )
    return {name: getattr(row, name) for name in names}


def line_fits(row: Event) -> bool:
    """Whether a line is what was written, under the key of its span."""
    return hmac.compare_digest(line_hash(_stored(row)), row.hash)


def verify(
    session: Session, *, published: dict[int, str] | None = None, after: int = 0
) -> Iterator[Fault]:
    """Every fault from the first line to the head; nothing when the trail is whole.

    `published` are heads (seq to hash) that were noted outside the database: they show a trail
    that was cut or written anew by somebody who held the key. `after` leaves out the lines up to
    that number, for a look that must not take long. Others may write meanwhile.
    """
    _look_at_one_moment(session)
    seq, last = after, _hash_of(session, after)
    heads = {at: digest for at, digest in (published or {}).items() if at > after}
    lines = select(Event).where(Event.seq > after).order_by(Event.seq)
    for row in session.scalars(lines.execution_options(yield_per=2000)):
        if row.seq != seq + 1:
            yield Fault(row.seq, "gap")
        if row.prev_hash != last:
            yield Fault(row.seq, "broken")
        if not line_fits(row):
            yield Fault(row.seq, "changed")
        if heads.pop(row.seq, row.hash) != row.hash:
            yield Fault(row.seq, "head")
        seq, last = row.seq, row.hash
        session.expunge(row)
    yield from _faults_of_notes(session, after)
    head = session.get(TrailHead, 1)
    if (head.seq, head.hash) != (seq, last) if head is not None else seq != 0:
        yield Fault(seq, "head")
    for missing in sorted(heads):
        yield Fault(missing, "head")


def _hash_of(session: Session, seq: int) -> str:
    """The hash of a line; of none for one that is missing, which its successor then shows."""
    if seq == 0:
        return GENESIS
    return session.scalar(select(Event.hash).where(Event.seq == seq)) or ""


def _look_at_one_moment(session: Session) -> None:
    """On PostgreSQL a fresh transaction sees lines, notes and head as they stood together.

    SQLite's reads do anyway.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _faults_of_notes(session: Session, after: int) -> Iterator[Fault]:
    pairs = session.execute(
        select(EventNote.seq, EventNote.text, Event.note_digest)
        .join(Event, Event.seq == EventNote.seq)
        .where(EventNote.seq > after)
        .execution_options(yield_per=2000)
    )
    for seq, words, digest in pairs:
        if digest is None or not hmac.compare_digest(_digest(words, seq), digest):
            yield Fault(seq, "note")


def head_of(session: Session) -> tuple[int, str]:
    """The number and hash of the last line, to be noted outside the database."""
    head = session.get(TrailHead, 1)
    return (0, GENESIS) if head is None else (head.seq, head.hash)


def key_generation(session: Session) -> int:
    """How often keys were rotated."""
    head = session.get(TrailHead, 1)
    return 0 if head is None else head.key_generation


def begin_key_generation(session: Session) -> int:
    """Writes what was recorded, and lets no process write that knows the keys up to now only.

    Returns the number of the line that comes after. What this transaction records later is
    refused: it would need the new keys.
    """
    write_pending(session)
    _lock_head(session)
    session.execute(
        update(TrailHead)
        .where(TrailHead.id == 1)
        .values(key_generation=TrailHead.key_generation + 1)
    )
    return head_of(session)[0] + 1
