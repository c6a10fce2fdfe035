"""Texts that a stand-in for Twilio carries or refuses, for tests of use cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from app.channels.ports import Receipt
from app.channels.twilio.codes import judge_status_word
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.sms import SmsChannel
from app.core.actor import system
from app.core.context import Context
from app.jobs.deliver import hand_over
from app.notifications.models import Notification
from app.notifications.rules import TEXTS
from app.usecases.delivery.claim_notifications import claim_notifications
from app.usecases.delivery.deliver_notifications import mark_submitting, record_outcome
from app.usecases.delivery.pass_on_alarms import pass_on_alarm, undelivered_alarms
from app.usecases.delivery.record_receipt import record_receipt
from app.usecases.dispatch.free_unreached import free_unreached, unreached_asks
from tests.factories import NOW
from tests.fakes.twilio import Twilio

HOUSE = system("jobs")


class Carrier:
    """Delivers the outbox over the stand-in, and does what follows, with a controlled clock."""

    def __init__(self, session: Session, twilio: Twilio) -> None:
        self.session, self.twilio = session, twilio
        settings = TwilioSettings(
            twilio.account_sid, twilio.auth_token, twilio.number, api_url=twilio.url
        )
        self.channel = SmsChannel(settings, "https://diandan.example/hooks/twilio")

    def deliver(self, now: datetime = NOW) -> list[str]:
        """Sends everything that is due by text; returns the outcomes in order."""
        outcomes = []
        for one in claim_notifications(self.session, now=now, limit=50, line=TEXTS):
            mark_submitting(
                self.session, notification_id=one.notification_id, fence=one.fence, now=now
            )
            outcome = hand_over(self.channel, one)
            record_outcome(
                self.session,
                notification_id=one.notification_id,
                fence=one.fence,
                outcome=outcome,
                now=now,
            )
            outcomes.append(outcome.kind.value)
        self.session.commit()
        return outcomes

    def report(
        self, row: Notification, status: str, code: str | None = None, *, now: datetime = NOW
    ) -> None:
        """A receipt about a text."""
        self.session.refresh(row)
        record_receipt(
            self.session,
            told=Receipt(
                row.token,
                row.provider_id or "",
                status,
                code,
                judge_status_word(status, code),
                "twilio",
            ),
            now=now,
        )
        self.session.commit()

    def follow(self, now: datetime = NOW) -> int:
        """What the job does about messages that reached nobody; how many asks it freed."""
        freed = 0
        for match_id in unreached_asks(self.session, now=now):
            freed += free_unreached(Context(self.session, HOUSE, now), match_id=match_id)
        for notification_id in undelivered_alarms(self.session, now=now):
            pass_on_alarm(Context(self.session, HOUSE, now), notification_id=notification_id)
        self.session.commit()
        return freed


@contextmanager
def carried(session: Session) -> Iterator[Carrier]:
    """A carrier whose stand-in sends no receipts by itself."""
    with Twilio() as twilio:
        twilio.tells = ()
        yield Carrier(session, twilio)
