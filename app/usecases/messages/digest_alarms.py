"""Alarms to coordinators about what is not urgent: at most one text in a while, for all cases.

The first alarm goes at once. What follows within WINDOW is gathered into one text that says how
many cases wait and why; the board has the details.
"""

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.usecases.messages.notify import SMS, notify_person, text_later
from app.usecases.messages.reach import Reach

WINDOW = timedelta(minutes=15)
ALONE, DIGEST = "coordinator_attention", "coordinator_digest"
ALARMS = frozenset({ALONE, DIGEST})


def alarm_in_digest(
    session: Session,
    request: HelpRequest,
    person: Person,
    *,
    reason: str,
    now: datetime,
    occurrence: str,
) -> Reach:
    """Notifies a coordinator of a request, alone or with others."""
    if _add_to_waiting(session, request, person, reason, now):
        return Reach(frozenset({SMS}))
    last = _last_alarm(session, person, now)
    if last is not None:
        later = _in_next_digest(session, request, person, reason, at=last + WINDOW, now=now)
        if later.reached:
            return later
    # Who gets no texts is pushed each alarm by itself.
    return notify_person(
        session,
        person,
        ALONE,
        subject=f"help_request:{request.id}",
        now=now,
        occurrence=occurrence,
        request_id=request.id,
        code=request.code,
        reason=reason,
    )


def _in_next_digest(
    session: Session,
    request: HelpRequest,
    person: Person,
    reason: str,
    *,
    at: datetime,
    now: datetime,
) -> Reach:
    return text_later(
        session,
        person,
        DIGEST,
        subject=f"person:{person.id}",
        now=now,
        waits=at - now,
        occurrence=str(int(at.timestamp())),
        cases={str(request.id): reason},
    )


def _add_to_waiting(
    session: Session, request: HelpRequest, person: Person, reason: str, now: datetime
) -> bool:
    """Adds the request to the digest that was not sent yet, if there is one."""
    waiting = session.scalar(
        select(Notification)
        .where(
            Notification.person_id == person.id,
            Notification.template == DIGEST,
            Notification.state == NotificationState.PENDING,
            Notification.attempts == 0,
            Notification.next_attempt_at > now,
        )
        .order_by(Notification.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if waiting is None:
        return False
    params = json.loads(waiting.params)
    params["cases"][str(request.id)] = reason
    waiting.params = json.dumps(params, ensure_ascii=False)
    session.flush()
    return True


def _last_alarm(session: Session, person: Person, now: datetime) -> datetime | None:
    """When the last alarm that was not urgent went to this person; None before WINDOW."""
    rows = session.execute(
        select(Notification.template, Notification.made_at, Notification.occurrence)
        .where(
            Notification.person_id == person.id,
            Notification.template.in_((ALONE, DIGEST)),
            Notification.urgent.is_(False),
            # A digest was made up to WINDOW before it was sent.
            Notification.made_at > now - 2 * WINDOW,
        )
        .order_by(Notification.id)
    )
    sent = (
        made_at if template == ALONE else datetime.fromtimestamp(int(occurrence), UTC)
        for template, made_at, occurrence in rows
    )
    return max((at for at in sent if at > now - WINDOW), default=None)
