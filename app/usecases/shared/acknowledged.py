"""Whether a coordinator looks after a help request: acknowledged it, or did anything with it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import ActorKind
from app.trail.models import Event

# If it still waits after this, coordinators are notified again.
HOLDS = timedelta(minutes=30)
# Typing in a caller's order is no answer to it.
NO_ANSWER = ("help_request.placed",)


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
