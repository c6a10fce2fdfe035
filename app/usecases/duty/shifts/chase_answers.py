"""Questions about duty that nobody answers: one reminder, a deadline, and the next person.

Works through one person at a time, so that a month's questions are one message.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.core.attention import DutyAttention
from app.core.context import Context
from app.people.models import Person
from app.rotation.models import PLAN, DutyAsk, Rota, Shift
from app.rotation.states import DutyAskState, ShiftEnd, ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.leave_duty import leave_duty
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, notify_shift
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.find_cover import cover_for
from app.usecases.messages.notify import notify_person


def due_askers(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """People with a question that is due for a reminder, or over."""
    rows = session.scalars(_open(now).with_only_columns(DutyAsk.person_id).distinct().limit(limit))
    return list(rows)


def chase_answers(context: Context, *, person_id: int) -> None:
    """Reminds somebody once of what they were asked; what is over goes to others."""
    rows = context.session.scalars(
        _open(context.now)
        .where(DutyAsk.person_id == person_id)
        .order_by(Shift.rota_id, Shift.starts_at, DutyAsk.id)
    ).all()
    person = context.session.get_one(Person, person_id)
    over = [one for one in rows if one.answer_by is not None and one.answer_by <= context.now]
    _let_go(context, person, over)
    _remind(context, person, [one for one in rows if one not in over])


def _open(now: datetime) -> Select[DutyAsk]:
    due = or_(DutyAsk.remind_at <= now, DutyAsk.answer_by <= now)
    return (
        select(DutyAsk)
        .join(Shift, Shift.id == DutyAsk.shift_id)
        .where(DutyAsk.state == DutyAskState.SENT, DutyAsk.swap_id.is_(None), due)
    )


def _remind(context: Context, person: Person, asks: Sequence[DutyAsk]) -> None:
    """One message for each reply number."""
    by_number: dict[int | None, list[tuple[DutyAsk, Shift, Rota]]] = {}
    for ask in asks:
        shift = context.session.get_one(Shift, ask.shift_id)
        rota = context.session.get_one(Rota, shift.rota_id)
        by_number.setdefault(ask.reply_number, []).append((ask, shift, rota))
    for number, found in by_number.items():
        first, shift, rota = found[0]
        for ask, _, _ in found:
            ask.remind_at = None
        notify_shift(
            context.session,
            rota,
            shift,
            person,
            "duty_asked_again" if number is not None else "duty_asked_many",
            subject=f"duty_ask:{first.id}",
            now=context.now,
            number=number,
            count=len(found),
        )
    context.session.flush()


def _let_go(context: Context, person: Person, asks: Sequence[DutyAsk]) -> None:
    """Takes the shifts back, and asks the next person about each."""
    gone = [ask for ask in asks if _ask_the_next(context, ask)]
    if gone:
        notify_person(
            context.session,
            person,
            "duty_let_go",
            subject=f"duty_ask:{gone[0].id}",
            now=context.now,
            count=len(gone),
        )


def _ask_the_next(context: Context, ask: DutyAsk) -> bool:
    shift = context.session.get_one(Shift, ask.shift_id)
    rota = lock_rota(context.session, shift.rota_id)
    context.session.refresh(shift)
    close_questions(context.session, [shift.id], "over", context.now)
    if shift.state != ShiftState.OFFERED:
        return False
    since, until = max(shift.starts_at, context.now), shift.ends_at
    leave_duty(context, rota, shift, since=since, reason=ShiftEnd.NO_ANSWER)
    publish_duty(context, rota_id=rota.id)
    if rota.purpose != PLAN and since < until:
        # Once a day for each rota: a month's silence is no flood of messages.
        notify_duty_coordinators(
            context.session,
            rota,
            shift,
            DutyAttention.UNANSWERED,
            now=context.now,
            subject=f"rota:{rota.id}:{context.now:%Y-%m-%d}",
        )
        cover_for(context, rota, shift, starts_at=since, ends_at=until)
    return True
