"""Writes the trail: each line's hash covers the line and the hash before it.

`record` only notes what happened; lines are numbered, chained and written just before the commit.
The lock that all writers share is taken last, so it cannot deadlock with other locks. It is held
until the commit is on disk: on PostgreSQL all writers of all machines queue for it, one commit at a
time (`bench/trail.py` measures it, ADR 2 says when to split the chain). SQLite has one writer at a
time in any case.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, event, insert, select, text, update
from sqlalchemy.orm import Session, SessionTransaction

from app.core.actor import Actor, system
from app.core.context import Context
from app.core.crypto import KeysRotated, keyring
from app.trail.models import Event, EventNote, TrailHead

PENDING = "diandan_trail"
GENESIS = "0" * 64
# Kind of the line added by a writer that finds a head no writer left.
HEAD_REPLACED = "trail.head_replaced"
POSTGRES_LOCK = 0x0D1A0DA1


def record(
    context: Context,
    *,
    kind: str,
    subject: tuple[str, int | str],
    area_path: str,
    request_id: int | None = None,
    details: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """Notes a line of the trail, written when the session commits.

    `details` hold codes and numbers only. `note` is somebody's own words: encrypted, erasable.
    """
    if not context.session.in_transaction():
        context.session.begin()
    draft = _draft(context.actor, kind, subject, area_path, context.now)
    draft |= {"request_id": request_id, "details": details or {}, "note": note}
    context.session.info.setdefault(PENDING, []).append(draft)


def _draft(
    actor: Actor, kind: str, subject: tuple[str, int | str], area_path: str, now: datetime
) -> dict[str, Any]:
    return {
        "at": now.astimezone(UTC),
        "actor_kind": actor.kind,
        "actor_id": actor.person_id,
        "door": actor.via,
        "kind": kind,
        "subject_type": subject[0],
        "subject_id": str(subject[1]),
        "request_id": None,
        "area_path": area_path,
        "details": {},
        "note": None,
    }


def _digest(message: str, seq: int) -> str:
    """A digest under the key of the line's span: a new key seals only lines after its rotation."""
    return hmac.new(keyring().trail_key(seq), message.encode(), hashlib.sha256).hexdigest()


def canonical(line: dict[str, Any]) -> str:
    """The line as canonical JSON."""
    plain = {**line, "at": line["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def line_hash(line: dict[str, Any]) -> str:
    """HMAC-SHA256 over the line's canonical JSON, the hash of the line before included."""
    return _digest(canonical(line), line["seq"])


def note_digest(words: str, seq: int) -> str:
    """HMAC-SHA256 over the words of line `seq`.

    The label separates it from line hashes: without it, a note in the form of a line would yield
    that line's hash.
    """
    return _digest(f"note\0{words}", seq)


def is_digest_of(digest: str, words: str, seq: int) -> bool:
    """Whether the words of line `seq` are those that were written.

    Older lines hold a digest without a label.
    """
    return digest in (note_digest(words, seq), _digest(words, seq))


def head_seal(seq: int, digest: str) -> str:
    """HMAC-SHA256 over the last line's number and hash. Nobody without the key can move the end.

    Used by migration 0019 as well.
    """
    return _digest(f"head\0{seq}\0{digest}", seq)


def _lock_head(session: Session) -> Row[int, str, str, int] | None:
    """The head, locked until commit. On SQLite the writer already locks the whole database."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
    head = session.execute(
        select(TrailHead.seq, TrailHead.hash, TrailHead.seal, TrailHead.key_generation).where(
            TrailHead.id == 1
        )
    ).first()
    if head is not None and head.key_generation != keyring().generation:
        raise KeysRotated("keys were rotated since this process started: start it again")
    return head


def _last_line(session: Session, drafts: list[dict[str, Any]]) -> tuple[int, str]:
    """Number and hash of the last line, under the lock that is held until commit.

    When the head is not as a writer left it, continues after the last existing line and first adds
    a line that says so: sealing the head again must not hide the change.

    Raises KeysRotated: a line under an old key would damage the trail.
    """
    head = _lock_head(session)
    whole = head is not None and isinstance(head.seq, int)
    if head is not None and whole and head.seal == head_seal(head.seq, head.hash):
        return head.seq, head.hash
    last = session.execute(
        select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
    ).first()
    seq, digest = (0, GENESIS) if last is None else (last.seq, last.hash)
    actor = system(drafts[0]["door"])
    mark = _draft(actor, HEAD_REPLACED, ("event", seq), "/", drafts[0]["at"])
    mark["details"] = {"head": None if head is None else head.seq}
    drafts.insert(0, mark)
    if head is None:
        generation = keyring().generation
        session.execute(
            insert(TrailHead).values(id=1, seq=seq, hash=digest, seal="", key_generation=generation)
        )
    return seq, digest


def chained(
    drafts: list[dict[str, Any]], seq: int, last: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of lines and of notes that follow line `seq`, whose hash is `last`."""
    lines, notes = [], []
    for number, draft in enumerate(drafts, start=seq + 1):
        words = draft.pop("note")
        digest = None if words is None else note_digest(words, number)
        line = {**draft, "seq": number, "note_digest": digest, "prev_hash": last}
        last = line_hash(line)
        lines.append({**line, "hash": last})
        if words is not None:
            notes.append({"seq": number, "text": words})
    return lines, notes


def write_pending(session: Session) -> None:
    """Numbers, chains and writes the lines recorded in this transaction."""
    drafts = session.info.get(PENDING)
    if not drafts or session.in_nested_transaction():
        return
    session.info[PENDING] = []
    session.flush()
    seq, last = _last_line(session, drafts)
    lines, notes = chained(drafts, seq, last)
    session.execute(Event.__table__.insert(), lines)  # type: ignore[attr-defined]
    if notes:
        session.execute(EventNote.__table__.insert(), notes)  # type: ignore[attr-defined]
    seq, last = lines[-1]["seq"], lines[-1]["hash"]
    head = update(TrailHead).where(TrailHead.id == 1)
    session.execute(head.values(seq=seq, hash=last, seal=head_seal(seq, last)))


def forget_pending(session: Session, previous: SessionTransaction) -> None:
    """Drops recorded lines after a rollback."""
    if previous.parent is None:
        session.info.pop(PENDING, None)


def install_trail(session_class: type[Session] | Any) -> None:
    """Makes every session of this class write its trail at commit. The factory calls it once."""
    event.listen(session_class, "before_commit", write_pending)
    event.listen(session_class, "after_soft_rollback", forget_pending)


def head_of(session: Session) -> tuple[int, str]:
    """The number and hash of the last line, to be noted outside the database."""
    head = session.execute(select(TrailHead.seq, TrailHead.hash).where(TrailHead.id == 1)).first()
    return (0, GENESIS) if head is None else (head.seq, head.hash)


def hash_of(session: Session, seq: int) -> str | None:
    """The stored hash of a line, GENESIS for 0; None when there is no such line."""
    if seq == 0:
        return GENESIS
    return session.scalar(select(Event.hash).where(Event.seq == seq))


def seal_head_again(session: Session) -> None:
    """Seals the head as it stands: its seal was made with a key that is lost.

    Only for a rotation that records the loss; otherwise it would hide a changed head.
    """
    seq, digest = head_of(session)
    own = update(TrailHead).where(TrailHead.id == 1)
    session.execute(own.values(seal=head_seal(seq, digest)))


def key_generation(session: Session) -> int:
    """How often keys were rotated."""
    head = session.get(TrailHead, 1)
    return 0 if head is None else head.key_generation


def begin_key_generation(session: Session) -> int:
    """Writes what was recorded, then refuses writes by processes that know only the old keys.

    Returns the number of the next line. Later records of this transaction are refused: they would
    need the new keys.
    """
    write_pending(session)
    _lock_head(session)
    session.execute(
        update(TrailHead)
        .where(TrailHead.id == 1)
        .values(key_generation=TrailHead.key_generation + 1)
    )
    return head_of(session)[0] + 1
