"""A volunteer answers by text: yes, no, or words that are asked back; the words are always kept."""

from app.conversation.context import QuestionKind, TargetKind
from app.conversation.reading import Intent
from app.core.attention import Attention
from app.core.errors import Refused, Taken
from app.dispatch.models import Match
from app.dispatch.queries import by_reply_number, waiting_for
from app.dispatch.rules import HOLDING
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.answer_match import KEPT, PAST, accept_match, decline_match, give_up
from app.usecases.dispatch.see_conflicts import TimeConflict
from app.usecases.dispatch.tell_team import yes_words
from app.usecases.messages.order_words import far_words, what_of_request
from app.usecases.shared.attempt import attempt
from app.usecases.shared.request_state import load_request
from app.usecases.texts.answer_duty_by_text import answer_duty, duty_details
from app.usecases.texts.ask_by_text import read_wrongly
from app.usecases.texts.choices import numbered
from app.usecases.texts.heard import Heard, options_of
from app.usecases.texts.note_by_text import keep_words
from app.usecases.texts.order_by_text import draft_is_right
from app.usecases.texts.stop_texts import stop_texts
from app.usecases.texts.text_sender import Handled

ABOUT_ASKS = (TargetKind.ASK, TargetKind.PAST_ASK, TargetKind.TASK)


def yes(heard: Heard) -> Handled | None:
    """Yes to what the text is about; asks which when there are several."""
    if heard.reading.alternatives:
        return _which(heard, Intent.YES)
    question = _our_question(heard)
    if question == QuestionKind.READ_BACK:
        return draft_is_right(heard)
    if question == QuestionKind.STOP:
        return stop_texts(heard.session, heard.sender, heard.now)
    return _answers(heard, said_yes=True)


def no(heard: Heard) -> Handled | None:
    """No to what the text is about, to each of several if it says so."""
    if heard.reading.alternatives:
        return _which(heard, Intent.NO)
    if _our_question(heard) is not None:
        return read_wrongly(heard)
    return _answers(heard, said_yes=False)


def neither(heard: Heard) -> Handled | None:
    """Later, perhaps, or unclear: nothing is decided, the words are kept, and we ask back."""
    if len(heard.reading.alternatives) > 1:
        return _which(heard, Intent.YES)
    number = _first_number(heard)
    match = None if number is None else _match(heard, number)
    if match is None:
        return None
    if heard.reading.note or heard.reading.intent in (Intent.LATER, Intent.CONDITIONAL):
        _keep_note(heard, match, Attention.NOT_UNDERSTOOD)
    return heard.answered(
        "answer_unclear", "answer_ask_back", request_id=match.request_id, number=number
    )


def details(heard: Heard) -> Handled | None:
    """What is asked: kind, time, rough place and how far; or the hours of duty."""
    duty = heard.keys(TargetKind.DUTY_ASK)
    if duty:
        return duty_details(heard, int(duty[0]))
    number = _first_number(heard)
    match = None if number is None else _match(heard, number)
    if match is None:
        return None
    request = load_request(heard.session, match.request_id)
    language = heard.sender.language
    what = what_of_request(language, heard.session, request)
    far = f" {far_words(language, match.distance_m)}" if match.distance_m is not None else ""
    return heard.answered(
        "details", "ask_details", request_id=request.id, number=number, what=f"{what}{far}"
    )


def _answers(heard: Heard, *, said_yes: bool) -> Handled | None:
    """Answers each target; the last outcome stands for all."""
    done: Handled | None = None
    for target in heard.reading.targets:
        if target.kind == TargetKind.DUTY_ASK:
            done = answer_duty(heard, int(target.key), said_yes=said_yes) or done
        elif target.kind == TargetKind.PAST_ASK:
            # What was asked about duty, and answered, may be answered otherwise.
            number = int(target.key)
            found = answer_duty(heard, number, said_yes=said_yes)
            done = found or _answer(heard, number, said_yes=said_yes) or done
        elif target.kind in ABOUT_ASKS:
            done = _answer(heard, int(target.key), said_yes=said_yes) or done
    return done


def _answer(heard: Heard, number: int, *, said_yes: bool) -> Handled | None:
    match = _match(heard, number)
    if match is None:
        return None
    try:
        with attempt(heard.session):
            outcome = _yes(heard, match) if said_yes else _no(heard, match)
    except Refused as refusal:
        outcome = _too_late(heard, refusal)
    if heard.reading.note and outcome != "unclear":
        _keep_note(heard, match, Attention.NOT_UNDERSTOOD if said_yes else None)
    return Handled(outcome, match.request_id)


def _yes(heard: Heard, match: Match) -> str:
    again = match.state in HOLDING
    accept_match(heard.as_volunteer, match_id=match.id)
    if again:
        request = load_request(heard.session, match.request_id)
        missing = request.volunteers_needed - request.places_taken
        words = yes_words(heard.session, request)
        heard.reply(words, request_id=request.id, number=match.reply_number, missing=missing)
    return "accepted"


def _no(heard: Heard, match: Match) -> str:
    """Declines an ask or, after a yes, gives up. A 0 with other words gives nothing back."""
    if match.state in HOLDING and (heard.reading.note or not heard.slots.numbers):
        heard.reply("task_noted", number=match.reply_number)
        _keep_note(heard, match, Attention.NOT_UNDERSTOOD)
        return "unclear"
    if match.state in HOLDING:
        give_up(heard.as_volunteer, match_id=match.id)
        heard.reply("answer_declined")
        return "given_up"
    decline_match(heard.as_volunteer, match_id=match.id)
    heard.reply("answer_declined")
    return "declined"


def _too_late(heard: Heard, refusal: Refused) -> str:
    if refusal.msgid == KEPT:
        heard.reply("answer_kept")
        return "kept"
    if isinstance(refusal, Taken):
        person = heard.sender.person
        near = len(waiting_for(heard.session, person.id)) if person is not None else 0
        heard.reply("answer_taken", near=near)
        return "taken"
    if isinstance(refusal, TimeConflict):
        heard.reply("answer_conflict")
        return "conflict"
    heard.reply("answer_past" if refusal.msgid == PAST else "answer_over")
    return "over"


def _match(heard: Heard, number: int) -> Match | None:
    person = heard.sender.person
    return None if person is None else by_reply_number(heard.session, person.id, number)


def _first_number(heard: Heard) -> int | None:
    about = (*heard.reading.targets, *heard.reading.alternatives)
    return next((int(one.key) for one in about if one.kind in ABOUT_ASKS), None)


def _our_question(heard: Heard) -> QuestionKind | None:
    keys = heard.keys(TargetKind.QUESTION)
    return QuestionKind(keys[0]) if keys else None


def _keep_note(heard: Heard, match: Match, attention: Attention | None) -> None:
    request = heard.session.get_one(HelpRequest, match.request_id)
    keep_words(
        heard.as_volunteer,
        request,
        heard.body,
        inbound_id=heard.sender.inbound_id,
        attention=attention,
    )


def _which(heard: Heard, pending: Intent) -> Handled:
    person, targets = heard.sender.person, heard.reading.alternatives
    return heard.answered(
        "asked_which",
        "answer_which",
        what=numbered(heard.sender.language, heard.session, targets, person.id if person else None),
        options=options_of(targets),
        pending=str(pending),
    )
