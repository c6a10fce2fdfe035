"""Checks that every line, every note and the head are as they were written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Self

from sqlalchemy import Row, func, select, type_coerce
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from app.core.crypto import CannotOpen, unseal
from app.core.statements import in_chunks
from app.trail.chain import HEAD_REPLACED, hash_of, head_seal, is_digest_of, line_hash
from app.trail.erasure import NOTE_ERASED
from app.trail.models import Event, EventNote, TrailHead

# Lines held in memory at a time.
CHUNK = 2000
HASHED = (
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


class FaultCode(StrEnum):
    """What can be wrong with a trail, each with its meaning in English."""

    meaning: str

    GAP = "gap", "a line is missing before this one"
    BROKEN = "broken", "this line does not follow the one before it"
    CHANGED = "changed", "this line is not what was written"
    NOTE = "note", "the words of this line are not what was written"
    NOTE_MISSING = "note_missing", "the words of this line are gone, and were not erased"
    NOTE_UNREADABLE = "note_unreadable", "the words of this line cannot be decrypted"
    NOTE_ORPHAN = "note_orphan", "there are words for this number, and no such line"
    HEAD = "head", "the head names another last line than this: the tail was cut or added to"
    SEAL = "seal", "the head was not written by a holder of the trail key"
    HEAD_REPLACED = "head_replaced", "when this line was written somebody had changed the head"
    PUBLISHED = "published", "this line is not what was published: cut, or written anew"

    def __new__(cls, code: str, meaning: str) -> Self:
        made = str.__new__(cls, code)
        made._value_ = code
        made.meaning = meaning
        return made


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the trail is not as it was written."""

    seq: int
    code: FaultCode


def verify(
    session: Session,
    *,
    published: Iterable[tuple[int, str]] = (),
    after: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Fault]:
    """Yields every fault from line `after` + 1 to the head; nothing when the trail is whole.

    `published` are heads (number and hash) noted outside the database before this began: they
    reveal a trail that was restored to an earlier moment, or rewritten by a holder of the key.
    `after` trusts the lines up to that number, to resume or shorten a check. `progress` gets the
    number of the last checked line, every 2,000 lines. Others may write meanwhile.
    """
    yield from _numbers_of_nobody(session)
    seq, last = after, hash_of(session, after)
    head, looked = None, -1
    while True:
        chunk = _chunk(session, seq)
        for number, row in chunk:
            yield from _faults_of_line(number, row, seq, last)
            seq, last = number, None if row is None else row.hash
        yield from _missing_notes(session, [row for _, row in chunk if row is not None])
        if chunk:
            if progress is not None:
                progress(seq)
            continue
        # Read after the lines: it is behind them only if it was changed.
        head = _head(session)
        if head is None or head.seq <= seq or looked == seq:
            break
        # Somebody wrote between the two reads, or the tail was cut: read again to tell.
        looked = seq
    if head is None or (head.seq, head.hash) != (seq, last):
        yield Fault(seq, FaultCode.HEAD)
    if head is None or head.seal != head_seal(head.seq, head.hash):
        yield Fault(seq, FaultCode.SEAL)
    yield from _orphan_notes(session, after)
    yield from _faults_of_published(session, published, after)


def _numbers_of_nobody(session: Session) -> Iterator[Fault]:
    """Lines and notes below number 1: no writer gives such a number, so somebody forged them."""
    for seq in session.scalars(select(Event.seq).where(Event.seq < 1).order_by(Event.seq)):
        yield Fault(seq, FaultCode.CHANGED)
    for seq in session.scalars(select(EventNote.seq).where(EventNote.seq < 1)):
        yield Fault(seq, FaultCode.NOTE_ORPHAN)


def _columns() -> Any:
    # Read the stored bytes: one value that cannot be decrypted must not end the check.
    words = type_coerce(EventNote.text, NullType()).label("words")
    return select(*(getattr(Event, name) for name in HASHED), Event.hash, words).outerjoin(
        EventNote, EventNote.seq == Event.seq
    )


def _chunk(session: Session, after: int) -> list[tuple[int, Row[Any] | None]]:
    """The next lines by number; None for one that holds what no writer could have written."""
    lines = _columns().where(Event.seq > after).order_by(Event.seq).limit(CHUNK)
    try:
        return [(row.seq, row) for row in session.execute(lines)]
    except (ValueError, TypeError, OperationalError):
        # On SQLite a column may hold any value: read one by one to find the line.
        numbers = select(Event.seq).where(Event.seq > after).order_by(Event.seq).limit(CHUNK)
        return [(seq, _line(session, seq)) for seq in session.scalars(numbers).all()]


def _line(session: Session, seq: int) -> Row[Any] | None:
    try:
        found: Row[Any] | None = session.execute(_columns().where(Event.seq == seq)).first()
    except (ValueError, TypeError, OperationalError):
        return None
    return found


def _faults_of_line(
    number: int, row: Row[Any] | None, before: int, last: str | None
) -> Iterator[Fault]:
    if number != before + 1:
        yield Fault(number, FaultCode.GAP)
    if row is None:
        yield Fault(number, FaultCode.CHANGED)
        return
    if row.prev_hash != last:
        yield Fault(number, FaultCode.BROKEN)
    if _hash_again(row) != row.hash:
        yield Fault(number, FaultCode.CHANGED)
    if row.kind == HEAD_REPLACED:
        yield Fault(number, FaultCode.HEAD_REPLACED)
    if row.words is not None:
        yield from _faults_of_words(row)


def _hash_again(row: Row[Any]) -> str | None:
    try:
        return line_hash({name: getattr(row, name) for name in HASHED})
    except (TypeError, ValueError):
        return None


def _faults_of_words(row: Row[Any]) -> Iterator[Fault]:
    try:
        words = unseal(row.words, "event_note.text")
    except (CannotOpen, TypeError):
        yield Fault(row.seq, FaultCode.NOTE_UNREADABLE)
        return
    if row.note_digest is None or not is_digest_of(row.note_digest, words, row.seq):
        yield Fault(row.seq, FaultCode.NOTE)


def _missing_notes(session: Session, rows: Sequence[Row[Any]]) -> Iterator[Fault]:
    """Lines whose words are missing, unless a later line records their erasure."""
    missing = [row.seq for row in rows if row.note_digest is not None and row.words is None]
    for some in in_chunks(missing):
        erased = select(Event.subject_id, func.max(Event.seq)).where(
            Event.subject_type == "event",
            Event.subject_id.in_([str(seq) for seq in some]),
            Event.kind == NOTE_ERASED,
        )
        said = {
            int(one): seq for one, seq in session.execute(erased.group_by(Event.subject_id)).all()
        }
        for seq in some:
            if said.get(seq, 0) <= seq:
                yield Fault(seq, FaultCode.NOTE_MISSING)


def _orphan_notes(session: Session, after: int) -> Iterator[Fault]:
    orphans = (
        select(EventNote.seq)
        .outerjoin(Event, Event.seq == EventNote.seq)
        .where(Event.seq.is_(None), EventNote.seq > after)
        .order_by(EventNote.seq)
    )
    for seq in session.scalars(orphans.execution_options(yield_per=CHUNK)):
        yield Fault(seq, FaultCode.NOTE_ORPHAN)


def _head(session: Session) -> Row[int, str, str] | None:
    """The head; None when there is none or its number is no integer, as SQLite allows."""
    found = session.execute(
        select(TrailHead.seq, TrailHead.hash, TrailHead.seal).where(TrailHead.id == 1)
    ).first()
    return found if found is not None and isinstance(found.seq, int) else None


def _faults_of_published(
    session: Session, published: Iterable[tuple[int, str]], after: int
) -> Iterator[Fault]:
    heads = ((seq, digest) for seq, digest in published if seq > after)
    while some := list(islice(heads, 500)):
        stored = select(Event.seq, Event.hash).where(Event.seq.in_({seq for seq, _ in some}))
        hashes = {row.seq: row.hash for row in session.execute(stored)}
        for seq, digest in some:
            if hashes.get(seq) != digest:
                yield Fault(seq, FaultCode.PUBLISHED)
