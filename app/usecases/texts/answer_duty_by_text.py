"""A volunteer answers about duty by text: yes or "I am there", no or "I cannot"."""

from collections.abc import Callable

from app.core.context import Context
from app.core.errors import Refused
from app.notifications.time_words import period_words
from app.rotation.models import DutyAsk, Shift
from app.rotation.queries import ask_by_number, asks_by_number
from app.rotation.states import DutyAskState
from app.usecases.duty.plan.conflicts import DutyConflict
from app.usecases.duty.shifts.answer_many import answer_questions
from app.usecases.duty.shifts.check_in import check_in
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from app.usecases.emergencies.call_for_procedure import join_procedure, stay_away
from app.usecases.messages.order_words import period_of
from app.usecases.shared.attempt import attempt
from app.usecases.shared.community_zone import community_zone
from app.usecases.texts.heard import Heard
from app.usecases.texts.text_sender import Handled

Verb = Callable[[Context, DutyAsk], None]


def answer_duty(heard: Heard, number: int, *, said_yes: bool) -> Handled | None:
    """Answers the question about duty with this number; None when there is none."""
    person = heard.sender.person
    ask = None if person is None else ask_by_number(heard.session, person.id, number)
    if person is None or ask is None:
        return None
    together = _together(heard, ask)
    if len(together) > 1:
        return _answer_all(heard, together, said_yes)
    name, verb = _verb(ask, said_yes)
    try:
        with attempt(heard.session):
            verb(heard.as_volunteer, ask)
    except DutyConflict as conflict:
        return heard.answered(
            "duty_refused", "duty_refused", reason=conflict.code, limit=conflict.limit
        )
    except Refused:
        return heard.answered("duty_over", "duty_over")
    # A yes in an emergency is answered with the resulting shifts.
    if name != "plan_joined":
        heard.reply("duty_noted")
    return Handled(name)


def duty_details(heard: Heard, number: int) -> Handled | None:
    """The hours that are asked for."""
    person = heard.sender.person
    ask = None if person is None else ask_by_number(heard.session, person.id, number)
    shift = heard.session.get(Shift, ask.shift_id) if ask is not None and ask.shift_id else None
    when = (
        period_of(shift.starts_at, shift.ends_at, community_zone(heard.session)) if shift else None
    )
    if when is None:
        return None
    what = period_words(heard.sender.language, *when)
    return heard.answered("duty_details", "duty_details", number=number, what=what)


def _together(heard: Heard, ask: DutyAsk) -> list[DutyAsk]:
    """The open questions of the same message, which share a reply number."""
    if ask.state != DutyAskState.SENT or ask.reply_number is None:
        return []
    return asks_by_number(heard.session, ask.person_id, ask.reply_number)


def _answer_all(heard: Heard, asks: list[DutyAsk], said_yes: bool) -> Handled:
    done = answer_questions(
        heard.as_volunteer,
        shift_ids=[one.shift_id for one in asks if one.shift_id is not None],
        yes=said_yes,
    )
    template = "duty_noted_some" if done.refused else "duty_noted"
    heard.reply(template, count=done.noted, left=done.refused)
    return Handled("duty_agreed" if said_yes else "duty_cancelled")


def _verb(ask: DutyAsk, said_yes: bool) -> tuple[str, Verb]:
    if ask.activation_id is not None:
        return ("plan_joined", _join) if said_yes else ("plan_declined", _stay_away)
    if ask.swap_id is not None:
        return ("duty_taken", _take) if said_yes else ("duty_declined", _decline)
    if ask.state == DutyAskState.CHECK and said_yes:
        return "duty_checked_in", _check_in
    return ("duty_agreed", _agree) if said_yes else ("duty_cancelled", _cancel)


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
