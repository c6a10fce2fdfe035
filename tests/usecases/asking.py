"""Helpers for tests of dispatch: a request that volunteers were asked about."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, system
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person
from app.trail.models import Event
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.open_wave import Sent
from tests.factories import NOW, Community, actor_for

HOUSE = system("jobs")
MINUTE = timedelta(minutes=1)


def wave(session: Session, one: HelpRequest, *, now: datetime = NOW) -> Sent:
    """The next wave, committed."""
    sent = send_wave(Context(session, HOUSE, now), request_id=one.id)
    session.commit()
    return sent


def match_of(session: Session, one: HelpRequest, who: Person) -> Match:
    """The newest match of a person for a request."""
    return (
        session.scalars(
            select(Match)
            .where(Match.request_id == one.id, Match.person_id == who.id)
            .order_by(Match.id.desc())
        ).first()
        or Match()
    )


def me(who: Person, place: Community) -> Actor:
    """The volunteer as an actor on the web."""
    return actor_for(who, "volunteer", place.here)


def kinds(session: Session, one: HelpRequest) -> list[str]:
    """The kinds of the trail's lines about a request, in order."""
    rows = session.scalars(select(Event.kind).where(Event.request_id == one.id).order_by(Event.seq))
    return list(rows)


def told(session: Session, *, person: Person | None = None) -> list[str]:
    """Templates put into the outbox, in order; for a person or for residents."""
    key = None if person is None else person.id
    rows = session.scalars(
        select(Notification.template)
        .where(Notification.person_id.is_(None) if key is None else Notification.person_id == key)
        .order_by(Notification.id)
    )
    return list(rows)
