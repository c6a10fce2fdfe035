"""Receives a text: stores it raw first, then parses and answers it; never drops it.

A text that is not understood opens a help request with its words. No content of a text raises an
error; only a fault of the database or of our code does, and then it is tried again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.queries import root_area
from app.catalogue.models import Category
from app.catalogue.queries import active_categories
from app.channels.ports import IncomingText
from app.conversation.context import Target, TargetKind
from app.conversation.danger import find_danger
from app.conversation.parse import parse
from app.conversation.plain_data import as_json
from app.conversation.reading import Intent, Reading
from app.core.actor import Actor, resident
from app.core.clock import local_day
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import LimitReached, Refused
from app.core.statements import changed, insert_once
from app.notifications.models import InboundText
from app.people.rules import BadPhone, normalise_phone
from app.trail.chain import record
from app.usecases.shared.attempt import attempt
from app.usecases.shared.community_zone import community_zone
from app.usecases.shared.count_limit import count_limit
from app.usecases.texts import ask_by_text, order_by_text, task_by_text
from app.usecases.texts.carry_out import carry_out
from app.usecases.texts.danger_by_text import danger_by_text
from app.usecases.texts.drafts import lock_conversation
from app.usecases.texts.heard import Heard
from app.usecases.texts.known_of_sender import known_of
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender, sender_of

KEPT_CHARS = 20_000
# After this many failures a text is not parsed any more, only shown to a coordinator.
READ_TRIES = 3
UNREAD = Reading(Intent.UNKNOWN)
# STOP and START count beyond the limit, too.
ALWAYS = frozenset({Intent.OPT_OUT, Intent.OPT_IN})
# What no person wrote cries for no help.
MACHINES = frozenset({Intent.AUTO_REPLY, Intent.SPAM, Intent.OWN_TEXT})
FIRST_WAIT = timedelta(seconds=5)


def store_text(session: Session, *, text: IncomingText, region: str, now: datetime) -> int | None:
    """Stores the raw text under its provider's id; None for one stored before.

    `region` is how a sender without a country code is read, for example CN.
    """
    key = text.provider_id[:64] or f"none-{secrets.token_hex(16)}"
    words = text.body.encode("utf-8", "replace").decode()
    fresh = insert_once(
        session,
        InboundText,
        provider=text.provider,
        provider_id=key,
        sender=text.sender[:40],
        sender_lookup=lookup_hash("phone", plain_phone(text.sender[:40], region)),
        body=words[:KEPT_CHARS],
        cut=len(words) > KEPT_CHARS,
        received_at=now,
        tries=0,
    )
    if not fresh:
        return None
    same = (InboundText.provider == text.provider, InboundText.provider_id == key)
    return session.scalar(select(InboundText.id).where(*same))


def plain_phone(sender: str, region: str) -> str:
    """The number by which to look up a sender; a sender without a valid number stays as it came."""
    try:
        return normalise_phone(sender, region)
    except BadPhone:
        return sender


def unhandled_texts(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Texts not handled yet; after each failure they wait twice as long."""
    rows = session.execute(
        select(InboundText.id, InboundText.received_at, InboundText.tries)
        .where(InboundText.handled_at.is_(None))
        .order_by(InboundText.received_at)
        .limit(limit * 4)
    )
    ready = [one for one, at, tries in rows if now - at >= FIRST_WAIT * 2 ** min(tries, 16)]
    return ready[:limit]


def note_failure(session: Session, *, inbound_id: int) -> None:
    """Counts a try that ended in a fault, in a transaction of its own."""
    again = update(InboundText).where(InboundText.id == inbound_id)
    changed(session, again.values(tries=InboundText.tries + 1))


def handle_text(session: Session, *, inbound_id: int, region: str, now: datetime) -> None:
    """Does what a stored text asks for, once; a second call changes nothing."""
    begin = update(InboundText).where(
        InboundText.id == inbound_id, InboundText.handled_at.is_(None)
    )
    if not changed(session, begin.values(tries=InboundText.tries + 1)):
        return
    inbound = session.get_one(InboundText, inbound_id, populate_existing=True)
    sender = sender_of(session, inbound, region)
    handled = Handled("bad_sender") if sender is None else _handled(session, inbound, sender, now)
    if handled is None:
        # There is no area or category yet: the text waits until there is.
        return
    inbound.handled_at, inbound.outcome = now, handled.outcome
    inbound.request_id = handled.request_id
    session.flush()
    person = sender.person if sender else None
    root = root_area(session)
    record(
        Context(session, _actor(session, sender), now),
        kind="text.handled",
        subject=("inbound_text", inbound.id),
        area_path=person.area_path if person else root.path if root else "/",
        request_id=handled.request_id,
        details={"outcome": handled.outcome},
    )


def _actor(session: Session, sender: Sender | None) -> Actor:
    if sender is None or sender.person is None:
        return resident("sms")
    return as_volunteer(session, sender.person)


def _handled(
    session: Session, inbound: InboundText, sender: Sender, now: datetime
) -> Handled | None:
    lock_conversation(session, sender.lookup, sender.phone)
    categories = active_categories(session)
    heard = _heard(session, inbound, sender, categories, now)
    inbound.reading = as_json(heard.reading)
    danger = find_danger(inbound.body) if inbound.tries <= READ_TRIES else None
    if danger is not None and danger.certain and heard.reading.intent not in MACHINES:
        return danger_by_text(session, heard.sender, inbound.body, danger, categories, now)
    if heard.reading.intent in ALWAYS:
        return carry_out(heard)
    if not _within_limit(session, heard.sender, now):
        return Handled("over_limit")
    try:
        with attempt(session):
            done = carry_out(heard)
    except Refused:
        done = None
    return done if done is not None else _keep(heard)


def _heard(
    session: Session,
    inbound: InboundText,
    sender: Sender,
    categories: Sequence[Category],
    now: datetime,
) -> Heard:
    """The text as it is understood; after several failures it is only kept for a person."""
    known = known_of(session, sender, categories, now)
    reading = parse(inbound.body, known) if inbound.tries <= READ_TRIES else UNREAD
    if sender.person is None and reading.language is not None:
        sender = replace(sender, language=reading.language)
    return Heard(session, sender, inbound.body, reading, known, categories, now)


def _within_limit(session: Session, sender: Sender, now: datetime) -> bool:
    """Beyond a phone's daily limit of texts nothing is done; it is notified once a day."""
    zone = community_zone(session)
    try:
        count_limit(session, kind="text_in_phone", subject=sender.phone, now=now, zone=zone)
    except LimitReached:
        subject = f"text_limit:{local_day(now, zone).isoformat()}"
        reply_to_sender(session, sender, "limit_reached", now=now, subject=subject)
        return False
    return True


def _keep(heard: Heard) -> Handled | None:
    """Nothing could be done: the words stay with what is open, else they open a case."""
    if heard.known.tasks or heard.known.asks:
        number = (heard.known.tasks or heard.known.asks)[-1].number
        about = replace(heard.reading, targets=task_by_text.targets_of(number))
        kept = task_by_text.words(replace(heard, reading=about))
        if kept is not None:
            return kept
    if heard.known.orders:
        about = replace(
            heard.reading, targets=(Target(TargetKind.ORDER, heard.known.orders[-1].code),)
        )
        kept = ask_by_text.add_note(replace(heard, reading=about))
        if kept is not None:
            return kept
    if not heard.categories or root_area(heard.session) is None:
        return None
    try:
        with attempt(heard.session):
            return order_by_text.store_whole(heard)
    except Refused:
        return None
