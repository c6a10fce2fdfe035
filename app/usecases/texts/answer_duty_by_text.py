"""A volunteer answers about duty by text: "1 57" yes or "I am there", "0 57" no or "I cannot"."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.conversation.commands import Answer
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.queries import by_reply_number, waiting_for
from app.dispatch.rules import ACTIVE, WAITING
from app.rotation.models import DutyAsk
from app.rotation.queries import ASKING, ask_by_number, asks_by_number, asks_for
from app.rotation.states import DutyAskState
from app.usecases.duty.plan.conflicts import DutyConflict
from app.usecases.duty.shifts.answer_many import answer_questions
from app.usecases.duty.shifts.check_in import check_in
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from app.usecases.emergencies.call_for_procedure import join_procedure, stay_away
from app.usecases.shared.attempt import attempt
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender

Verb = Callable[[Context, DutyAsk], None]


def answer_duty(session: Session, sender: Sender, said: Answer, now: datetime) -> Handled | None:
    """Answers a question about duty; None when the answer means something else."""
    person = sender.person
    ask = None if person is None else _meant(session, person.id, said)
    if person is None or ask is None:
        return None
    together = _together(session, ask)
    if len(together) > 1:
        return _answer_all(session, sender, together, said.yes, now)
    name, verb = _verb(ask, said.yes)
    try:
        with attempt(session):
            verb(Context(session, as_volunteer(session, person), now), ask)
    except DutyConflict as conflict:
        limit = conflict.limit
        reply_to_sender(session, sender, "duty_refused", now=now, reason=conflict.code, limit=limit)
        return Handled("duty_refused")
    except Refused:
        reply_to_sender(session, sender, "duty_over", now=now)
        return Handled("duty_over")
    # A yes in an emergency is answered with the resulting shifts.
    if name != "plan_joined":
        reply_to_sender(session, sender, "duty_noted", now=now)
    return Handled(name)


def _together(session: Session, ask: DutyAsk) -> list[DutyAsk]:
    """The open questions of the same message, which share a reply number."""
    if ask.state != DutyAskState.SENT or ask.reply_number is None:
        return []
    return asks_by_number(session, ask.person_id, ask.reply_number)


def _answer_all(
    session: Session, sender: Sender, asks: list[DutyAsk], yes: bool, now: datetime
) -> Handled | None:
    if sender.person is None:
        return None
    done = answer_questions(
        Context(session, as_volunteer(session, sender.person), now),
        shift_ids=[one.shift_id for one in asks if one.shift_id is not None],
        yes=yes,
    )
    template = "duty_noted_some" if done.refused else "duty_noted"
    reply_to_sender(session, sender, template, now=now, count=done.noted, left=done.refused)
    return Handled("duty_agreed" if yes else "duty_cancelled")


def _meant(session: Session, person_id: int, said: Answer) -> DutyAsk | None:
    """The question by its number; without a number, the only open one, or all of one message."""
    if said.number is None:
        open_asks = asks_for(session, person_id)
        questions = {one.reply_number or -one.id for one in open_asks}
        alone = len(questions) == 1 and not waiting_for(session, person_id)
        return open_asks[0] if alone else None
    ask = ask_by_number(session, person_id, said.number)
    if ask is None or ask.state in ASKING:
        return ask
    match = by_reply_number(session, person_id, said.number)
    return None if match is not None and match.state in WAITING | ACTIVE else ask


def _verb(ask: DutyAsk, yes: bool) -> tuple[str, Verb]:
    if ask.activation_id is not None:
        return ("plan_joined", _join) if yes else ("plan_declined", _stay_away)
    if ask.swap_id is not None:
        return ("duty_taken", _take) if yes else ("duty_declined", _decline)
    if ask.state == DutyAskState.CHECK and yes:
        return "duty_checked_in", _check_in
    return ("duty_agreed", _agree) if yes else ("duty_cancelled", _cancel)


def _take(context: Context, ask: DutyAsk) -> None:
    take_shift(context, swap_id=ask.swap_id or 0)


def _decline(context: Context, ask: DutyAsk) -> None:
    decline_swap(context, swap_id=ask.swap_id or 0)


def _check_in(context: Context, ask: DutyAsk) -> None:
    check_in(context, shift_id=ask.shift_id or 0)


def _agree(context: Context, ask: DutyAsk) -> None:
    agree_to_shift(context, shift_id=ask.shift_id or 0)


def _cancel(context: Context, ask: DutyAsk) -> None:
    cancel_shift(context, shift_id=ask.shift_id or 0)


def _join(context: Context, ask: DutyAsk) -> None:
    join_procedure(context, ask_id=ask.id)


def _stay_away(context: Context, ask: DutyAsk) -> None:
    stay_away(context, ask_id=ask.id)
