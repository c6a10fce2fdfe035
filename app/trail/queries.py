"""Reads of the trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.trail.models import Event, EventNote


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line, with the words that belong to it if they are still there."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    door: str
    kind: str
    details: dict[str, Any]
    note: str | None
    hash: str


def _lines(rows: Any) -> list[TrailLine]:
    return [
        TrailLine(e.seq, e.at, e.actor_kind, e.actor_id, e.door, e.kind, e.details, note, e.hash)
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


def recent(session: Session, area_path: str, *, limit: int = 100) -> list[TrailLine]:
    """The newest lines of an area and below."""
    return _lines(
        session.execute(
            select(Event, EventNote.text)
            .outerjoin(EventNote, EventNote.seq == Event.seq)
            .where(Event.area_path.startswith(area_path))
            .order_by(Event.seq.desc())
            .limit(limit)
        )
    )
