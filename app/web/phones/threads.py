"""One telephone of the demo as its page shows it: whose it is, and its texts in words."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g

from app.catalogue.queries import kind_names
from app.core.db import Session
from app.usecases.shared.community_zone import community_zone
from app.usecases.texts.demo_phones import DemoPhone, holder_of
from app.usecases.texts.see_thread import Line, thread_of
from app.web.common.actor_words import actor_word, word
from app.web.common.delivery_words import DELIVERY
from app.web.common.languages import current_locale
from app.web.common.outcome_words import outcome_word
from app.web.common.reading_words import ReadingWords, reading_words

COUNTRY = "+86"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text. `mine`: sent from this telephone, and what was made of it."""

    at: datetime
    mine: bool
    body: str
    state: str = ""
    reading: ReadingWords | None = None
    outcome: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """A telephone: its number in E.164 and without the country code, and its holder in words."""

    phone: str
    number: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """The texts of a telephone, the oldest first. `tag` changes whenever they look different."""

    bubbles: tuple[Bubble, ...]
    zone: ZoneInfo
    tag: str


def whose(session: Session, number: str) -> Whose:
    """Whose telephone it is, in the visitor's language."""
    return in_words(holder_of(session, COUNTRY + number))


def in_words(one: DemoPhone) -> Whose:
    """The holder in the visitor's language; without a role they are a resident."""
    roles = tuple(map(actor_word, one.roles or ("resident",)))
    return Whose(one.phone, one.phone.removeprefix(COUNTRY), one.name, roles)


def thread(session: Session, number: str) -> Thread:
    """Every text of a telephone; log-in codes too, because the visitor holds it."""
    zone = community_zone(session)
    kinds = kind_names(session, current_locale())
    lines = thread_of(session, COUNTRY + number, secrets_too=True)
    bubbles = tuple(_bubble(line, kinds, zone) for line in lines)
    # Days are shown as today and yesterday.
    seed = f"{bubbles}|{g.now.astimezone(zone).date()}|{current_locale()}"
    return Thread(bubbles, zone, hashlib.sha256(seed.encode()).hexdigest()[:20])


def _bubble(line: Line, kinds: dict[str, str], zone: ZoneInfo) -> Bubble:
    if not line.theirs:
        return Bubble(line.at, False, line.body, state=word(DELIVERY, line.state))
    read = reading_words(line.read_as, body=line.body, kinds=kinds, zone=zone)
    return Bubble(
        line.at,
        True,
        line.body,
        reading=read if line.read_as else None,
        outcome=outcome_word(line.outcome),
        code=line.code,
    )
