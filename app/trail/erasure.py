"""Erases the words of a line: the line stays, and another line records the erasure."""

from sqlalchemy import delete, select

from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record
from app.trail.models import Event, EventNote

NOTE_ERASED = "trail.note_erased"


def erase_note(context: Context, *, seq: int) -> None:
    """Erases the words of line `seq`.

    Words missing without such a line count as tampering. Raises NotFound when the line has no
    words.
    """
    area_path = context.session.scalar(select(Event.area_path).where(Event.seq == seq))
    gone = changed(context.session, delete(EventNote).where(EventNote.seq == seq))
    if area_path is None or not gone:
        raise NotFound(N_("没有这样的记录"))
    record(context, kind=NOTE_ERASED, subject=("event", seq), area_path=area_path)
