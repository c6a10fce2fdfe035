"""Claiming what is due in the outbox: who sends it, and whether it is still wanted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import Outgoing
from app.core.crypto import CannotOpen
from app.core.errors import LimitReached
from app.notifications import rules
from app.notifications.models import Notification
from app.notifications.outcomes import OutcomeKind
from app.notifications.rules import NotificationState
from app.notifications.wording import DANGER_TEMPLATES
from app.usecases.delivery.deliver_notifications import SPOKEN_OR_WRITTEN, move_notification
from app.usecases.delivery.word_notification import (
    NoDevice,
    outgoing_message,
    still_asked,
)
from app.usecases.messages.push_to_devices import release_texts
from app.usecases.shared.community_zone import community_zone
from app.usecases.shared.count_limit import EVERYBODY, count_limit

# How often it is looked whether today's limit of texts was raised.
OVER_LIMIT_WAIT = timedelta(minutes=10)

# An urgent message whose fate nobody can tell is sent again after this many questions.
URGENT_ASKED_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class ToSend:
    """A claimed notification. `ask_first` says that it may have gone out already."""

    notification_id: int
    fence: int
    channel: str
    token: str
    outgoing: Outgoing
    ask_first: bool
    provider_id: str | None
    urgent: bool
    attempt: int

    @property
    def send_though_unknown(self) -> bool:
        """Rather twice than never."""
        return self.urgent and self.attempt > URGENT_ASKED_ENOUGH


def due_notifications(
    session: Session, *, now: datetime, limit: int, line: Collection[str] = SPOKEN_OR_WRITTEN
) -> list[int]:
    """Ids of what is due over some channels, the urgent first. A cheap look that claims nothing."""
    rows = session.scalars(
        select(Notification.id)
        .where(
            Notification.state.in_((NotificationState.PENDING, NotificationState.UNKNOWN)),
            Notification.next_attempt_at <= now,
            Notification.channel.in_(line),
        )
        .order_by(Notification.urgent.desc(), Notification.id)
        .limit(limit)
    )
    return list(rows)


def claim_notifications(
    session: Session,
    *,
    now: datetime,
    limit: int,
    line: Collection[str] = SPOKEN_OR_WRITTEN,
) -> list[ToSend]:
    """Claims what is due, the urgent first; each claim is one conditional UPDATE with a fence."""
    claimed = []
    for notification_id in due_notifications(session, now=now, limit=limit, line=line):
        taken = _claim_one(session, notification_id, now)
        if taken is not None:
            claimed.append(taken)
    return claimed


def _claim_one(session: Session, notification_id: int, now: datetime) -> ToSend | None:
    row = session.execute(
        select(
            Notification.state,
            Notification.fence,
            Notification.attempts,
            Notification.give_up_at,
            Notification.channel,
            Notification.template,
            Notification.subject,
        ).where(Notification.id == notification_id)
    ).one()
    before, fence = row.state, row.fence
    if before not in (NotificationState.PENDING, NotificationState.UNKNOWN):
        return None
    if rules.is_hopeless(attempts=row.attempts, give_up_at=row.give_up_at, now=now):
        move_notification(session, notification_id, fence, before, "fail", now, code="too_late")
        return None
    if before == NotificationState.PENDING and not still_asked(session, row.template, row.subject):
        move_notification(session, notification_id, fence, before, "cancel", now, code="answered")
        return None
    limited = row.template not in DANGER_TEMPLATES
    if limited and not _within_limit(session, row.channel, before, now):
        later: dict[str, Any] = {"next_attempt_at": now + OVER_LIMIT_WAIT}
        move_notification(
            session, notification_id, fence, before, "wait", now, code="over_limit", **later
        )
        return None
    taken: dict[str, Any] = {
        "next_fence": fence + 1,
        "attempts": row.attempts + 1,
        "claimed_until": now + rules.CLAIM_LIVES,
    }
    if not move_notification(session, notification_id, fence, before, "claim", now, **taken):
        return None
    return _to_send(session, notification_id, before == NotificationState.UNKNOWN, now)


def _within_limit(session: Session, channel: str, before: str, now: datetime) -> bool:
    """Counts a text against the day's limit of the house; one that may be out is only asked about.

    The limit is the last line against a bill that nobody meant: it holds for every text but the
    answer to a cry for help.
    """
    if channel != "sms" or before == NotificationState.UNKNOWN:
        return True
    zone = community_zone(session)
    try:
        count_limit(session, kind="sms_out_all", subject=EVERYBODY, now=now, zone=zone)
    except LimitReached:
        return False
    return True


def _to_send(
    session: Session, notification_id: int, ask_first: bool, now: datetime
) -> ToSend | None:
    """Words it. What cannot be opened or worded fails by itself and stops no other."""
    try:
        row = session.get_one(Notification, notification_id, populate_existing=True)
        leaving = outgoing_message(session, row, now)
    except NoDevice:
        _unsent(session, notification_id, OutcomeKind.GONE.value, now)
        release_texts(session, row.person_id or 0, row.subject, now=now)
        return None
    except (CannotOpen, KeyError, ValueError, TypeError):
        _unsent(session, notification_id, "unworded", now)
        return None
    return ToSend(
        notification_id=row.id,
        fence=row.fence,
        channel=row.channel,
        token=row.token,
        outgoing=leaving,
        ask_first=ask_first,
        provider_id=row.provider_id,
        urgent=row.urgent,
        attempt=row.attempts,
    )


def _unsent(session: Session, notification_id: int, code: str, now: datetime) -> None:
    fence = session.scalar(select(Notification.fence).where(Notification.id == notification_id))
    move_notification(
        session,
        notification_id,
        fence or 0,
        NotificationState.CLAIMED,
        "fail",
        now,
        code=code,
    )
