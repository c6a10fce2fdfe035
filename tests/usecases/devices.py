"""Phones with push reminders, for tests of use cases."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.push import PushChannel
from app.core.actor import Actor
from app.core.context import Context
from app.jobs.deliver import hand_over
from app.notifications.models import Notification
from app.notifications.rules import CALLS, PUSHES, TEXTS
from app.people.models import LoginSession, Person
from app.usecases.delivery.claim_notifications import ToSend, claim_notifications
from app.usecases.delivery.deliver_notifications import mark_submitting, record_outcome
from app.usecases.delivery.manage_devices import turn_on
from tests.factories import NOW
from tests.fakes.push import Browser, PushService

KEY = bytes([7]) * 32


def own(who: Person) -> Actor:
    """The person as an actor at their own phone."""
    return Actor("volunteer", "web", who.id)


def log_in_of(session: Session, who: Person, *, now: datetime = NOW) -> LoginSession:
    """A live log-in."""
    made = LoginSession(
        token_hash=f"token-{who.id}-{now.timestamp()}",
        person_id=who.id,
        device="Android Chrome",
        made_at=now,
        seen_at=now,
        expires_at=now + timedelta(days=30),
    )
    session.add(made)
    session.flush()
    return made


def phone_of(
    session: Session, service: PushService, who: Person, *, log_in: LoginSession | None = None
) -> Browser:
    """Somebody's phone with push reminders, committed."""
    browser = service.subscribed()
    turn_on(
        Context(session, own(who), NOW),
        session_id=(log_in or log_in_of(session, who)).id,
        endpoint=browser.endpoint,
        **browser.keys,
        device="Android Chrome",
        hosts={service.host},
    )
    session.commit()
    return browser


def rows(session: Session, channel: str, who: Person) -> list[Notification]:
    """A person's messages over a channel, in order."""
    found = session.scalars(
        select(Notification)
        .where(Notification.person_id == who.id, Notification.channel == channel)
        .order_by(Notification.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


class Postman:
    """Acts as the delivery job, with a controlled clock. Counts texts, sends pushes."""

    def __init__(self, session: Session, service: PushService) -> None:
        self.session = session
        self.push = PushChannel(
            key=KEY, contact="mailto:desk@diandan.example", hosts={service.host}
        )
        self.texts: list[str] = []

    def claimed(self, now: datetime) -> list[ToSend]:
        """Claims what is due, each in its own transaction as the job does."""
        found = []
        for line in (PUSHES, (*TEXTS, *CALLS)):
            found += claim_notifications(self.session, now=now, limit=50, line=line)
            self.session.commit()
        return found

    def submit(self, one: ToSend, now: datetime) -> None:
        """The last check before sending."""
        assert mark_submitting(
            self.session, notification_id=one.notification_id, fence=one.fence, now=now
        )
        self.session.commit()

    def deliver(self, now: datetime = NOW) -> None:
        """Delivers everything due now."""
        for one in self.claimed(now):
            if one.channel != "push":
                self.texts.append(one.outgoing.body)
                continue
            self.submit(one, now)
            outcome = hand_over(self.push, one)
            record_outcome(
                self.session,
                notification_id=one.notification_id,
                fence=one.fence,
                outcome=outcome,
                now=now,
            )
            self.session.commit()
