"""The sender of a text, and answering them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.crypto import lookup_hash
from app.help_requests.queries import last_of_phone
from app.help_requests.rules import State
from app.notifications.models import InboundText
from app.notifications.outbox import Recipient, enqueue_notification
from app.people.models import Person
from app.people.queries import by_phone, scopes_of
from app.people.rules import BadPhone, normalise_phone
from app.usecases.texts.drafts import conversation_with

EVERY_STATE = tuple(State)


@dataclass(frozen=True, slots=True)
class Sender:
    """A number that can be answered; `person` when it belongs to an account.

    `opted_out`: its owner wants no texts.
    """

    inbound_id: int
    phone: str
    lookup: str
    language: str
    person: Person | None
    opted_out: bool = False

    @property
    def key(self) -> str:
        """The outbox's key of this recipient."""
        return f"person:{self.person.id}" if self.person else self.phone_key

    @property
    def phone_key(self) -> str:
        """The outbox's key of the phone, whoever holds it."""
        return f"phone:{self.lookup}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key under which the outbox texts this phone."""
        return tuple(dict.fromkeys((self.key, self.phone_key)))


@dataclass(frozen=True, slots=True)
class Handled:
    """How a text was understood, and the help request that it touched."""

    outcome: str
    request_id: int | None = None


def sender_of(session: Session, inbound: InboundText, region: str) -> Sender | None:
    """The sender; None for a short code or a name, which cannot be answered."""
    try:
        phone = normalise_phone(inbound.sender, region)
    except BadPhone:
        return None
    lookup = lookup_hash("phone", phone)
    person = by_phone(session, phone)
    if person is not None:
        language = person.language
    else:
        last = last_of_phone(session, lookup, states=EVERY_STATE)
        language = last.language if last else language_of(inbound.body)
    known = conversation_with(session, lookup)
    out = known is not None and known.opted_out_at is not None
    out = out or (person is not None and person.opted_out_at is not None)
    return Sender(inbound.id, phone, lookup, language, person, out)


def language_of(text: str) -> str:
    """English for a text in Latin letters only, else Chinese."""
    letters = [c for c in text[:400] if c.isalpha()]
    latin = [c for c in letters if unicodedata.name(c, "").startswith("LATIN")]
    return "en" if letters and len(latin) == len(letters) else "zh_Hans"


def as_volunteer(session: Session, person: Person) -> Actor:
    """The sender as the holder of an account."""
    return Actor(ActorKind.VOLUNTEER, "sms", person.id, scopes_of(session, person.id))


def reply_to_sender(
    session: Session,
    sender: Sender,
    template: str,
    *,
    now: datetime,
    request_id: int | None = None,
    subject: str | None = None,
    even_opted_out: bool = False,
    **params: object,
) -> None:
    """Answers over the outbox, once for each text; not to somebody who wants no texts.

    `even_opted_out`: the answer to STOP itself, and what saves lives.
    """
    if sender.opted_out and not even_opted_out:
        return
    recipient = Recipient(
        key=sender.key,
        channel="sms",
        address=sender.phone,
        language=sender.language,
        person_id=sender.person.id if sender.person else None,
    )
    enqueue_notification(
        session,
        recipient=recipient,
        template=template,
        subject=subject or f"inbound:{sender.inbound_id}",
        params=dict(params),
        now=now,
        request_id=request_id,
        urgent=True,
    )
