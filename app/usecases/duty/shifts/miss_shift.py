"""Somebody who does not answer whether they are there: asked again, then taken off duty."""

from datetime import timedelta

from sqlalchemy import select

from app.core.context import Context
from app.rotation.models import PLAN, DutyAsk, Rota, Shift
from app.rotation.queries import on_duty_in
from app.rotation.states import DutyAskState, ShiftEnd, ShiftOrigin
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.leave_duty import leave_duty
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, notify_shift
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.find_cover import cover_for
from app.usecases.shared.people import people_of

# How long after the second question somebody counts as not there.
GONE_AFTER = timedelta(minutes=15)
# Do not look for cover for less than this.
WORTH_COVER = timedelta(minutes=30)


def ask_once_more(context: Context, rota: Rota, shift: Shift) -> None:
    """Asks again whether they are there; the question keeps its number."""
    number = context.session.scalar(
        select(DutyAsk.reply_number).where(
            DutyAsk.shift_id == shift.id,
            DutyAsk.swap_id.is_(None),
            DutyAsk.state == DutyAskState.CHECK,
        )
    )
    notify_shift(
        context.session,
        rota,
        shift,
        people_of(context.session, [shift.person_id])[shift.person_id],
        "duty_begins",
        subject=f"shift:{shift.id}",
        now=context.now,
        occurrence="again",
        urgent=True,
        number=number,
    )


def take_missing_off(context: Context, rota: Rota, shift: Shift) -> None:
    """Ends the shift of somebody who is not there, without thanks, and looks for cover.

    Somebody who comes after all is on duty with one tap.
    """
    end = shift.ends_at
    leave_duty(context, rota, shift, since=context.now, reason=ShiftEnd.NOT_THERE)
    close_questions(context.session, [shift.id], DutyAskState.OVER, context.now)
    publish_duty(context, rota_id=rota.id)
    if not on_duty_in(context.session, rota.id, context.now):
        notify_duty_coordinators(context.session, rota, shift, "left_early", now=context.now)
    planned = shift.origin == ShiftOrigin.PLAN and rota.purpose != PLAN
    if planned and end - context.now >= WORTH_COVER:
        cover_for(context, rota, shift, starts_at=context.now, ends_at=end)
