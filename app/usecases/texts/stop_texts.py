"""STOP and START by text: nobody is texted against their will. Kept by phone and by account."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.conversation.context import QuestionKind
from app.core.actor import RoleName, resident
from app.core.context import Context
from app.core.statements import changed
from app.help_requests.board import LIVE_STATES
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.trail.chain import record
from app.usecases.delivery.deliver_notifications import move_notification
from app.usecases.texts.drafts import remember
from app.usecases.texts.heard import Heard
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender

STAFF = frozenset({RoleName.COORDINATOR, RoleName.ADMINISTRATOR})


def opt_out(heard: Heard) -> Handled:
    """Stops texts, and confirms it once. Staff are asked whether they mean it."""
    asked = heard.known.question is not None and heard.known.question.kind == QuestionKind.STOP
    works_here = bool(STAFF & heard.known.roles) or heard.known.on_duty
    if works_here and not asked and not heard.sender.opted_out:
        return heard.answered("stop_asked", "stop_asked")
    return stop_texts(heard.session, heard.sender, heard.now)


def opt_in(heard: Heard) -> Handled:
    """Resumes texts."""
    return resume_texts(heard.session, heard.sender, heard.now)


def stop_texts(session: Session, sender: Sender, now: datetime) -> Handled:
    """Stops texts to the phone, its account and about live orders; drops what was to be sent."""
    if sender.opted_out:
        return Handled("stop")
    remember(session, sender.lookup, sender.phone, opted_out_at=now)
    _set_person(session, sender, now, opted_out=True)
    _set_orders(session, sender, now, confirmed=False)
    _drop_unsent(session, sender, now)
    reply_to_sender(session, sender, "stopped", now=now, even_opted_out=True)
    return Handled("stop")


def resume_texts(session: Session, sender: Sender, now: datetime) -> Handled:
    """Resumes texts; the sender holds the phone, so live orders count as confirmed."""
    remember(session, sender.lookup, sender.phone, opted_out_at=None)
    _set_person(session, sender, now, opted_out=False)
    _set_orders(session, sender, now, confirmed=True)
    reply_to_sender(session, sender, "welcome_back", now=now, even_opted_out=True)
    return Handled("start")


def _drop_unsent(session: Session, sender: Sender, now: datetime) -> None:
    """What waits in the outbox for this phone is not sent any more."""
    waiting = session.execute(
        select(Notification.id, Notification.fence)
        .where(
            Notification.recipient.in_(sender.keys),
            Notification.channel == "sms",
            Notification.state == NotificationState.PENDING,
        )
        .order_by(Notification.id)
    ).all()
    for one, fence in waiting:
        move_notification(
            session, one, fence, NotificationState.PENDING, "cancel", now, code="opted_out"
        )


def _set_person(session: Session, sender: Sender, now: datetime, *, opted_out: bool) -> None:
    person = sender.person
    if person is None:
        return
    is_out = Person.opted_out_at.is_not(None)
    still = update(Person).where(Person.id == person.id, ~is_out if opted_out else is_out)
    if changed(session, still.values(opted_out_at=now if opted_out else None)):
        session.refresh(person)
        record(
            Context(session, as_volunteer(session, person), now),
            kind="account.opted_out" if opted_out else "account.opted_in",
            subject=("person", person.id),
            area_path=person.area_path,
            details={"told_by": "text"},
        )


def _set_orders(session: Session, sender: Sender, now: datetime, *, confirmed: bool) -> None:
    is_confirmed = HelpRequest.phone_confirmed_at.is_not(None)
    wanted = (
        HelpRequest.phone_lookup == sender.lookup,
        HelpRequest.state.in_(LIVE_STATES),
        ~is_confirmed if confirmed else is_confirmed,
    )
    rows = session.execute(select(HelpRequest.id, HelpRequest.area_path).where(*wanted)).all()
    for request_id, area_path in rows:
        changed(
            session,
            update(HelpRequest)
            .where(HelpRequest.id == request_id)
            .values(phone_confirmed_at=now if confirmed else None, version=HelpRequest.version + 1),
        )
        record(
            Context(session, resident("sms"), now),
            kind="help_request.phone_confirmed" if confirmed else "help_request.texts_stopped",
            subject=("help_request", request_id),
            area_path=area_path,
            request_id=request_id,
            details={"by": "text"},
        )
