"""Remembers what providers say against texts to a number, until a text arrives there again."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.core.statements import changed, insert_once
from app.notifications.models import Conversation, PhoneTrouble
from app.notifications.outcomes import OutcomeKind
from app.notifications.reach import BARRIERS, Barrier, barred_until
from app.people.rules import BadPhone, normalise_phone

# After this long without a word a number counts as unknown again.
FORGOTTEN_AFTER = timedelta(days=30)


def note_outcome(
    session: Session,
    *,
    phone: str,
    provider: str,
    kind: OutcomeKind,
    code: str | None,
    now: datetime,
) -> None:
    """Notes the outcome of a text to a number (E.164): a trouble, or that there is none any more.

    Outcomes that say nothing about the number change nothing.
    """
    lookup = lookup_hash("phone", phone)
    if kind == OutcomeKind.DELIVERED:
        forget_troubles(session, lookup)
    barrier = BARRIERS.get(kind)
    if barrier is None:
        return
    here = {"phone_lookup": lookup, "provider": provider}
    first = {"phone": phone, "barrier": barrier, "in_a_row": 0, "since": now}
    insert_once(session, PhoneTrouble, **here, **first)
    row = session.scalars(
        select(PhoneTrouble)
        .filter_by(**here)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.in_a_row += 1
    row.barrier, row.code = barrier, code[:20] if code else None
    row.until = barred_until(barrier, row.in_a_row, now)
    session.flush()


def forget_troubles(session: Session, phone_lookup: str) -> int:
    """Forgets them: a text arrived at this number, or came from it. Returns how many."""
    return changed(session, delete(PhoneTrouble).where(PhoneTrouble.phone_lookup == phone_lookup))


def forget_troubles_of(session: Session, *, sender: str, region: str) -> int:
    """Forgets them for the sender of a text; `region` reads numbers without a country code."""
    try:
        phone = normalise_phone(sender, region)
    except BadPhone:
        return 0
    return forget_troubles(session, lookup_hash("phone", phone))


def in_force(now: datetime) -> ColumnElement[bool]:
    """Whether texts to the number of a row of PhoneTrouble are not sent now."""
    return PhoneTrouble.until > now


def barrier_of(session: Session, phone_lookup: str, now: datetime) -> Barrier | None:
    """Why no text reaches this number now, or may be sent there; None if one may."""
    stopped = select(Conversation.id).where(
        Conversation.phone_lookup == phone_lookup, Conversation.opted_out_at.is_not(None)
    )
    if session.scalar(stopped) is not None:
        return Barrier.STOPPED
    found = session.scalar(
        select(PhoneTrouble.barrier)
        .where(PhoneTrouble.phone_lookup == phone_lookup, in_force(now))
        .order_by(PhoneTrouble.until.desc())
        .limit(1)
    )
    return None if found is None else Barrier(found)


def old_troubles(now: datetime) -> ColumnElement[bool]:
    """Rows that nobody needs any more: the barrier is over, or the first failures are long ago."""
    return or_(
        PhoneTrouble.until < now - FORGOTTEN_AFTER,
        PhoneTrouble.until.is_(None) & (PhoneTrouble.since < now - FORGOTTEN_AFTER),
    )
