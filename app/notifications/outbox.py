"""Puts messages into the outbox, in the transaction of the change they report."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.statements import insert_once
from app.core.wakes import Topic, wake_if_due
from app.notifications.models import Notification
from app.notifications.rules import NotificationState

# A later message would only confuse; an urgent one expires sooner.
GIVE_UP_AFTER = timedelta(hours=12)
GIVE_UP_URGENT_AFTER = timedelta(hours=2)
# The job to wake when a message over this channel is due.
TOPICS = {"sms": Topic.TEXTS, "email": Topic.TEXTS, "call": Topic.CALLS, "push": Topic.PUSHES}

OCCURRENCE_MAX = 40


@dataclass(frozen=True, slots=True)
class Recipient:
    """`key` is `person:<id>`, `phone:<keyed hash>` or `device:<ref>`.

    `address` is an E.164 number, an email, or a device's ref.
    """

    key: str
    channel: str
    address: str
    language: str
    person_id: int | None = None


def enqueue_notification(
    session: Session,
    *,
    recipient: Recipient,
    template: str,
    subject: str,
    params: dict[str, object],
    now: datetime,
    occurrence: str = "",
    request_id: int | None = None,
    urgent: bool = False,
    lives: timedelta | None = None,
    waits: timedelta = timedelta(0),
) -> bool:
    """Puts one message into the outbox; False when the same one is there already.

    Send it `waits` from now at the earliest, and give up `lives` from now. Raises ValueError for an
    `occurrence` of more than forty characters.
    """
    if len(occurrence) > OCCURRENCE_MAX:
        # PostgreSQL would refuse it, SQLite would not.
        raise ValueError(occurrence)
    wake_if_due(session, TOPICS[recipient.channel], now + waits, now)
    usual = GIVE_UP_URGENT_AFTER if urgent else GIVE_UP_AFTER
    return insert_once(
        session,
        Notification,
        token=secrets.token_urlsafe(18),
        subject=subject,
        recipient=recipient.key,
        template=template,
        occurrence=occurrence,
        request_id=request_id,
        person_id=recipient.person_id,
        channel=recipient.channel,
        address=recipient.address,
        language=recipient.language,
        params=json.dumps(params, ensure_ascii=False),
        urgent=urgent,
        state=NotificationState.PENDING,
        attempts=0,
        fence=0,
        made_at=now,
        next_attempt_at=now + waits,
        give_up_at=now + min(usual, lives or usual),
    )
