"""Delivers the outbox: claim, submit, settle. Network calls happen between transactions.

A time-out after writing is not a failure but unknown: wait for the receipt, then ask the provider,
and only then send again. Better send an urgent message twice than never.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.ports import Outcome, Receipt
from app.core.actor import system
from app.core.context import Context
from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.notifications import rules
from app.notifications.models import Notification, NotificationStep
from app.notifications.outcomes import OutcomeKind
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.trail.chain import record
from app.usecases.delivery.word_notification import ASKS, record_push_outcome
from app.usecases.messages.digest_alarms import ALARMS
from app.usecases.messages.notify import ALWAYS_TRIED, SMS
from app.usecases.messages.phone_troubles import note_outcome
from app.usecases.messages.push_to_devices import PUSH

# If such a text does not arrive, the next person is told instead, or it was for this minute only.
NOT_LATER = ASKS | ALARMS | ALWAYS_TRIED
SPOKEN_OR_WRITTEN = (*rules.TEXTS, *rules.CALLS)


def mark_submitting(session: Session, *, notification_id: int, fence: int, now: datetime) -> bool:
    """The last check before the network call; False when another holder took over."""
    until: dict[str, Any] = {"claimed_until": now + rules.CLAIM_LIVES}
    return move_notification(
        session,
        notification_id,
        fence,
        NotificationState.CLAIMED,
        "submit",
        now,
        **until,
    )


def move_notification(
    session: Session,
    notification_id: int,
    fence: int,
    before: str,
    action: str,
    now: datetime,
    *,
    code: str | None = None,
    next_fence: int | None = None,
    **values: Any,
) -> bool:
    """The only writer of states (`notifications.rules.NOTIFICATION_LIFE`); whether it moved.

    One conditional UPDATE: only from the state and the fence that were seen, if the action is
    possible there.
    """
    if before not in rules.NOTIFICATION_LIFE.sources(action):
        return False
    state = rules.NOTIFICATION_LIFE.target(action)
    moved = changed(
        session,
        update(Notification)
        .where(
            Notification.id == notification_id,
            Notification.fence == fence,
            Notification.state == before,
        )
        .values(state=state, last_code=code, fence=next_fence or fence, **values),
    )
    if moved:
        session.add(
            NotificationStep(notification_id=notification_id, at=now, state=state, code=code)
        )
    if moved and state == NotificationState.FAILED:
        wake(session, Topic.UNREACHED)
    return bool(moved)


def record_outcome(
    session: Session, *, notification_id: int, fence: int, outcome: Outcome, now: datetime
) -> None:
    """Records the outcome of a try. A late holder with an old fence changes nothing."""
    row = session.get(Notification, notification_id, populate_existing=True, with_for_update=True)
    if row is None or row.fence != fence:
        return
    if rules.STATE_ORDER[row.state] >= rules.STATE_ORDER[NotificationState.ACCEPTED]:
        # The receipt arrived before the answer to the submission.
        return
    held = outcome.provider_id is not None
    note_number(session, row, outcome, now)
    if try_again_later(session, row, outcome.kind, outcome.code, now):
        return
    target = rules.after_try(outcome.kind, held=held)
    values: dict[str, Any] = {}
    if held or target in (NotificationState.ACCEPTED, NotificationState.DELIVERED):
        values |= {"provider_id": outcome.provider_id, "accepted_at": now}
    if target == NotificationState.DELIVERED:
        values["delivered_at"] = now
    wait = rules.wait_before(row.attempts, urgent=row.urgent, retry_after_s=outcome.retry_after_s)
    if target == NotificationState.PENDING:
        values["next_attempt_at"] = now + wait
    elif target == NotificationState.UNKNOWN:
        values["next_attempt_at"] = now + max(wait, rules.ASK_UNKNOWN_AFTER)
    action = rules.TOLD[target]
    move_notification(session, row.id, fence, row.state, action, now, code=outcome.code, **values)
    if row.channel == PUSH:
        record_push_outcome(session, row, outcome, now)


def note_number(
    session: Session, row: Notification, told: Outcome | Receipt, now: datetime
) -> None:
    """Remembers what the outcome of a text says about the recipient's number."""
    if row.channel == SMS:
        note_outcome(
            session,
            phone=row.address,
            provider=told.provider,
            kind=told.kind,
            code=told.code,
            now=now,
        )
    _note_opt_out(session, row, told.kind, now)


def try_again_later(
    session: Session, row: Notification, kind: OutcomeKind, code: str | None, now: datetime
) -> bool:
    """Puts a text that did not arrive back, to be sent again when it may; whether it was.

    Not one that somebody else gets in the recipient's place, nor one that is of use only now.
    """
    if row.channel != SMS or row.template in NOT_LATER:
        return False
    at = rules.later_try(kind, attempts=row.attempts, give_up_at=row.give_up_at, now=now)
    if at is None:
        return False
    again: dict[str, Any] = {"next_attempt_at": at, "provider_id": None}
    return move_notification(
        session, row.id, row.fence, row.state, "try_later", now, code=code, **again
    )


def _note_opt_out(session: Session, row: Notification, kind: OutcomeKind, now: datetime) -> None:
    """The provider reports that this person texted STOP: send no more texts until START."""
    if kind != OutcomeKind.OPTED_OUT or row.person_id is None:
        return
    still = update(Person).where(Person.id == row.person_id, Person.opted_out_at.is_(None))
    if changed(session, still.values(opted_out_at=now)):
        person = session.get_one(Person, row.person_id)
        record(
            Context(session, system("jobs"), now),
            kind="account.opted_out",
            subject=("person", row.person_id),
            area_path=person.area_path,
            details={"told_by": "provider"},
        )


def release_held_notifications(session: Session, *, now: datetime) -> int:
    """Frees what a killed process held: claimed was not sent, submitting may have been."""
    freed = 0
    for held, action in (
        (NotificationState.CLAIMED, "retry"),
        (NotificationState.SUBMITTING, "doubt"),
    ):
        rows = session.execute(
            select(Notification.id, Notification.fence).where(
                Notification.state == held, Notification.claimed_until <= now
            )
        ).all()
        for notification_id, fence in rows:
            again: dict[str, Any] = {"next_attempt_at": now}
            freed += move_notification(
                session, notification_id, fence, held, action, now, code="swept", **again
            )
    return freed
