"""Tables of notifications: the outbox with its history, and incoming texts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import EncryptedText
from app.notifications.rules import NotificationState


class Notification(Base):
    """One message to one person over one channel (通知). A row of the outbox until delivered."""

    __tablename__ = "notification"
    __table_args__ = (
        # Never notify of the same thing twice: enqueuing again changes nothing.
        UniqueConstraint("subject", "recipient", "template", "occurrence"),
        Index("ix_notification_due", "state", "next_attempt_at"),
        Index("ix_notification_request", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # In the receipt's URL; unguessable.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    # What it is about: `match:12`, `help_request:7`, `login:5`.
    subject: Mapped[str] = mapped_column(String(60))
    # Whom it is for: `person:5`, or `phone:<keyed hash>` of a resident.
    recipient: Mapped[str] = mapped_column(String(80))
    template: Mapped[str] = mapped_column(String(40))
    # Distinguishes repetitions: a wave, a round, a reminder's number.
    occurrence: Mapped[str] = mapped_column(String(40), default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("help_request.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(EncryptedText("notification.address"))
    language: Mapped[str] = mapped_column(String(10))
    # Values for the wording; encrypted, because a log-in code may be one of them.
    params: Mapped[str] = mapped_column(EncryptedText("notification.params"))
    urgent: Mapped[bool] = mapped_column(default=False)

    # pending, claimed, submitting, accepted, delivered, failed, unknown, cancelled
    state: Mapped[str] = mapped_column(String(12), default=NotificationState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    give_up_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    last_code: Mapped[str | None] = mapped_column(String(20))
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class NotificationStep(Base):
    """One line of a notification's history."""

    __tablename__ = "notification_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(20))


class InboundText(Base):
    """An incoming text, stored before it is handled."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index("ix_inbound_text_undone", "handled_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The provider's name in the registry, and the id that it gave.
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str] = mapped_column(EncryptedText("inbound_text.sender"))
    sender_lookup: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[str] = mapped_column(EncryptedText("inbound_text.body"))
    # True: the body was longer than is kept.
    cut: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    # What it was understood as (`conversation.reading`, in plain data), to be shown.
    reading: Mapped[str | None] = mapped_column(EncryptedText("inbound_text.reading"))
    # What was done, and the help request it concerns.
    outcome: Mapped[str | None] = mapped_column(String(30))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("help_request.id"))
    tries: Mapped[int] = mapped_column(default=0)


class Conversation(Base):
    """What is remembered of a phone that texts: a half-said order, and whether it wants no texts.

    Our last question is not here: the outbox has it.
    """

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(EncryptedText("conversation.phone"))
    # What earlier texts said of an order that is not complete, and when a person takes it over.
    draft: Mapped[str | None] = mapped_column(EncryptedText("conversation.draft"))
    draft_until: Mapped[datetime | None] = mapped_column(index=True)
    # The owner wants no more texts, whether or not they have an account.
    opted_out_at: Mapped[datetime | None]
    # When words that asked for nothing were answered last.
    chatted_at: Mapped[datetime | None]


class DeliveryReceipt(Base):
    """A provider's report about a message; one row for each state reported."""

    __tablename__ = "delivery_receipt"
    __table_args__ = (UniqueConstraint("notification_id", "provider_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"), index=True)
    provider_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(20))
    received_at: Mapped[datetime]
    about: Mapped[Any] = mapped_column(JSON, default=dict)


class PhoneTrouble(Base):
    """What a provider last said against texts to a number; deleted once one arrives there."""

    __tablename__ = "phone_trouble"
    __table_args__ = (UniqueConstraint("phone_lookup", "provider"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(EncryptedText("phone_trouble.phone"))
    phone_lookup: Mapped[str] = mapped_column(String(64))
    # The provider's name in the registry; empty for the console.
    provider: Mapped[str] = mapped_column(String(20))
    # A Barrier, and the provider's own code, for people to look up.
    barrier: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(20))
    # How many texts in a row did not arrive, since when.
    in_a_row: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    # No text is sent before; None: the next one is sent.
    until: Mapped[datetime | None] = mapped_column(index=True)


class PushSubscription(Base):
    """A browser that gets push reminders (收提醒的手机). Deleted when it ends."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Identifies the device in the outbox and on pages; a row id could be reused.
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # The log-in on the same browser; the subscription ends with it.
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("login_session.id", ondelete="SET NULL"), index=True
    )
    endpoint: Mapped[str] = mapped_column(EncryptedText("push_subscription.endpoint"))
    endpoint_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    p256dh: Mapped[str] = mapped_column(EncryptedText("push_subscription.p256dh"))
    auth: Mapped[str] = mapped_column(EncryptedText("push_subscription.auth"))
    device: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    # The last answer of its push service, and when.
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(20))
