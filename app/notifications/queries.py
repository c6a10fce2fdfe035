"""Reads of notifications: what was told, over what, and what became of it. Addresses masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.notifications.models import InboundText, Notification, NotificationStep
from app.notifications.rules import FAILED

SHOWN_END = 4
UNSETTLED = ("pending", "claimed", "submitting", "unknown")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a message's history."""

    at: datetime
    state: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One message. Its words are not shown: a log-in code may be among them."""

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


@dataclass(frozen=True, slots=True)
class Received:
    """A text that came in; its words only where somebody opens it."""

    id: int
    received_at: datetime
    handled_at: datetime | None
    outcome: str | None
    request_id: int | None
    tries: int


def masked(address: str) -> str:
    """The end of a number, or the beginning and the domain of an email: enough to recognise."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"***{address[-SHOWN_END:]}" if len(address) > 2 * SHOWN_END else "***"


def notifications_about(session: Session, request_id: int, *, limit: int = 200) -> list[Told]:
    """What was told about a help request, oldest first."""
    return _told(session, Notification.request_id == request_id, limit)


def told_to(session: Session, person_id: int, *, limit: int = 100) -> list[Told]:
    """What a person was told, oldest first."""
    return _told(session, Notification.person_id == person_id, limit)


def undelivered(session: Session, request_ids: Sequence[int]) -> frozenset[int]:
    """Which of these help requests have a message that did not reach anybody."""
    rows = session.scalars(
        select(Notification.request_id)
        .where(Notification.request_id.in_(request_ids), Notification.state == FAILED)
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


def unsettled_notifications(session: Session) -> dict[str, int]:
    """How many messages wait in each state that is not an end."""
    waiting = ("pending", "claimed", "submitting", "unknown")
    rows = session.execute(
        select(Notification.state, func.count())
        .where(Notification.state.in_(waiting))
        .group_by(Notification.state)
    )
    return {row[0]: row[1] for row in rows}


def texts_received(
    session: Session, *, outcome: str | None = None, limit: int = 50, offset: int = 0
) -> list[Received]:
    """Texts that came in, newest first; `bad_sender` are those that nobody could be answered."""
    chosen = select(
        InboundText.id,
        InboundText.received_at,
        InboundText.handled_at,
        InboundText.outcome,
        InboundText.request_id,
        InboundText.tries,
    ).order_by(InboundText.id.desc())
    if outcome is not None:
        chosen = chosen.where(InboundText.outcome == outcome)
    return [Received(*row) for row in session.execute(chosen.limit(limit).offset(offset))]


def unsettled_by_state(session: Session) -> dict[str, int]:
    """How many notifications are in each state from which something is still to come."""
    counts = select(Notification.state, func.count()).where(Notification.state.in_(UNSETTLED))
    return dict(session.execute(counts.group_by(Notification.state)).all())


def count_unhandled_texts(session: Session) -> int:
    """How many texts came in and wait to be handled."""
    return session.scalar(select(func.count()).where(InboundText.handled_at.is_(None))) or 0
