"""Delivering the outbox: claim, submit, settle. The network is asked between transactions.

A time-out after writing is not a failure but unknown: the receipt is waited for, the provider is
asked, and only then is the message sent again. Urgent ones rather twice than never.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.ports import Outcome, Outgoing, Receipt
from app.core.actor import system
from app.core.context import Context
from app.core.crypto import CannotOpen
from app.core.errors import LimitReached
from app.core.statements import changed, insert_once
from app.notifications import rules
from app.notifications.models import DeliveryReceipt, Notification, NotificationStep
from app.notifications.outcomes import OutcomeKind
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.trail.chain import record
from app.usecases.delivery.record_push_outcome import record_push_outcome
from app.usecases.delivery.still_asked import still_asked
from app.usecases.delivery.word_notification import NoDevice, outgoing
from app.usecases.messages.push_to_devices import PUSH, release_texts
from app.usecases.shared.community_zone import community_zone
from app.usecases.shared.count_limit import EVERYBODY, count_limit

SPOKEN_OR_WRITTEN = (*rules.TEXTS, *rules.CALLS)
# How often it is looked whether today's limit of texts was raised.
OVER_LIMIT_WAIT = timedelta(minutes=10)
# An urgent message whose fate nobody can tell is sent again after so many questions.
URGENT_ASKED_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class ToSend:
    """A claimed notification. `ask_first` says that it may have gone out already."""

    notification_id: int
    fence: int
    channel: str
    token: str
    outgoing: Outgoing
    ask_first: bool
    provider_id: str | None
    urgent: bool
    attempt: int

    @property
    def send_though_unknown(self) -> bool:
        """Rather twice than never."""
        return self.urgent and self.attempt > URGENT_ASKED_ENOUGH


def due_notifications(
    session: Session, *, now: datetime, limit: int, line: Collection[str] = SPOKEN_OR_WRITTEN
) -> list[int]:
    """Ids of what is due over some channels, the urgent first. A cheap look that claims nothing."""
    rows = session.scalars(
        select(Notification.id)
        .where(
            Notification.state.in_((NotificationState.PENDING, NotificationState.UNKNOWN)),
            Notification.next_attempt_at <= now,
            Notification.channel.in_(line),
        )
        .order_by(Notification.urgent.desc(), Notification.id)
        .limit(limit)
    )
    return list(rows)


def claim(
    session: Session,
    *,
    now: datetime,
    limit: int,
    line: Collection[str] = SPOKEN_OR_WRITTEN,
) -> list[ToSend]:
    """Claims what is due, the urgent first; each claim is one conditional UPDATE with a fence."""
    claimed = []
    for notification_id in due_notifications(session, now=now, limit=limit, line=line):
        taken = _claim_one(session, notification_id, now)
        if taken is not None:
            claimed.append(taken)
    return claimed


def _claim_one(session: Session, notification_id: int, now: datetime) -> ToSend | None:
    row = session.execute(
        select(
            Notification.state,
            Notification.fence,
            Notification.attempts,
            Notification.give_up_at,
            Notification.channel,
            Notification.template,
            Notification.subject,
        ).where(Notification.id == notification_id)
    ).one()
    before, fence = row.state, row.fence
    if before not in (NotificationState.PENDING, NotificationState.UNKNOWN):
        return None
    if rules.is_hopeless(attempts=row.attempts, give_up_at=row.give_up_at, now=now):
        _move(
            session, notification_id, fence, before, NotificationState.FAILED, now, code="too_late"
        )
        return None
    if before == NotificationState.PENDING and not still_asked(session, row.template, row.subject):
        _move(
            session,
            notification_id,
            fence,
            before,
            NotificationState.CANCELLED,
            now,
            code="answered",
        )
        return None
    if not _within_limit(session, row.channel, before, now):
        later: dict[str, Any] = {"next_attempt_at": now + OVER_LIMIT_WAIT}
        _move(session, notification_id, fence, before, before, now, code="over_limit", **later)
        return None
    taken: dict[str, Any] = {
        "next_fence": fence + 1,
        "attempts": row.attempts + 1,
        "claimed_until": now + rules.CLAIM_LIVES,
    }
    if not _move(session, notification_id, fence, before, NotificationState.CLAIMED, now, **taken):
        return None
    return _to_send(session, notification_id, before == NotificationState.UNKNOWN, now)


def _within_limit(session: Session, channel: str, before: str, now: datetime) -> bool:
    """Counts a text against the day's limit of the house; one that may be out is only asked about.

    The limit is the last line against a bill that nobody meant: it holds for every text.
    """
    if channel != "sms" or before == NotificationState.UNKNOWN:
        return True
    zone = community_zone(session)
    try:
        count_limit(session, kind="sms_out_all", subject=EVERYBODY, now=now, zone=zone)
    except LimitReached:
        return False
    return True


def _to_send(
    session: Session, notification_id: int, ask_first: bool, now: datetime
) -> ToSend | None:
    """Words it. What cannot be opened or worded fails by itself and stops no other."""
    try:
        row = session.get_one(Notification, notification_id, populate_existing=True)
        leaving = outgoing(session, row, now)
    except NoDevice:
        _unsent(session, notification_id, OutcomeKind.GONE.value, now)
        release_texts(session, row.person_id or 0, row.subject, now=now)
        return None
    except (CannotOpen, KeyError, ValueError, TypeError):
        _unsent(session, notification_id, "unworded", now)
        return None
    return ToSend(
        notification_id=row.id,
        fence=row.fence,
        channel=row.channel,
        token=row.token,
        outgoing=leaving,
        ask_first=ask_first,
        provider_id=row.provider_id,
        urgent=row.urgent,
        attempt=row.attempts,
    )


def _unsent(session: Session, notification_id: int, code: str, now: datetime) -> None:
    fence = session.scalar(select(Notification.fence).where(Notification.id == notification_id))
    _move(
        session,
        notification_id,
        fence or 0,
        NotificationState.CLAIMED,
        NotificationState.FAILED,
        now,
        code=code,
    )


def mark_submitting(session: Session, *, notification_id: int, fence: int, now: datetime) -> bool:
    """The last look before the network; False when another holder took over."""
    until: dict[str, Any] = {"claimed_until": now + rules.CLAIM_LIVES}
    return _move(
        session,
        notification_id,
        fence,
        NotificationState.CLAIMED,
        NotificationState.SUBMITTING,
        now,
        **until,
    )


def _move(
    session: Session,
    notification_id: int,
    fence: int,
    before: str,
    state: str,
    now: datetime,
    *,
    code: str | None = None,
    next_fence: int | None = None,
    **values: Any,
) -> bool:
    """One conditional UPDATE: only from the state and the fence that were seen."""
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
    return bool(moved)


def settle(
    session: Session, *, notification_id: int, fence: int, outcome: Outcome, now: datetime
) -> None:
    """Writes down what became of a try. A late holder with an old fence changes nothing."""
    row = session.get(Notification, notification_id, populate_existing=True, with_for_update=True)
    if row is None or row.fence != fence:
        return
    if rules.STATE_ORDER[row.state] >= rules.STATE_ORDER[NotificationState.ACCEPTED]:
        # A receipt overtook us.
        return
    held = outcome.provider_id is not None
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
    _move(session, row.id, fence, row.state, target, now, code=outcome.code, **values)
    _heed_opt_out(session, row, outcome.kind, now)
    if row.channel == PUSH:
        record_push_outcome(session, row, outcome, now)


def _heed_opt_out(session: Session, row: Notification, kind: OutcomeKind, now: datetime) -> None:
    """The provider says that this person texted STOP: no more texts until START."""
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


def receipt(session: Session, *, told: Receipt, now: datetime) -> None:
    """A delivery receipt: kept once for each state, and only moves the notification forward."""
    row = session.scalar(
        select(Notification)
        .where(Notification.token == told.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return
    provider_id, code = told.provider_id[:64], told.code[:20] if told.code else None
    fresh = insert_once(
        session,
        DeliveryReceipt,
        notification_id=row.id,
        provider_id=provider_id,
        state=told.status[:20],
        code=code,
        received_at=now,
        about={},
    )
    target = rules.forward(row.state, told.kind)
    if not fresh or target is None:
        return
    values: dict[str, Any] = {"provider_id": provider_id, "accepted_at": row.accepted_at or now}
    if target == NotificationState.DELIVERED:
        values["delivered_at"] = now
    _move(session, row.id, row.fence, row.state, target, now, code=code, **values)
    _heed_opt_out(session, row, told.kind, now)


def sweep(session: Session, *, now: datetime) -> int:
    """Frees what a killed process held: claimed was not sent, submitting may have been."""
    freed = 0
    for held, back in (
        (NotificationState.CLAIMED, NotificationState.PENDING),
        (NotificationState.SUBMITTING, NotificationState.UNKNOWN),
    ):
        rows = session.execute(
            select(Notification.id, Notification.fence).where(
                Notification.state == held, Notification.claimed_until <= now
            )
        ).all()
        for notification_id, fence in rows:
            again: dict[str, Any] = {"next_attempt_at": now}
            freed += _move(session, notification_id, fence, held, back, now, code="swept", **again)
    return freed
