"""What a push service's answer means for the device, and for the text about the same."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.channels.ports import Outcome
from app.core.actor import system
from app.core.context import Context
from app.core.statements import changed
from app.notifications.models import Notification, PushSubscription
from app.notifications.outcomes import OutcomeKind
from app.usecases.messages.forget_devices import forget_devices
from app.usecases.messages.push_to_devices import release_texts

ARRIVED = (OutcomeKind.ACCEPTED, OutcomeKind.DELIVERED)


def record_push_outcome(
    session: Session, row: Notification, outcome: Outcome, now: datetime
) -> None:
    """Notes the answer; forgets a browser that is gone. Unless it was accepted the text must go."""
    device = PushSubscription.ref == row.address
    if outcome.kind == OutcomeKind.GONE:
        forget_devices(Context(session, system("jobs"), now), device, why=OutcomeKind.GONE.value)
    else:
        said = outcome.code or outcome.kind.value
        noted = update(PushSubscription).where(device)
        changed(session, noted.values(answered_at=now, answer=said))
    if outcome.kind not in ARRIVED and row.person_id is not None:
        release_texts(session, row.person_id, row.subject, now=now)
