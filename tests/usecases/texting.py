"""Incoming texts."""

from sqlalchemy.orm import Session

from app.channels.ports import IncomingText
from app.notifications.models import InboundText
from app.usecases.texts.receive_text import handle_text, store_text
from tests.factories import NOW

_ids = iter(range(10**6))


def stored_text(
    session: Session,
    sender: str,
    body: str,
    *,
    provider: str = "twilio",
    provider_id: str = "",
    region: str = "CN",
) -> int | None:
    """An incoming text, stored."""
    text = IncomingText(provider, provider_id or f"SM{next(_ids)}", sender, body)
    return store_text(session, text=text, region=region, now=NOW)


def text_in(session: Session, sender: str, body: str, *, region: str = "CN") -> InboundText:
    """An incoming text, stored and handled."""
    stored = stored_text(session, sender, body, region=region)
    session.commit()
    assert stored is not None
    handle_text(session, inbound_id=stored, region=region, now=NOW)
    session.commit()
    return session.get_one(InboundText, stored, populate_existing=True)
