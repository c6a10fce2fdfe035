"""A resident texts about an order: its status, cancel it, confirm this phone, rate it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.conversation.commands import Cancel, Confirm, Rate, Status
from app.core.actor import resident
from app.core.context import Context
from app.core.errors import NotFound, Refused
from app.help_requests.board import LIVE_STATES
from app.help_requests.models import HelpRequest
from app.help_requests.places import PlaceState
from app.help_requests.queries import by_code, last_of_phone
from app.help_requests.rules import CANCELLABLE, State
from app.help_requests.state_words import state_words
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.confirm_phone import confirm_by_text
from app.usecases.requests.rate_request import rate_request
from app.usecases.shared.attempt import attempt
from app.usecases.shared.place_state import places_of
from app.usecases.texts.text_sender import EVERY_STATE, Handled, Sender, reply_to_sender

ACTOR = resident("sms")


def answer_status(session: Session, sender: Sender, asked: Status, now: datetime) -> Handled:
    """Answers the status of an order: the one with the code, else the sender's newest."""
    states = (LIVE_STATES, EVERY_STATE)
    request = _wanted(session, sender, asked.code, states)
    if request is None:
        return _unknown(session, sender, now)
    places = places_of(session, request)
    finished = sum(one.state == PlaceState.FINISHED for one in places)
    state, numbers = state_words(request.state, finished=finished, taken=request.places_taken)
    reply_to_sender(
        session,
        sender,
        "status_reply",
        now=now,
        request_id=request.id,
        code=request.code,
        state=state,
        done=numbers.get("done", 0),
        left=numbers.get("left", 0),
    )
    return Handled("status", request.id)


def _wanted(
    session: Session, sender: Sender, code: str | None, states: Sequence[Sequence[str]]
) -> HelpRequest | None:
    if code is not None:
        return by_code(session, code)
    for wanted in states:
        if (found := last_of_phone(session, sender.lookup, states=wanted)) is not None:
            return found
    return None


def _unknown(session: Session, sender: Sender, now: datetime) -> Handled:
    reply_to_sender(session, sender, "unknown_code", now=now)
    return Handled("unknown_code")


# What an order is after it was cancelled while somebody had come, or had served.
CANCELLED_WORDS = {
    State.IN_PROGRESS: "request_rest_cancelled",
    State.FINISHED: "request_finished_rate",
}


def cancel_one(session: Session, sender: Sender, asked: Cancel, now: datetime) -> Handled:
    """Cancels the order with the code, or the sender's only one; never guesses among several."""
    states = tuple(sorted(CANCELLABLE))
    if asked.code is None and _how_many(session, sender, states) > 1:
        return _unknown(session, sender, now)
    request = _wanted(session, sender, asked.code, (states,))
    if request is None:
        return _unknown(session, sender, now)
    try:
        with attempt(session):
            cancel_request(Context(session, ACTOR, now), code=request.code, why="")
    except Refused:
        return _too_late(session, sender, request, now)
    if request.phone_lookup != sender.lookup or request.phone_confirmed_at is None:
        # The use case notifies only a confirmed phone that ordered.
        words = CANCELLED_WORDS.get(State(request.state), "request_cancelled")
        reply_to_sender(session, sender, words, now=now, request_id=request.id, code=request.code)
    return Handled("cancelled", request.id)


def _how_many(session: Session, sender: Sender, states: Sequence[str]) -> int:
    wanted = select(func.count()).where(
        HelpRequest.phone_lookup == sender.lookup, HelpRequest.state.in_(states)
    )
    return session.scalar(wanted) or 0


def _too_late(session: Session, sender: Sender, request: HelpRequest, now: datetime) -> Handled:
    reply_to_sender(session, sender, "too_late", now=now, request_id=request.id, code=request.code)
    return Handled("too_late", request.id)


def confirm_one(session: Session, sender: Sender, asked: Confirm, now: datetime) -> Handled:
    """Confirms the phone: the code came from the number in the order, which now gets texts."""
    found = by_code(session, asked.code)
    known = found is not None and found.phone_confirmed_at is not None
    try:
        request = confirm_by_text(Context(session, ACTOR, now), code=asked.code, phone=sender.phone)
    except NotFound:
        return _unknown(session, sender, now)
    if known:
        reply_to_sender(
            session, sender, "confirm_thanks", now=now, request_id=request.id, code=request.code
        )
    return Handled("confirmed", request.id)


def rate_one(session: Session, sender: Sender, said: Rate, now: datetime) -> Handled | None:
    """Rates the order with the code, else the sender's newest that waits for a rating.

    None when this number has nothing to rate.
    """
    states = ((State.FINISHED,), (State.CLOSED, State.REOPENED))
    request = _wanted(session, sender, said.code, states)
    if request is None:
        return _unknown(session, sender, now) if said.code else None
    try:
        with attempt(session):
            action = rate_request(
                Context(session, ACTOR, now),
                code=request.code,
                stars=said.stars,
                comment=said.comment or None,
            )
    except Refused:
        return _too_late(session, sender, request, now)
    if action == "close":
        reply_to_sender(session, sender, "rated_thanks", now=now, request_id=request.id)
    return Handled("rated", request.id)
