"""Reads of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.trail.models import Event, EventNote

# Kinds under the names that earlier versions wrote: the trail is never rewritten.
EARLIER_KINDS = {
    "category.ladder_set": "category.escalation_policy_set",
    "escalation.rung": "escalation.step",
    "rota.gap_told": "rota.gap_notified",
    "plan.missing_told": "plan.missing_notified",
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line, with its words if they still exist."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    door: str
    kind: str
    details: dict[str, Any]
    note: str | None
    hash: str
    subject_type: str
    subject_id: str
    area_path: str
    request_id: int | None


def _lines(rows: Any) -> list[TrailLine]:
    return [
        TrailLine(
            seq=e.seq,
            at=e.at,
            actor_kind=e.actor_kind,
            actor_id=e.actor_id,
            door=e.door,
            kind=EARLIER_KINDS.get(e.kind, e.kind),
            details=e.details,
            note=note,
            hash=e.hash,
            subject_type=e.subject_type,
            subject_id=e.subject_id,
            area_path=e.area_path,
            request_id=e.request_id,
        )
        for e, note in rows
    ]


def story(session: Session, request_id: int) -> list[TrailLine]:
    """Everything that happened around a help request, oldest first."""
    return _lines(
        session.execute(
            select(Event, EventNote.text)
            .outerjoin(EventNote, EventNote.seq == Event.seq)
            .where(Event.request_id == request_id)
            .order_by(Event.seq)
        )
    )


def lines_before(
    session: Session,
    area_path: str,
    *,
    subjects: Sequence[str] = (),
    kind: str | None = None,
    subject_id: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[TrailLine]:
    """Lines of an area and below, newest first, those numbered below `before`.

    `subjects` are subject types; none means all. `subject_id` is of the one type that is given.
    """
    chosen = select(Event, EventNote.text).outerjoin(EventNote, EventNote.seq == Event.seq)
    chosen = chosen.where(Event.area_path.startswith(area_path, autoescape=True))
    if subjects:
        chosen = chosen.where(Event.subject_type.in_(subjects))
    if kind:
        names = [kind, *(old for old, new in EARLIER_KINDS.items() if new == kind)]
        chosen = chosen.where(Event.kind.in_(names))
    if subject_id:
        chosen = chosen.where(Event.subject_id == subject_id)
    if before is not None:
        chosen = chosen.where(Event.seq < before)
    return _lines(session.execute(chosen.order_by(Event.seq.desc()).limit(limit)))


def about_subject(
    session: Session, subject_type: str, subject_id: str, *, limit: int = 50
) -> list[TrailLine]:
    """The newest lines about one thing, newest first."""
    return _lines(
        session.execute(
            select(Event, EventNote.text)
            .outerjoin(EventNote, EventNote.seq == Event.seq)
            .where(Event.subject_type == subject_type, Event.subject_id == subject_id)
            .order_by(Event.seq.desc())
            .limit(limit)
        )
    )


def changes_of(
    session: Session, subject_type: str, ids: Sequence[str]
) -> dict[str, tuple[int, datetime]]:
    """How many lines each subject has, and the time of the last; both only grow."""
    found: dict[str, tuple[int, datetime]] = {}
    for some in in_chunks(ids):
        rows = session.execute(
            select(Event.subject_id, func.count(), func.max(Event.at))
            .where(Event.subject_type == subject_type, Event.subject_id.in_(some))
            .group_by(Event.subject_id)
        )
        found.update((one, (count, last)) for one, count, last in rows)
    return found
