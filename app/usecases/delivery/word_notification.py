"""Words and addresses a row of the outbox at the moment of sending."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import Outgoing
from app.notifications.models import Notification, PushSubscription
from app.notifications.push_words import RINGS_AGAIN
from app.notifications.wording import word, word_push
from app.usecases.delivery.email_duty import attachment
from app.usecases.messages.push_to_devices import PUSH


class NoDevice(Exception):
    """The device was turned off since, or belongs to somebody else now."""


def outgoing(session: Session, row: Notification, now: datetime) -> Outgoing:
    """What the channel gets. Raises KeyError, ValueError or TypeError if it has no wording."""
    if row.channel == PUSH:
        return _push(session, row, now)
    wording = word(row.template, row.language, json.loads(row.params))
    return Outgoing(
        row.address,
        wording.body,
        wording.subject,
        row.token,
        since=row.made_at,
        language=row.language,
        calendar=attachment(session, row, now),
    )


def _push(session: Session, row: Notification, now: datetime) -> Outgoing:
    device = session.execute(
        select(PushSubscription.endpoint, PushSubscription.p256dh, PushSubscription.auth).where(
            PushSubscription.ref == row.address, PushSubscription.person_id == row.person_id
        )
    ).first()
    if device is None:
        raise NoDevice
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    wording = word_push(row.template, row.language, json.loads(row.params))
    lives = (row.give_up_at or now) - now
    return Outgoing(
        json.dumps({"endpoint": device.endpoint, "keys": keys}),
        wording.body,
        wording.subject,
        row.token,
        since=row.made_at,
        language=row.language,
        link=f"/alerts/open/{row.token}",
        tag=row.subject,
        lives_s=max(0, int(lives.total_seconds())),
        rings=row.template in RINGS_AGAIN,
        urgent=row.urgent,
    )
