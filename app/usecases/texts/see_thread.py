"""All texts to and from one phone, in their order, with what became of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText, Notification
from app.notifications.rules import NotificationState
from app.notifications.wording import word
from app.people.queries import by_phone

MOST = 100
# Log-in codes are nobody's business but their owner's.
SECRET = frozenset({"login_code"})


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `read_as` is empty for ours; `state` is that of our message, empty for theirs."""

    at: datetime
    theirs: bool
    body: str
    state: str = ""
    outcome: str = ""
    code: str | None = None
    read_as: dict[str, Any] = field(default_factory=dict)


def thread_of(session: Session, phone: str, *, secrets_too: bool = False) -> Sequence[Line]:
    """The last hundred texts with a phone (E.164), the oldest first.

    `secrets_too`: log-in codes as well, for the holder of the phone.
    """
    lines = [*_received(session, phone), *_sent(session, phone, secrets_too)]
    return sorted(lines, key=lambda one: one.at)[-MOST:]


def _received(session: Session, phone: str) -> list[Line]:
    rows = session.execute(
        select(InboundText, HelpRequest.code)
        .outerjoin(HelpRequest, HelpRequest.id == InboundText.request_id)
        .where(InboundText.sender_lookup == lookup_hash("phone", phone))
        .order_by(InboundText.id.desc())
        .limit(MOST)
    )
    return [
        Line(
            one.received_at,
            True,
            one.body,
            outcome=one.outcome or "",
            code=code,
            read_as=json.loads(one.reading) if one.reading else {},
        )
        for one, code in rows
    ]


def _sent(session: Session, phone: str, secrets_too: bool) -> list[Line]:
    person = by_phone(session, phone)
    keys = [f"phone:{lookup_hash('phone', phone)}"]
    if person is not None:
        keys.append(f"person:{person.id}")
    rows = session.execute(
        select(Notification, HelpRequest.code)
        .outerjoin(HelpRequest, HelpRequest.id == Notification.request_id)
        .where(
            Notification.recipient.in_(keys),
            Notification.channel == "sms",
            Notification.state != NotificationState.CANCELLED,
        )
        .order_by(Notification.id.desc())
        .limit(MOST)
    )
    return [
        Line(
            one.accepted_at or one.made_at,
            False,
            word(one.template, one.language, json.loads(one.params)).body,
            state=one.state,
            code=code,
        )
        for one, code in rows
        if secrets_too or one.template not in SECRET
    ]
