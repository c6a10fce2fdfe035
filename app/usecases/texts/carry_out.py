"""What each meaning of a text does. None: nothing could be done, a person reads it."""

from collections.abc import Callable
from dataclasses import replace

from app.conversation.reading import Intent
from app.core.attention import Attention
from app.usecases.texts import (
    answer_by_text,
    ask_by_text,
    duty_by_text,
    order_by_text,
    rate_by_text,
    stop_texts,
    talk_by_text,
    task_by_text,
)
from app.usecases.texts.heard import Heard
from app.usecases.texts.text_sender import Handled

Deed = Callable[[Heard], Handled | None]


def _choice(heard: Heard) -> Handled:
    return ask_by_text.not_chosen(heard) or talk_by_text.nothing_open(heard)


ORDERS: dict[Intent, Deed] = {
    Intent.ORDER: order_by_text.order,
    Intent.SAME_ORDER: order_by_text.again,
    Intent.WANTS_HELP: order_by_text.wants_help,
    Intent.FRAGMENT: order_by_text.fragment,
    Intent.STATUS: ask_by_text.status,
    Intent.CANCEL: ask_by_text.cancel,
    Intent.KEEP: ask_by_text.keep,
    Intent.CHANGE: ask_by_text.change,
    Intent.CHANGE_MIND: ask_by_text.change_mind,
    Intent.ADD_NOTE: ask_by_text.add_note,
    Intent.CONFIRM_PHONE: ask_by_text.confirm,
    Intent.RATE: rate_by_text.rate,
    Intent.RATE_UNCLEAR: rate_by_text.ask_stars,
}
ANSWERS: dict[Intent, Deed] = {
    Intent.YES: answer_by_text.yes,
    Intent.NO: answer_by_text.no,
    Intent.LATER: answer_by_text.neither,
    Intent.CONDITIONAL: answer_by_text.neither,
    Intent.ANSWER_UNCLEAR: answer_by_text.neither,
    Intent.ASK_DETAILS: answer_by_text.details,
}
TASKS: dict[Intent, Deed] = {
    Intent.ON_THE_WAY: task_by_text.step,
    Intent.ARRIVED: task_by_text.step,
    Intent.FINISHED: task_by_text.step,
    Intent.LATE: task_by_text.late,
    Intent.NOT_YET: task_by_text.not_yet,
    Intent.GIVE_BACK: task_by_text.give_back,
    Intent.NOBODY_HOME: task_by_text.trouble,
    Intent.PHONE_UNANSWERED: task_by_text.trouble,
    Intent.UNDO: task_by_text.undo,
    Intent.MY_TASKS: task_by_text.my_tasks,
    Intent.TASK_NOTE: task_by_text.note,
    Intent.CHECK_IN: duty_by_text.check_in_by_text,
    Intent.ON_DUTY: duty_by_text.on_duty,
    Intent.OFF_DUTY: duty_by_text.off_duty,
    Intent.MY_SHIFTS: duty_by_text.my_shifts,
    Intent.CANNOT_DUTY: duty_by_text.cannot_duty,
    Intent.SWAP_DUTY: duty_by_text.cannot_duty,
    Intent.PAUSE: duty_by_text.pause,
    Intent.RESUME: duty_by_text.resume,
}
TALK: dict[Intent, Deed] = {
    Intent.HELP: talk_by_text.help_with,
    Intent.GREETING: talk_by_text.help_with,
    Intent.EMPTY: talk_by_text.help_with,
    Intent.NUMBER: talk_by_text.nothing_open,
    Intent.CHOICE_UNCLEAR: _choice,
    Intent.THANKS: talk_by_text.chat,
    Intent.ACKNOWLEDGE: talk_by_text.chat,
    Intent.ABUSE: talk_by_text.chat,
    Intent.WRONG_NUMBER: talk_by_text.chat,
    Intent.OFFERS_HELP: talk_by_text.offers_help,
    Intent.QUESTION: talk_by_text.question,
    Intent.CALL_ME: talk_by_text.call_back,
    Intent.PERSON: talk_by_text.call_back,
    Intent.OPT_OUT: stop_texts.opt_out,
    Intent.OPT_IN: stop_texts.opt_in,
    Intent.AUTO_REPLY: talk_by_text.machine,
    Intent.SPAM: talk_by_text.machine,
    Intent.OWN_TEXT: talk_by_text.machine,
}
DEEDS = ORDERS | ANSWERS | TASKS | TALK
# Answers to a question that nobody asked, and steps of a task that is not theirs.
WITHOUT_TARGET = frozenset((ANSWERS | TASKS).keys())


def carry_out(heard: Heard) -> Handled | None:
    """Does what the text means; None when nothing could be done and a person must read it."""
    intent = heard.reading.intent
    done = _feedback(heard) if intent in FEEDBACK else None
    if done is not None:
        return done
    deed = DEEDS.get(intent)
    done = deed(heard) if deed is not None else None
    if done is None and intent in WITHOUT_TARGET:
        return _kept_or_nothing_open(heard)
    return done


# What may be about something finished, something live, or nothing of this phone.
FEEDBACK = frozenset({Intent.CAME, Intent.PRAISE, Intent.COMPLAINT, Intent.NOBODY_CAME})


def _feedback(heard: Heard) -> Handled | None:
    match heard.reading.intent:
        case Intent.CAME:
            return rate_by_text.came(heard) or talk_by_text.chat(heard)
        case Intent.PRAISE:
            return rate_by_text.ask_stars(heard) or talk_by_text.chat(heard)
        case Intent.NOBODY_CAME:
            return ask_by_text.nobody_came(heard) or _unknown_complaint(heard)
        case _:
            return ask_by_text.complaint(heard) or _unknown_complaint(heard)


def _unknown_complaint(heard: Heard) -> Handled:
    """A complaint of a phone without an order: a person calls."""
    return order_by_text.store_raw(
        heard,
        attention=Attention.COMPLAINT,
        template="complaint_noted",
    )


def _kept_or_nothing_open(heard: Heard) -> Handled | None:
    """Words of a volunteer stay with their task; a bare answer to nothing is answered kindly."""
    if heard.known.tasks and heard.reading.note:
        task = heard.known.tasks[-1]
        about = heard.reading.targets or task_by_text.targets_of(task.number)
        return task_by_text.note(replace(heard, reading=replace(heard.reading, targets=about)))
    return talk_by_text.nothing_open(heard)
