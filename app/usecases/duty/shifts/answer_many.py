"""One answer to all questions of a month, by one tap or one text."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.context import Context
from app.core.errors import Refused
from app.rotation.models import DutyAsk, Shift
from app.rotation.states import DutyAskState, ShiftState
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.shared.attempt import attempt
from app.usecases.shared.lock_people import lock_people


@dataclass(frozen=True, slots=True)
class Answered:
    """How many answers were noted, and how many shifts something spoke against."""

    noted: int
    refused: int


def agree_to_all(context: Context) -> Answered:
    """Agrees to every shift that the actor is asked about; each on its own."""
    rows = context.session.scalars(
        select(Shift.id)
        .join(DutyAsk, DutyAsk.shift_id == Shift.id)
        .where(
            Shift.person_id == (context.actor.person_id or 0),
            Shift.state == ShiftState.OFFERED,
            Shift.ends_at > context.now,
            DutyAsk.swap_id.is_(None),
            DutyAsk.state == DutyAskState.SENT,
        )
        .order_by(Shift.rota_id, Shift.starts_at)
    ).all()
    return answer_questions(context, shift_ids=rows, yes=True)


def answer_questions(context: Context, *, shift_ids: Sequence[int], yes: bool) -> Answered:
    """Answers each of these questions; what speaks against one leaves the others."""
    lock_people(context.session, [context.actor.person_id])
    noted = 0
    for shift_id in shift_ids:
        try:
            with attempt(context.session):
                (agree_to_shift if yes else cancel_shift)(context, shift_id=shift_id)
            noted += 1
        except Refused:
            # It stays open, and the page says why when it is answered alone.
            continue
    return Answered(noted, len(shift_ids) - noted)
