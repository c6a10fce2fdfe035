"""A half-said order: kept for half an hour, then a person takes it over whole."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.conversation.context import Draft, Period
from app.conversation.reading import Slots
from app.core.statements import changed, insert_once
from app.notifications.models import Conversation

TALK_LASTS = timedelta(minutes=30)
WORDS_MAX = 2000


def conversation_with(session: Session, lookup: str) -> Conversation | None:
    """What is remembered of a phone; None when it never mattered."""
    return session.scalar(
        select(Conversation)
        .where(Conversation.phone_lookup == lookup)
        .execution_options(populate_existing=True)
    )


def lock_conversation(session: Session, lookup: str, phone: str) -> None:
    """Waits until no other text of this phone is being handled: one sees what the other did."""
    insert_once(session, Conversation, phone_lookup=lookup, phone=phone)
    session.scalar(
        select(Conversation.id).where(Conversation.phone_lookup == lookup).with_for_update()
    )


def remember(session: Session, lookup: str, phone: str, **values: Any) -> None:
    """Writes something about a phone; the row is made when it is needed first."""
    insert_once(session, Conversation, phone_lookup=lookup, phone=phone)
    row = update(Conversation).where(Conversation.phone_lookup == lookup)
    changed(session, row.values(**values))


def draft_of(session: Session, lookup: str, zone: ZoneInfo, *, now: datetime) -> Draft | None:
    """The half-said order of a phone, times in `zone`; None when there is none or it is over."""
    said = _stored(session, lookup, now)
    if said is None:
        return None
    return Draft(
        category=said["category"],
        when=_period_of(said["when"], zone),
        place_ids=tuple(said["place_ids"]),
        address=said["address"],
        soon=said.get("soon", False),
        urgent=said["urgent"],
        thing=said["thing"],
    )


def draft_words(session: Session, lookup: str, *, now: datetime) -> str:
    """The texts of the half-said order, one a line."""
    said = _stored(session, lookup, now)
    return str(said["words"]) if said is not None else ""


def words_of(draft: str | None) -> str:
    """The texts of a stored draft, whether or not its time is over."""
    return str(json.loads(draft)["words"]) if draft is not None else ""


def _stored(session: Session, lookup: str, now: datetime) -> dict[str, Any] | None:
    row = conversation_with(session, lookup)
    if row is None or row.draft is None or row.draft_until is None or row.draft_until <= now:
        return None
    stored: dict[str, Any] = json.loads(row.draft)
    return stored


def keep_draft(
    session: Session, lookup: str, phone: str, slots: Slots, *, words: str, now: datetime
) -> None:
    """Keeps what was said so far, with the sender's `words`, for half an hour from now."""
    draft = {
        "category": slots.category,
        "when": [one.isoformat() for one in slots.when] if slots.when else None,
        "place_ids": list(slots.place_ids),
        "address": slots.address,
        "soon": slots.soon,
        "urgent": slots.urgent,
        "thing": slots.thing,
        "words": words[-WORDS_MAX:],
    }
    said = json.dumps(draft, ensure_ascii=False)
    remember(session, lookup, phone, draft=said, draft_until=now + TALK_LASTS)


def drop_draft(session: Session, lookup: str) -> None:
    """The order is complete, or somebody else has it."""
    row = update(Conversation).where(
        Conversation.phone_lookup == lookup, Conversation.draft.is_not(None)
    )
    changed(session, row.values(draft=None, draft_until=None))


def old_drafts(session: Session, *, now: datetime, limit: int) -> list[int]:
    """The conversations whose half-said orders a person must take over now."""
    return list(
        session.scalars(
            select(Conversation.id)
            .where(Conversation.draft_until <= now)
            .order_by(Conversation.draft_until, Conversation.id)
            .limit(limit)
        )
    )


def _period_of(stored: object, zone: ZoneInfo) -> Period | None:
    if not isinstance(stored, list):
        return None
    start, end = (datetime.fromisoformat(one).astimezone(zone) for one in stored)
    return start, end
