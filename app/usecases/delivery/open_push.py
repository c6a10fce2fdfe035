"""Where a tap on a push leads: to the present state, not to that when it was sent."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.notifications.models import Notification
from app.usecases.messages.push_to_devices import PUSH


@dataclass(frozen=True, slots=True)
class Opened:
    """What a push was about. `match_token` identifies a match's page."""

    template: str
    request_id: int | None
    match_token: str | None


def open_push(session: Session, *, person_id: int, token: str) -> Opened | None:
    """What this push to this person was about; None for an unknown or somebody else's token."""
    row = session.execute(
        select(Notification.template, Notification.subject, Notification.request_id).where(
            Notification.token == token,
            Notification.channel == PUSH,
            Notification.person_id == person_id,
        )
    ).first()
    if row is None:
        return None
    kind, _, number = row.subject.partition(":")
    match_token = None
    if kind == "match":
        own = select(Match.token).where(Match.id == int(number), Match.person_id == person_id)
        match_token = session.scalar(own)
    return Opened(row.template, row.request_id, match_token)
