"""Sends pushes in addition to texts, and holds texts back until the answer to a push.

A push is an extra: where a push service is blocked it never arrives, and nobody learns of it. Only
urgent texts wait a few seconds, and no longer once a push is known to have failed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.notifications.models import Notification, PushSubscription
from app.notifications.outbox import Recipient, enqueue_notification
from app.notifications.push_words import PUSH_TEMPLATES
from app.notifications.rules import NotificationState
from app.people.models import Person

PUSH = "push"


def refs_of(session: Session, person_id: int) -> list[str]:
    """The devices of a person."""
    rows = session.scalars(
        select(PushSubscription.ref)
        .where(PushSubscription.person_id == person_id)
        .order_by(PushSubscription.id)
    )
    return list(rows)


def has_push(session: Session, person_id: int, template: str) -> bool:
    """Whether a message of this template goes to a device of the person."""
    return template in PUSH_TEMPLATES and bool(refs_of(session, person_id))


def push_person(
    session: Session,
    person: Person,
    template: str,
    *,
    subject: str,
    params: dict[str, object],
    now: datetime,
    occurrence: str,
    request_id: int | None = None,
    urgent: bool = False,
) -> int:
    """Puts a push for each device of a person; templates without push wording go by text alone."""
    if template not in PUSH_TEMPLATES:
        return 0
    return push_to(
        session,
        person,
        refs_of(session, person.id),
        template,
        subject=subject,
        params=params,
        now=now,
        occurrence=occurrence,
        request_id=request_id,
        urgent=urgent,
    )


def push_to(
    session: Session,
    person: Person,
    refs: Sequence[str],
    template: str,
    *,
    params: dict[str, object],
    **told: Any,
) -> int:
    """Puts a push for each of these devices. With `minutes` in `params`, it expires after them."""
    minutes = params.get("minutes")
    return sum(
        enqueue_notification(
            session,
            recipient=Recipient(f"device:{ref}", PUSH, ref, person.language, person.id),
            template=template,
            params=params,
            lives=timedelta(minutes=minutes) if isinstance(minutes, int) else None,
            **told,
        )
        for ref in refs
    )


def release_texts(session: Session, person_id: int, subject: str, *, now: datetime) -> int:
    """Releases texts about a subject that wait for the answer to a push."""
    waiting = update(Notification).where(
        Notification.person_id == person_id,
        Notification.subject == subject,
        Notification.channel != PUSH,
        Notification.state == NotificationState.PENDING,
        Notification.attempts == 0,
        Notification.next_attempt_at > now,
    )
    released = changed(session, waiting.values(next_attempt_at=now))
    if released:
        wake(session, Topic.TEXTS)
    return released
