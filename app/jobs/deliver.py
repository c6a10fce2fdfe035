"""The tick that empties the outbox. The network is asked between two transactions, only there."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from app.channels.console import ConsoleChannel
from app.channels.ports import Channel, Outcome
from app.core.clock import utc_now
from app.jobs.context import JobContext, log
from app.notifications.outcomes import OutcomeKind
from app.notifications.rules import CALLS, PUSHES, TEXTS
from app.usecases.delivery.deliver_notifications import (
    ToSend,
    claim,
    due_notifications,
    mark_submitting,
    settle,
)

BATCH = 8
# With a provider that answers after its time-out, a batch must end before its claims do.
SENDERS = 4


def deliver(context: JobContext) -> None:
    """Sends the texts and mails that are due until none is."""
    _deliver(context, TEXTS)


def place_calls(context: JobContext) -> None:
    """Calls are for what is urgent: no text that hangs at its provider must hold one up."""
    _deliver(context, CALLS)


def deliver_pushes(context: JobContext) -> None:
    """Pushes what is due, by itself: a push service that is blocked must not hold up the texts."""
    _deliver(context, PUSHES)


def _deliver(context: JobContext, line: Collection[str]) -> None:
    while context.holds_lease():
        with context.look() as session:
            waiting = due_notifications(session, now=utc_now(), limit=1, line=line)
        if not waiting:
            return
        with context.change() as session:
            batch = claim(
                session,
                now=utc_now(),
                limit=BATCH,
                line=line,
            )
        _send_all(context, batch)


def _send_all(context: JobContext, batch: list[ToSend]) -> None:
    printed = all(isinstance(context.channels[one.channel], ConsoleChannel) for one in batch)
    with ThreadPoolExecutor(1 if printed else SENDERS, "send") as pool:
        for sent in [pool.submit(_send_one, context, one) for one in batch]:
            if (error := sent.exception()) is not None:
                # Its claim runs out and the sweep frees it.
                log.error("a message failed", exc_info=error)


def _send_one(context: JobContext, one: ToSend) -> None:
    if not context.holds_lease():
        return
    with context.change() as session:
        mine = mark_submitting(
            session, notification_id=one.notification_id, fence=one.fence, now=utc_now()
        )
    if not mine:
        return
    outcome = hand_over(context.channels[one.channel], one)
    with context.change() as session:
        settle(
            session,
            notification_id=one.notification_id,
            fence=one.fence,
            outcome=outcome,
            now=utc_now(),
        )
    log.info(
        "message",
        notification=one.notification_id,
        channel=one.channel,
        outcome=outcome.kind.value,
        code=outcome.code,
        attempt=one.attempt,
    )


def hand_over(channel: Channel, one: ToSend) -> Outcome:
    """Asks first about what may be out already, and sends only what is not known to be."""
    if one.ask_first:
        known = channel.ask(one.outgoing, one.provider_id)
        again = known.kind == OutcomeKind.RETRY or (
            known.kind == OutcomeKind.UNKNOWN and one.send_though_unknown
        )
        if not again:
            return known
    return channel.send(one.outgoing)
