"""A provider's receipt: what became of a message that it had accepted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import Receipt
from app.core.statements import insert_once
from app.notifications import rules
from app.notifications.models import DeliveryReceipt, Notification
from app.notifications.rules import NotificationState
from app.usecases.delivery.deliver_notifications import (
    move_notification,
    note_number,
    try_again_later,
)


def record_receipt(session: Session, *, told: Receipt, now: datetime) -> None:
    """A delivery receipt: kept once for each state, and only moves the notification forward."""
    row = session.scalar(
        select(Notification)
        .where(Notification.token == told.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return
    provider_id, code = told.provider_id[:64], told.code[:20] if told.code else None
    fresh = insert_once(
        session,
        DeliveryReceipt,
        notification_id=row.id,
        provider_id=provider_id,
        state=told.status[:20],
        code=code,
        received_at=now,
        about={},
    )
    if not fresh:
        return
    note_number(session, row, told, now)
    target = rules.forward(row.state, told.kind)
    if target is None or try_again_later(session, row, told.kind, code, now):
        return
    values: dict[str, Any] = {"provider_id": provider_id, "accepted_at": row.accepted_at or now}
    if target == NotificationState.DELIVERED:
        values["delivered_at"] = now
    action = rules.TOLD[target]
    move_notification(session, row.id, row.fence, row.state, action, now, code=code, **values)
