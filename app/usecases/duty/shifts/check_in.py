"""Checking in, and leaving a note for the next person on duty."""

from datetime import timedelta

from sqlalchemy import update

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.models import HandOverNote, Shift
from app.rotation.states import ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.lock_rota import lock_shift
from app.usecases.duty.plan.notify_duty import record_shift
from app.usecases.shared.wake_waiting import wake_waiting_requests

# How early one may check in, and how late one may leave a note.
EARLY = timedelta(minutes=30)
NOTE_AFTER = timedelta(hours=24)
NOTE_CHARS = 1000


def check_in(context: Context, *, shift_id: int) -> None:
    """Checks the volunteer in; idempotent. Raises Stale before or after the shift."""
    shift, rota = lock_shift(context, shift_id)
    if shift.person_id != context.actor.person_id:
        raise NotFound(N_("没有找到这个班次"))
    if (
        shift.state != ShiftState.AGREED
        or not shift.starts_at - EARLY <= context.now < shift.ends_at
    ):
        raise Stale(N_("现在不是这个班的时间"))
    first = update(Shift).where(Shift.id == shift.id, Shift.checked_in_at.is_(None))
    if changed(context.session, first.values(checked_in_at=context.now)):
        context.session.refresh(shift)
        close_questions(context.session, [shift.id], "yes", context.now)
        record_shift(context, rota, shift, "shift.checked_in")
        wake_waiting_requests(context, shift.person_id, on_duty=True)


def write_note(context: Context, *, shift_id: int, text: str) -> None:
    """Leaves a note for the next person on duty. Own shift, until a day after its end."""
    shift, rota = lock_shift(context, shift_id)
    if shift.person_id != context.actor.person_id:
        raise NotFound(N_("没有找到这个班次"))
    if not shift.starts_at <= context.now < shift.ends_at + NOTE_AFTER or shift.agreed_at is None:
        raise Stale(N_("现在不是这个班的时间"))
    words = text.strip()
    if not 1 <= len(words) <= NOTE_CHARS:
        raise Invalid({"text": N_("请写要交代的话，最多 1000 字")})
    context.session.add(
        HandOverNote(
            rota_id=rota.id,
            shift_id=shift.id,
            person_id=shift.person_id,
            text=words,
            made_at=context.now,
        )
    )
    record_shift(context, rota, shift, "shift.note_written")
