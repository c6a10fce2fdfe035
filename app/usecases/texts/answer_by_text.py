"""A volunteer answers by text: "1 42" yes, "0 42" no, or free text for a person to read."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.conversation.commands import Answer
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Refused, Taken
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.queries import active_of, by_reply_number, waiting_for
from app.dispatch.rules import ACTIVE, HOLDING
from app.help_requests.models import HelpRequest, RequestNote
from app.people.models import Person
from app.rotation.queries import asks_for
from app.trail.chain import record
from app.usecases.dispatch.answer_match import KEPT, PAST, accept_match, decline_match, give_up
from app.usecases.dispatch.see_conflicts import TimeConflict
from app.usecases.dispatch.tell_team import yes_words
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.attempt import attempt
from app.usecases.shared.request_state import load_request
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender

NOTE_CHARS = 1000


def answer_by_text(session: Session, sender: Sender, said: Answer, now: datetime) -> Handled | None:
    """Accepts or declines a match; None when this number was never asked about one."""
    person = sender.person
    if person is None:
        return None
    match = _meant(session, person, said)
    if match is None:
        if said.number is None and not _waits(session, person.id):
            return None
        reply_to_sender(session, sender, "answer_unclear", now=now)
        return Handled("answer_unclear")
    said_yes = _yes if said.yes else _no
    try:
        with attempt(session):
            outcome = said_yes(session, sender, person, match, now)
    except Refused as refusal:
        outcome = _too_late(session, sender, person, refusal, now)
    return Handled(outcome, match.request_id)


def _meant(session: Session, person: Person, said: Answer) -> Match | None:
    if said.number is not None:
        return by_reply_number(session, person.id, said.number)
    waiting = waiting_for(session, person.id)
    alone = len(waiting) == 1 and not asks_for(session, person.id)
    return waiting[0] if alone else None


def _waits(session: Session, person_id: int) -> bool:
    """Whether anything is open that a bare yes could mean, a match or duty."""
    return bool(waiting_for(session, person_id) or asks_for(session, person_id))


def _yes(session: Session, sender: Sender, person: Person, match: Match, now: datetime) -> str:
    again = match.state in HOLDING
    accept_match(Context(session, as_volunteer(session, person), now), match_id=match.id)
    if again:
        request = load_request(session, match.request_id)
        missing = request.volunteers_needed - request.places_taken
        words = yes_words(session, request)
        reply_to_sender(session, sender, words, now=now, code=request.code, missing=missing)
    return "accepted"


def _no(session: Session, sender: Sender, person: Person, match: Match, now: datetime) -> str:
    """Declines an ask or, after a yes, gives up: the request is matched again at once."""
    coming = match.state in ACTIVE
    verb = give_up if coming else decline_match
    verb(Context(session, as_volunteer(session, person), now), match_id=match.id)
    reply_to_sender(session, sender, "answer_declined", now=now)
    return "given_up" if coming else "declined"


def _too_late(
    session: Session, sender: Sender, person: Person, refusal: Refused, now: datetime
) -> str:
    if refusal.msgid == KEPT:
        reply_to_sender(session, sender, "answer_kept", now=now)
        return "kept"
    if isinstance(refusal, Taken):
        near = len(waiting_for(session, person.id))
        reply_to_sender(session, sender, "answer_taken", now=now, near=near)
        return "taken"
    if isinstance(refusal, TimeConflict):
        reply_to_sender(session, sender, "answer_conflict", now=now)
        return "conflict"
    template = "answer_past" if refusal.msgid == PAST else "answer_over"
    reply_to_sender(session, sender, template, now=now)
    return "over"


def store_words(session: Session, sender: Sender, body: str, now: datetime) -> Handled | None:
    """Stores free text of a volunteer who was asked or accepted in that help request's story.

    None for everybody else: their text opens a new help request.
    """
    person = sender.person
    if person is None:
        return None
    matches = [*active_of(session, person.id), *waiting_for(session, person.id)]
    if not matches:
        return None
    request = load_request(session, matches[0].request_id)
    session.add(
        RequestNote(
            request_id=request.id,
            kind="text",
            text=body[:NOTE_CHARS],
            person_id=person.id,
            made_at=now,
        )
    )
    raised = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(
        session,
        raised.values(
            attention=request.attention or "not_understood", version=HelpRequest.version + 1
        ),
    )
    session.refresh(request)
    record(
        Context(session, as_volunteer(session, person), now),
        kind="help_request.text_noted",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": person.id},
        note=body[:NOTE_CHARS],
    )
    notify_coordinators(
        session,
        request,
        reason=Attention.NOT_UNDERSTOOD,
        now=now,
        occurrence=f"text:{sender.inbound_id}",
    )
    reply_to_sender(session, sender, "answer_unclear", now=now)
    return Handled("words_kept", request.id)
