"""Half-said orders whose sender said no more: a coordinator gets them whole."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.queries import active_categories
from app.conversation.reading import Intent, Reading
from app.notifications.models import Conversation, InboundText
from app.usecases.texts.drafts import drop_draft, words_of
from app.usecases.texts.heard import Heard
from app.usecases.texts.known_of_sender import known_of
from app.usecases.texts.order_by_text import store_raw
from app.usecases.texts.text_sender import sender_of


def hand_over_draft(session: Session, *, conversation_id: int, region: str, now: datetime) -> None:
    """Opens a case with everything that this phone said; a second call changes nothing."""
    row = session.get(Conversation, conversation_id, populate_existing=True)
    if row is None or row.draft_until is None or row.draft_until > now:
        return
    words = words_of(row.draft)
    last = session.scalar(
        select(InboundText)
        .where(InboundText.sender_lookup == row.phone_lookup)
        .order_by(InboundText.id.desc())
        .limit(1)
    )
    sender = sender_of(session, last, region) if last is not None else None
    if sender is not None and words:
        categories = active_categories(session)
        known = known_of(session, sender, categories, now)
        reading = Reading(Intent.UNKNOWN)
        store_raw(Heard(session, sender, words, reading, known, categories, now))
    drop_draft(session, row.phone_lookup)
