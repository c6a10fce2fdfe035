"""A provider of texts and calls that fails now and then, and the delivery of the outbox over it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from app.channels.ports import Outcome, Outgoing
from app.core.db import Session
from app.jobs.context import JobContext
from app.jobs.deliver import BATCH, hand_over
from app.notifications.outcomes import OutcomeKind
from app.usecases.delivery.claim_notifications import ToSend, claim_notifications, due_notifications
from app.usecases.delivery.deliver_notifications import mark_submitting, record_outcome
from tests.life.clock import VirtualClock
from tests.life.dice import dice

# This many messages of a hundred are refused for a while, and this many have an unknown outcome.
BUSY, LOST_BEFORE, LOST_AFTER = 0.03, 0.01, 0.01


@dataclass
class FakeProvider:
    """Implements the port of channels. `arrives` is called for each message that arrives."""

    channel: str
    seed: int
    clock: VirtualClock
    arrives: Callable[[str, Outgoing], None]
    down_until: datetime | None = None
    gone: set[str] = field(default_factory=set)
    _tries: dict[str, int] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Carries a message, or fails: refused for now, no such number, or nobody knows."""
        if self.down_until is not None and self.clock.true < self.down_until:
            return Outcome(OutcomeKind.RETRY, code="down")
        if outgoing.to in self.gone:
            return Outcome(OutcomeKind.GONE, code="gone")
        # By recipient and count, not by key: keys differ from run to run.
        tries = self._tries[outgoing.to] = self._tries.get(outgoing.to, 0) + 1
        luck = dice(self.seed, self.channel, outgoing.to, tries).random()
        if luck < BUSY:
            return Outcome(OutcomeKind.RETRY, code="busy")
        if luck < BUSY + LOST_BEFORE:
            return Outcome(OutcomeKind.UNKNOWN, code="timeout")
        self._known.add(outgoing.key)
        self.arrives(self.channel, outgoing)
        if luck < BUSY + LOST_BEFORE + LOST_AFTER:
            return Outcome(OutcomeKind.UNKNOWN, code="timeout")
        return Outcome(OutcomeKind.DELIVERED, provider_id=f"fake-{outgoing.key}")

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Knows what it carried."""
        if outgoing.key in self._known:
            return Outcome(OutcomeKind.DELIVERED, provider_id=f"fake-{outgoing.key}")
        return Outcome(OutcomeKind.RETRY, code="unknown")


def deliver(context: JobContext, clock: VirtualClock, line: Collection[str]) -> None:
    """Delivers what is due, as the job does, but one message after the other."""
    while True:
        with context.look() as session:
            if not due_notifications(session, now=clock.now, limit=1, line=line):
                return
        with context.change() as session:
            batch = claim_notifications(session, now=clock.now, limit=BATCH, line=line)
        with context.change() as session:
            batch = [one for one in batch if _mark(session, one, clock.now)]
        told = [(one, hand_over(context.channels[one.channel], one)) for one in batch]
        with context.change() as session:
            for one, outcome in told:
                record_outcome(
                    session,
                    notification_id=one.notification_id,
                    fence=one.fence,
                    outcome=outcome,
                    now=clock.now,
                )


def _mark(session: Session, one: ToSend, now: datetime) -> bool:
    return mark_submitting(
        session,
        notification_id=one.notification_id,
        fence=one.fence,
        now=now,
    )
