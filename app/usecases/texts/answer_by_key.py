"""A key during a call about an urgent request: 1 accepts, 0 declines."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.context import Context
from app.core.errors import Refused
from app.core.i18n import translate
from app.notifications.call_words import KEY_WORDS
from app.notifications.models import Notification
from app.people.queries import scopes_of
from app.usecases.dispatch.answer_match import accept_match, decline_match
from app.usecases.dispatch.see_conflicts import TimeConflict
from app.usecases.shared.attempt import attempt

VERBS = {"1": ("accepted", accept_match), "0": ("declined", decline_match)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a key did, with the words to speak and their language."""

    outcome: str
    words: str
    language: str


def answer_by_key(session: Session, *, token: str, key: str, now: datetime) -> Heard:
    """Does what a key means for the match of this call; nothing for other keys or calls."""
    call = session.scalar(
        select(Notification).where(Notification.token == token, Notification.channel == "call")
    )
    about = call.subject.partition(":") if call is not None else ("", "", "")
    if call is None or call.person_id is None or about[0] != "match" or key not in VERBS:
        return _heard("unclear", call)
    outcome, verb = VERBS[key]
    actor = Actor(ActorKind.VOLUNTEER, "call", call.person_id, scopes_of(session, call.person_id))
    try:
        with attempt(session):
            verb(Context(session, actor, now), match_id=int(about[2]))
    except TimeConflict:
        outcome = "conflict"
    except Refused:
        outcome = "over"
    return _heard(outcome, call)


def _heard(outcome: str, call: Notification | None) -> Heard:
    language = call.language if call is not None else "zh_Hans"
    return Heard(outcome, translate(language, KEY_WORDS[outcome]), language)
