"""A volunteer texts about a task: on the way, there, done, late, cannot come, nobody at home."""

from app.conversation.context import Target, TargetKind
from app.conversation.reading import Intent
from app.core.attention import Attention
from app.core.errors import Refused
from app.dispatch.models import Match
from app.dispatch.queries import active_of, by_reply_number
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.answer_match import give_up, undo_acceptance
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.order_words import what_of_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.shared.attempt import attempt
from app.usecases.texts.choices import numbered
from app.usecases.texts.heard import Heard, options_of
from app.usecases.texts.note_by_text import keep_words
from app.usecases.texts.text_sender import Handled

SAID = {
    Intent.ON_THE_WAY: "task_on_way",
    Intent.ARRIVED: "task_arrived",
    Intent.FINISHED: "task_finished",
}
LATEST_MINUTES = 240


def step(heard: Heard) -> Handled | None:
    """Takes the step that was said; the rest of the words is kept with the request."""
    if heard.reading.alternatives:
        return _which(heard)
    match = _task(heard)
    if match is None:
        return heard.answered("no_task", "task_none")
    try:
        with attempt(heard.session):
            _do(heard, match)
    except Refused:
        keep_words_of(heard, match, Attention.NOT_UNDERSTOOD)
        return heard.answered("task_refused", "task_refused", number=match.reply_number)
    if heard.reading.note:
        keep_words_of(heard, match, None)
    intent = heard.reading.intent
    return heard.answered(
        str(intent), SAID[intent], request_id=match.request_id, number=match.reply_number
    )


def _do(heard: Heard, match: Match) -> None:
    context, intent = heard.as_volunteer, heard.reading.intent
    if intent == Intent.ON_THE_WAY:
        set_out(context, match_id=match.id)
        return
    if match.state in (MatchState.ACCEPTED, MatchState.ON_THE_WAY):
        arrive_at_task(context, match_id=match.id, code=_proof(heard))
    if intent == Intent.FINISHED:
        finish_task(context, match_id=match.id)


def _proof(heard: Heard) -> str | None:
    """The resident's four digits, if the text has them; wrong ones are no hindrance."""
    match = _task(heard)
    codes = [one for one in heard.slots.codes if len(one) == 4 and one.isdigit()]
    if match is None or not codes:
        return None
    request = heard.session.get_one(HelpRequest, match.request_id)
    return codes[0] if codes[0] == request.arrival_code else None


def late(heard: Heard) -> Handled | None:
    """Late: the resident hears it, and a coordinator sees the words."""
    match = _task(heard)
    if match is None:
        return None
    request = heard.session.get_one(HelpRequest, match.request_id)
    minutes = heard.slots.minutes
    known = minutes is not None and 0 < minutes <= LATEST_MINUTES
    notify_resident(
        heard.session,
        request,
        "volunteer_late_by" if known else "volunteer_late",
        now=heard.now,
        occurrence=f"late:{heard.sender.inbound_id}",
        minutes=minutes,
    )
    keep_words_of(heard, match, None)
    return heard.answered(
        "late", "task_late", request_id=match.request_id, number=match.reply_number
    )


def give_back(heard: Heard) -> Handled | None:
    """Cannot come: the place is looked for again at once."""
    if heard.reading.alternatives:
        return _which(heard)
    match = _task(heard)
    if match is None:
        return None
    with attempt(heard.session):
        give_up(heard.as_volunteer, match_id=match.id)
    keep_words_of(heard, match, None)
    return heard.answered("given_up", "answer_declined", request_id=match.request_id)


def undo(heard: Heard) -> Handled | None:
    """Takes the yes back within two minutes; afterwards a person is asked."""
    match = _task(heard)
    if match is None:
        return None
    try:
        with attempt(heard.session):
            undo_acceptance(heard.as_volunteer, match_id=match.id)
    except Refused:
        return note(heard)
    return heard.answered(
        "undone", "task_undone", request_id=match.request_id, number=match.reply_number
    )


def trouble(heard: Heard) -> Handled | None:
    """Nobody at home, no answer to the phone: coordinators are told."""
    return _noted(heard, Attention.NOBODY_HOME)


def note(heard: Heard) -> Handled | None:
    """Words about the task that are no step: a person reads them."""
    return _noted(heard, Attention.NOT_UNDERSTOOD)


def words(heard: Heard) -> Handled | None:
    """Free words of a volunteer who was asked or has accepted: a coordinator reads them."""
    person, keys = heard.sender.person, heard.keys(TargetKind.TASK)
    match = by_reply_number(heard.session, person.id, int(keys[0])) if person and keys else None
    if match is None:
        return None
    keep_words_of(heard, match, Attention.NOT_UNDERSTOOD)
    return heard.answered("words_kept", "answer_unclear", request_id=match.request_id)


def not_yet(heard: Heard) -> Handled | None:
    """ "还没到": nothing changes; the words are kept."""
    return _noted(heard, None)


def my_tasks(heard: Heard) -> Handled:
    """What the volunteer has accepted, each with its number."""
    person = heard.sender.person
    tasks = active_of(heard.session, person.id) if person is not None else []
    if not tasks:
        return heard.answered("no_task", "task_none")
    language = heard.sender.language
    words = [
        f"{one.reply_number or ''} "
        + what_of_request(
            language, heard.session, heard.session.get_one(HelpRequest, one.request_id)
        )
        for one in tasks
    ]
    return heard.answered("tasks", "task_list", what="; ".join(words))


def _noted(heard: Heard, attention: Attention | None) -> Handled | None:
    match = _task(heard)
    if match is None:
        return None
    keep_words_of(heard, match, attention)
    return heard.answered(
        "task_noted", "task_noted", request_id=match.request_id, number=match.reply_number
    )


def keep_words_of(heard: Heard, match: Match, attention: Attention | None) -> None:
    """Keeps the text in the story of the match's request."""
    request = heard.session.get_one(HelpRequest, match.request_id)
    keep_words(
        heard.as_volunteer,
        request,
        heard.body,
        inbound_id=heard.sender.inbound_id,
        attention=attention,
    )


def _task(heard: Heard) -> Match | None:
    """The task that the text is about, if it is still the sender's."""
    person, keys = heard.sender.person, heard.keys(TargetKind.TASK)
    if person is None or not keys:
        return None
    match = by_reply_number(heard.session, person.id, int(keys[0]))
    return match if match is not None and match.state in ACTIVE else None


def _which(heard: Heard) -> Handled:
    person, targets = heard.sender.person, heard.reading.alternatives
    return heard.answered(
        "asked_which",
        "which_one",
        what=numbered(heard.sender.language, heard.session, targets, person.id if person else None),
        options=options_of(targets),
        pending=str(heard.reading.intent),
    )


def targets_of(number: int) -> tuple[Target, ...]:
    """The task with this number as what a text is about."""
    return (Target(TargetKind.TASK, str(number)),)
