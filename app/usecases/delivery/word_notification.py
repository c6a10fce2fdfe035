"""Words and addresses a row of the outbox at the moment of sending."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.ports import Outcome, Outgoing
from app.core.actor import system
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import wants_volunteers
from app.notifications.models import Notification, PushSubscription
from app.notifications.outcomes import OutcomeKind
from app.notifications.push_words import RINGS_AGAIN
from app.notifications.wording import word, word_push
from app.usecases.delivery.email_duty import attachment
from app.usecases.messages.forget_devices import forget_devices
from app.usecases.messages.push_to_devices import PUSH, release_texts

ASKS = frozenset(
    {
        "match_asked",
        "match_open_again",
        "match_asked_anew",
        "match_changed",
        "urgent_again",
        "call_match",
    }
)
ARRIVED = (OutcomeKind.ACCEPTED, OutcomeKind.DELIVERED)


class NoDevice(Exception):
    """The device was turned off since, or belongs to somebody else now."""


def outgoing_message(session: Session, row: Notification, now: datetime) -> Outgoing:
    """What the channel gets. Raises KeyError, ValueError or TypeError if it has no wording."""
    if row.channel == PUSH:
        return _push(session, row, now)
    wording = word(row.template, row.language, json.loads(row.params))
    return Outgoing(
        row.address,
        wording.body,
        wording.subject,
        row.token,
        since=row.made_at,
        language=row.language,
        calendar=attachment(session, row, now),
    )


def _push(session: Session, row: Notification, now: datetime) -> Outgoing:
    device = session.execute(
        select(PushSubscription.endpoint, PushSubscription.p256dh, PushSubscription.auth).where(
            PushSubscription.ref == row.address, PushSubscription.person_id == row.person_id
        )
    ).first()
    if device is None:
        raise NoDevice
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    wording = word_push(row.template, row.language, json.loads(row.params))
    lives = (row.give_up_at or now) - now
    return Outgoing(
        json.dumps({"endpoint": device.endpoint, "keys": keys}),
        wording.body,
        wording.subject,
        row.token,
        since=row.made_at,
        language=row.language,
        link=f"/alerts/open/{row.token}",
        tag=row.subject,
        lives_s=max(0, int(lives.total_seconds())),
        rings=row.template in RINGS_AGAIN,
        urgent=row.urgent,
    )


def still_asked(session: Session, template: str, subject: str) -> bool:
    """True for all that is no ask of a match; a late yes is welcome while somebody is needed."""
    kind, _, number = subject.partition(":")
    if template not in ASKS or kind != "match":
        return True
    row = session.execute(
        select(
            Match.state,
            Match.end_reason,
            HelpRequest.state,
            HelpRequest.places_taken,
            HelpRequest.volunteers_needed,
        )
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.id == int(number))
    ).first()
    if row is None:
        return False
    state, why, of_request, taken, needed = row
    late = state == MatchState.EXPIRED and why == EndReason.DEADLINE
    return state == MatchState.SENT or (late and wants_volunteers(of_request, taken, needed))


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


@dataclass(frozen=True, slots=True)
class Opened:
    """What a push was about. `match_token` is the name of a match's page."""

    template: str
    request_id: int | None
    match_token: str | None


def open_push(session: Session, *, person_id: int, token: str) -> Opened | None:
    """What this push to this person was about; None when there is none or it is somebody else's."""
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
