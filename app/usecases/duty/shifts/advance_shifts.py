"""What happens to a shift by itself: it begins, nobody checks in, it ends. Notifies once each."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.queries import on_duty_in
from app.rotation.states import DutyAskState, ShiftOrigin, ShiftState
from app.usecases.duty.plan.ask_for_duty import ask_whether_there
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, notify_shift, record_shift
from app.usecases.duty.shifts.miss_shift import GONE_AFTER, ask_once_more, take_missing_off
from app.usecases.shared.people import people_of
from app.usecases.shared.wake_waiting import wake_waiting_requests

# Notify the backup when "are you there" is unanswered for this long.
MISSED_AFTER = timedelta(minutes=15)
# Later thanks would only confuse; the trail records the end of a shift anyway.
STALE = timedelta(hours=2)
# A service that was down for longer than this no longer records ends.
FORGOTTEN = timedelta(days=7)


def due_shifts(session: Session, *, now: datetime, limit: int = 200) -> list[int]:
    """Shifts that began or ended and need a step."""
    began = and_(
        Shift.starts_at <= now,
        Shift.ends_at > now,
        Shift.checked_in_at.is_(None),
        or_(Shift.raised_at.is_(None), Shift.raised_at <= now - GONE_AFTER),
    )
    ended = and_(Shift.ends_at <= now, Shift.ends_at > now - FORGOTTEN, Shift.thanked_at.is_(None))
    rows = session.scalars(
        select(Shift.id)
        .where(
            Shift.state == ShiftState.AGREED, Shift.origin != ShiftOrigin.FLEX, or_(began, ended)
        )
        .order_by(Shift.starts_at)
        .limit(limit)
    )
    return list(rows)


def advance_shift(context: Context, *, shift_id: int) -> None:
    """Asks whether somebody is there, escalates when nobody is, takes them off; thanks at the end.

    Each once.
    """
    found = context.session.get_one(Shift, shift_id)
    rota = lock_rota(context.session, found.rota_id)
    context.session.refresh(found)
    if found.state != ShiftState.AGREED or found.starts_at > context.now:
        return
    if found.ends_at <= context.now:
        _thank(context, rota, found)
    elif found.checked_in_at is None and found.raised_at is not None:
        if context.now >= found.raised_at + GONE_AFTER:
            take_missing_off(context, rota, found)
    elif found.checked_in_at is None:
        asked_at = _asked_at(context.session, found)
        if asked_at is None:
            _begin(context, rota, found)
        elif context.now >= asked_at + MISSED_AFTER:
            _raise(context, rota, found)


def _asked_at(session: Session, shift: Shift) -> datetime | None:
    """When the person was asked whether they are there: only somebody asked can be missing."""
    return session.scalar(
        select(DutyAsk.sent_at).where(
            DutyAsk.shift_id == shift.id,
            DutyAsk.swap_id.is_(None),
            DutyAsk.state == DutyAskState.CHECK,
        )
    )


def _begin(context: Context, rota: Rota, shift: Shift) -> None:
    """Somebody who stays on from the shift before is checked in; everybody else is asked."""
    wake_waiting_requests(context, shift.person_id, on_duty=True)
    before = context.session.scalar(
        select(Shift.id).where(
            Shift.rota_id == rota.id,
            Shift.person_id == shift.person_id,
            Shift.state == ShiftState.AGREED,
            Shift.ends_at == shift.starts_at,
            Shift.checked_in_at.is_not(None),
        )
    )
    if before is not None:
        shift.checked_in_at = context.now
        record_shift(context, rota, shift, "shift.checked_in")
        return
    ask_whether_there(context.session, rota, shift, now=context.now)


def _raise(context: Context, rota: Rota, shift: Shift) -> None:
    """Nobody checked in: asks again, and notifies the backup and the coordinators."""
    first = update(Shift).where(
        Shift.id == shift.id, Shift.raised_at.is_(None), Shift.checked_in_at.is_(None)
    )
    if not changed(context.session, first.values(raised_at=context.now)):
        return
    context.session.refresh(shift)
    backup = [
        one for one in on_duty_in(context.session, rota.id, context.now) if one != shift.person_id
    ]
    people = people_of(context.session, backup)
    for person_id in backup:
        notify_shift(
            context.session,
            rota,
            shift,
            people[person_id],
            "duty_backup",
            subject=f"shift:{shift.id}",
            now=context.now,
            urgent=True,
        )
    ask_once_more(context, rota, shift)
    notify_duty_coordinators(context.session, rota, shift, "not_there", now=context.now)
    record_shift(context, rota, shift, "shift.not_there", backup=len(backup))


def _thank(context: Context, rota: Rota, shift: Shift) -> None:
    first = update(Shift).where(Shift.id == shift.id, Shift.thanked_at.is_(None))
    if not changed(context.session, first.values(thanked_at=context.now)):
        return
    context.session.refresh(shift)
    goes_on = context.session.scalar(
        select(Shift.id).where(
            Shift.person_id == shift.person_id,
            Shift.state == ShiftState.AGREED,
            Shift.starts_at <= shift.ends_at,
            Shift.ends_at > shift.ends_at,
        )
    )
    if goes_on is None and shift.end_reason is None and context.now < shift.ends_at + STALE:
        person = people_of(context.session, [shift.person_id])[shift.person_id]
        notify_shift(
            context.session,
            rota,
            shift,
            person,
            "duty_thanks",
            subject=f"shift:{shift.id}",
            now=context.now,
        )
    record_shift(context, rota, shift, "shift.ended")
