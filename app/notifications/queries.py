"""Reads of notifications: messages, their channels and outcomes. Addresses are masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from app.notifications.models import InboundText, Notification, NotificationStep
from app.notifications.rules import NotificationState

SHOWN_END = 4
# A receipt may come this long after the last try.
LONGEST_UNDER_WAY = timedelta(days=1)
# Not final, or final in a way that somebody should know of.
WATCHED = (
    NotificationState.PENDING,
    NotificationState.CLAIMED,
    NotificationState.SUBMITTING,
    NotificationState.UNKNOWN,
    NotificationState.FAILED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a message's history."""

    at: datetime
    state: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One message, without its words: they may contain a log-in code."""

    id: int
    template: str
    channel: str
    to: str
    person_id: int | None
    request_id: int | None
    state: str
    last_code: str | None
    attempts: int
    made_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    steps: tuple[Step, ...]


def masked(address: str) -> str:
    """The end of a number, or the beginning and the domain of an email: enough to recognise."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"***{address[-SHOWN_END:]}" if len(address) > 2 * SHOWN_END else "***"


def notifications_about(session: Session, request_id: int, *, limit: int = 200) -> list[Told]:
    """Messages about a help request, oldest first."""
    return _told(session, Notification.request_id == request_id, limit)


def undelivered(session: Session, request_ids: Sequence[int]) -> frozenset[int]:
    """Which of these help requests have a message that was not delivered."""
    rows = session.scalars(
        select(Notification.request_id)
        .where(
            Notification.request_id.in_(request_ids), Notification.state == NotificationState.FAILED
        )
        .distinct()
    )
    return frozenset(found for found in rows if found is not None)


def notifications_by_ids(session: Session, ids: Sequence[int]) -> list[Told]:
    """These messages, oldest first."""
    return _told(session, Notification.id.in_(ids), len(ids))


def _told(session: Session, wanted: ColumnElement[bool], limit: int) -> list[Told]:
    newest = select(Notification).where(wanted).order_by(Notification.id.desc()).limit(limit)
    rows = sorted(session.scalars(newest), key=lambda row: row.id)
    steps = _steps(session, [row.id for row in rows])
    return [
        Told(
            id=row.id,
            template=row.template,
            channel=row.channel,
            to=masked(row.address),
            person_id=row.person_id,
            request_id=row.request_id,
            state=row.state,
            last_code=row.last_code,
            attempts=row.attempts,
            made_at=row.made_at,
            accepted_at=row.accepted_at,
            delivered_at=row.delivered_at,
            steps=steps.get(row.id, ()),
        )
        for row in rows
    ]


def _steps(session: Session, ids: Sequence[int]) -> dict[int, tuple[Step, ...]]:
    rows = session.execute(
        select(
            NotificationStep.notification_id,
            NotificationStep.at,
            NotificationStep.state,
            NotificationStep.code,
        )
        .where(NotificationStep.notification_id.in_(ids))
        .order_by(NotificationStep.id)
    )
    found: dict[int, tuple[Step, ...]] = {}
    for notification_id, at, state, code in rows:
        found[notification_id] = (*found.get(notification_id, ()), Step(at, state, code))
    return found


def count_unsettled(session: Session) -> dict[tuple[str, str], int]:
    """How many messages wait, or have failed, by state and channel."""
    rows = session.execute(
        select(Notification.state, Notification.channel, func.count())
        .where(Notification.state.in_(WATCHED))
        .group_by(Notification.state, Notification.channel)
    )
    return {(state, channel): count for state, channel, count in rows}


def oldest_due(session: Session, *, now: datetime) -> dict[bool, datetime]:
    """Since when the oldest unsent message is due, by urgency: True urgent, False not."""
    rows = session.execute(
        select(Notification.urgent, func.min(Notification.next_attempt_at))
        .where(
            Notification.state.in_((NotificationState.PENDING, NotificationState.UNKNOWN)),
            Notification.next_attempt_at <= now,
        )
        .group_by(Notification.urgent)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def failed_since(at: datetime) -> ColumnElement[bool]:
    """Which notifications failed since then; for use in a statement about Notification."""
    # A cheap first condition: a message is given up at most a day after its last try.
    lately = Notification.next_attempt_at > at - LONGEST_UNDER_WAY
    step = exists().where(
        NotificationStep.notification_id == Notification.id,
        NotificationStep.state == NotificationState.FAILED,
        NotificationStep.at >= at,
    )
    return and_(Notification.state == NotificationState.FAILED, lately, step)


def count_unhandled(session: Session) -> int:
    """How many incoming texts are not handled yet."""
    undone = select(func.count()).where(InboundText.handled_at.is_(None))
    return session.scalar(undone) or 0
