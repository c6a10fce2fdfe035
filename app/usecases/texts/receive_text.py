"""Receives a text: stores it raw first, then parses and answers it; never drops it.

A text that is not understood opens a help request with its words. No content of a text raises an
error; only a fault of the database or of our code does, and then it is tried again.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.queries import root_area
from app.catalogue.models import Category
from app.catalogue.queries import active_categories
from app.channels.ports import IncomingText
from app.conversation import grammar
from app.conversation.danger import find_danger
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
from app.usecases.texts.answer_by_text import answer_by_text, store_words
from app.usecases.texts.answer_duty_by_text import answer_duty
from app.usecases.texts.ask_by_text import answer_status, cancel_one, confirm_one, rate_one
from app.usecases.texts.danger_by_text import danger_by_text
from app.usecases.texts.order_by_text import order_by_text, store_raw
from app.usecases.texts.stop_texts import resume_texts, stop_texts
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender, sender_of

KEPT_CHARS = 20_000
# After this many failures a text is not parsed any more, only shown to a coordinator.
READ_TRIES = 3
UNREAD = grammar.NotUnderstood("unread")
FIRST_WAIT = timedelta(seconds=5)
BARE_STARS = re.compile(r"[1-5]")


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
    categories = active_categories(session)
    readable = inbound.tries <= READ_TRIES
    danger = find_danger(inbound.body) if readable else None
    if danger is not None and danger.certain:
        return danger_by_text(session, sender, inbound.body, danger, categories, now)
    command = _command(session, inbound.body, categories, now) if readable else UNREAD
    if isinstance(command, grammar.Stop):
        return stop_texts(session, sender, now)
    if not _within_limit(session, sender, now):
        return Handled("over_limit")
    if readable:
        try:
            with attempt(session):
                done = _obey(session, sender, inbound.body, command, categories, now)
        except Refused:
            done = None
        if done is not None:
            return done
    return _keep(session, sender, inbound.body, categories, now)


def _command(
    session: Session, body: str, categories: Sequence[Category], now: datetime
) -> grammar.Command:
    words = [
        grammar.CategoryWords(
            one.code,
            tuple(w for w in (*one.keywords, one.name_zh, one.name_hant, one.name_en) if w),
        )
        for one in categories
    ]
    local = now.astimezone(community_zone(session))
    return grammar.parse(body, now_local=local, categories=words)


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


def _obey(
    session: Session,
    sender: Sender,
    body: str,
    command: grammar.Command,
    categories: Sequence[Category],
    now: datetime,
) -> Handled | None:
    """Carries out the command if this number may; None leaves it to a coordinator."""
    match command:
        case grammar.Start():
            return resume_texts(session, sender, now)
        case grammar.Help():
            return _help(session, sender, now)
        case grammar.Answer():
            return (
                answer_duty(session, sender, command, now)
                or answer_by_text(session, sender, command, now)
                or _bare(session, sender, body, now)
            )
        case grammar.Status():
            return answer_status(session, sender, command, now)
        case grammar.Cancel():
            return cancel_one(session, sender, command, now)
        case grammar.Confirm():
            return confirm_one(session, sender, command, now)
        case grammar.Rate():
            return rate_one(session, sender, command, now)
        case grammar.Order():
            wanted = next(one for one in categories if one.code == command.category)
            return order_by_text(session, sender, body, command, wanted, now)
        case _:
            return _bare(session, sender, body, now) or store_words(session, sender, body, now)


def _help(session: Session, sender: Sender, now: datetime) -> Handled:
    reply_to_sender(session, sender, "help_text", now=now)
    return Handled("help")


def _bare(session: Session, sender: Sender, body: str, now: datetime) -> Handled | None:
    """A single digit from somebody just asked for a rating means stars."""
    plain = unicodedata.normalize("NFKC", body[:20]).strip(" .。!！")
    if not BARE_STARS.fullmatch(plain):
        return None
    return rate_one(session, sender, grammar.Rate(None, int(plain), ""), now)


def _keep(
    session: Session,
    sender: Sender,
    body: str,
    categories: Sequence[Category],
    now: datetime,
) -> Handled | None:
    if not body.strip():
        # A picture alone, or an empty text: there are no words to store.
        return _help(session, sender, now)
    if not categories or root_area(session) is None:
        return None
    try:
        with attempt(session):
            return store_raw(session, sender, body, categories, now)
    except Refused:
        return None
