"""Erasing the words of a line: the line stays, and another says that its words were erased."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record
from app.trail.models import Event, EventNote

NOTE_ERASED = "trail.note_erased"


def erase_note(session: Session, *, actor: Actor, seq: int, now: datetime) -> None:
    """Erases the words of line `seq`.

    Words that are gone without such a line count as deleted by somebody else. Raises NotFound when
    the line has no words.
    """
    area_path = session.scalar(select(Event.area_path).where(Event.seq == seq))
    gone = changed(session, delete(EventNote).where(EventNote.seq == seq))
    if area_path is None or not gone:
        raise NotFound(N_("没有这样的记录"))
    record(
        session,
        actor=actor,
        kind=NOTE_ERASED,
        subject=("event", seq),
        area_path=area_path,
        now=now,
    )
