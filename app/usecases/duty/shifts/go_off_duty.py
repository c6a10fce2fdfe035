"""Off duty now, with one tap."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.models import PLAN, Shift
from app.rotation.plan.models import RotaOverride
from app.rotation.queries import on_duty_in
from app.rotation.states import OverrideReason, ShiftEnd, ShiftOrigin, ShiftState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.leave_duty import leave_duty
from app.usecases.duty.plan.lock_rota import lock_shift
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.find_cover import cover_for

# For less than this nobody else is looked for.
WORTH_COVER = timedelta(minutes=30)


def go_off(context: Context) -> int:
    """The volunteer is off duty at once, everywhere. Returns how many shifts ended.

    Somebody else is looked for, and when nobody is left on duty the coordinators are told.
    """
    ended = 0
    for shift_id in _running(context.session, context.actor.person_id or 0, context.now):
        shift, rota = lock_shift(context, shift_id)
        if shift.state != ShiftState.AGREED or shift.ends_at <= context.now:
            continue
        end = shift.ends_at
        _came_until(context.session, shift, context.now)
        leave_duty(context, rota, shift, since=context.now, reason=ShiftEnd.OFF_NOW)
        close_questions(context.session, [shift.id], "no", context.now)
        publish_duty(context, rota_id=rota.id)
        if not on_duty_in(context.session, rota.id, context.now):
            notify_duty_coordinators(context.session, rota, shift, "left_early", now=context.now)
        if (
            end - context.now >= WORTH_COVER
            and shift.origin == ShiftOrigin.PLAN
            and rota.purpose != PLAN
        ):
            cover_for(context, rota, shift, starts_at=context.now, ends_at=end)
        ended += 1
    if not ended:
        raise Stale(N_("您现在没有在值班"))
    return ended


def _came_until(session: Session, shift: Shift, now: datetime) -> None:
    """What they added to the plan by coming ends here too."""
    came = update(RotaOverride).where(
        RotaOverride.rota_id == shift.rota_id,
        RotaOverride.by_id == shift.person_id,
        RotaOverride.reason == OverrideReason.ON_NOW,
        RotaOverride.starts_at < now,
        RotaOverride.ends_at > now,
    )
    changed(session, came.values(ends_at=now))


def _running(session: Session, person_id: int, now: datetime) -> Sequence[int]:
    return session.scalars(
        select(Shift.id)
        .where(
            Shift.person_id == person_id,
            Shift.state == ShiftState.AGREED,
            Shift.starts_at <= now,
            Shift.ends_at > now,
        )
        .order_by(Shift.rota_id, Shift.id)
    ).all()
