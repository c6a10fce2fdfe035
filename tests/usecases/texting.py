"""Incoming texts, and a telephone that sends and gets them."""

import json
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import IncomingText
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText, Notification
from app.notifications.wording import word
from app.usecases.texts.receive_text import handle_text, store_text
from tests.factories import NOW, Community, community, phone_number

MINUTE = timedelta(minutes=1)
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


def community_for_texts(session: Session) -> Community:
    """A community whose medicine people name by text in several words."""
    made = community(session)
    made.medicine.keywords = ["代买药", "买药", "medicine"]
    session.commit()
    return made


class Phone:
    """A telephone that texts; each text a minute after the one before."""

    def __init__(self, session: Session, number: str = "") -> None:
        self.session, self.number = session, number or phone_number()
        self.now, self._seen = NOW, 0

    def text(self, body: str) -> InboundText:
        self.now += MINUTE
        text = IncomingText("twilio", f"{self.number}-{self.now:%H%M%S}", self.number, body)
        stored = store_text(self.session, text=text, region="CN", now=self.now)
        self.session.commit()
        assert stored is not None
        handle_text(self.session, inbound_id=stored, region="CN", now=self.now)
        self.session.commit()
        return self.session.get_one(InboundText, stored, populate_existing=True)

    def got(self) -> list[str]:
        """The templates that came since the last look."""
        rows = self.session.scalars(select(Notification).order_by(Notification.id))
        mine = [one for one in rows if one.address == self.number and one.channel == "sms"]
        new, self._seen = mine[self._seen :], len(mine)
        return [one.template for one in new]

    def last_words(self) -> str:
        rows = self.session.scalars(select(Notification).order_by(Notification.id.desc()))
        row = next(one for one in rows if one.address == self.number)
        return word(row.template, row.language, json.loads(row.params)).body


def orders(session: Session) -> list[HelpRequest]:
    """All help requests, the oldest first, as they are now."""
    session.expire_all()
    return list(session.scalars(select(HelpRequest).order_by(HelpRequest.id)))
