"""STOP and START by text: nobody is texted against their will."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.statements import changed
from app.help_requests.board import LIVE_STATES
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.chain import record
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply


def stop(session: Session, sender: Sender, now: datetime) -> Handled:
    """No more texts, to the account and about live orders. Silent: an answer would be a text."""
    _set_person(session, sender, now, opted_out=True)
    _set_orders(session, sender, now, confirmed=False)
    return Handled("stop")


def start(session: Session, sender: Sender, now: datetime) -> Handled:
    """Texts again; who texts it holds the phone, so live orders count as confirmed."""
    _set_person(session, sender, now, opted_out=False)
    _set_orders(session, sender, now, confirmed=True)
    reply(session, sender, "welcome_back", now=now)
    return Handled("start")


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
