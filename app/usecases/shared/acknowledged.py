"""Whether a coordinator looks after a help request: acknowledged it, or did anything with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import ActorKind
from app.people.models import Person
from app.trail.models import Event

# If it still waits after this, coordinators are notified again.
HOLDS = timedelta(minutes=30)
# Typing in a caller's order is no answer to it.
NO_ANSWER = ("help_request.placed",)
ACKNOWLEDGED = "help_request.acknowledged"


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """Who says that they look after a help request, and since when."""

    person_id: int | None
    name: str
    since: datetime


def acknowledged_until(session: Session, request_id: int, now: datetime) -> datetime | None:
    """Until when coordinators need not be notified again; None if none acted lately."""
    acted = session.scalar(
        select(func.max(Event.at)).where(
            Event.request_id == request_id,
            Event.actor_kind.in_((ActorKind.COORDINATOR, ActorKind.ADMINISTRATOR)),
            Event.kind.not_in(NO_ANSWER),
            Event.at > now - HOLDS,
            Event.at <= now,
        )
    )
    return None if acted is None else acted + HOLDS


def looked_after(
    session: Session, request_ids: Iterable[int], now: datetime
) -> dict[int, LookedAfter]:
    """Who said last that they look after each of these requests, as long as it holds."""
    lately = select(func.max(Event.seq)).where(
        Event.request_id.in_(list(request_ids)),
        Event.kind == ACKNOWLEDGED,
        Event.at > now - HOLDS,
        Event.at <= now,
    )
    rows = session.execute(
        select(Event.request_id, Event.actor_id, Person.name, Event.at)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.seq.in_(lately.group_by(Event.request_id)))
    )
    return {
        request_id: LookedAfter(person_id, name or "", at)
        for request_id, person_id, name, at in rows
        if request_id is not None
    }
