"""Tables of the trail: its lines, their words, and its head."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import EncryptedText


class Event(Base):
    """One line of the trail (留痕). The database refuses to change or delete it."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_type", "subject_id"),
        Index("ix_event_request", "request_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None]
    door: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(50))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(60))
    # The help request whose story this line belongs to.
    request_id: Mapped[int | None]
    area_path: Mapped[str] = mapped_column(String(120))
    # Codes and numbers, never personal data.
    details: Mapped[Any] = mapped_column(JSON)
    # A keyed hash of the words in `event_note`, which may be erased.
    note_digest: Mapped[str | None] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class EventNote(Base):
    """Why, in somebody's own words; encrypted, and the only part of a line that can be erased."""

    __tablename__ = "event_note"

    seq: Mapped[int] = mapped_column(ForeignKey("event.seq"), primary_key=True)
    text: Mapped[str] = mapped_column(EncryptedText("event_note.text"))


class TrailHead(Base):
    """The last line, so that a cut tail is detected. One row, made by the migrations.

    `seal` is keyed: a change without the trail key makes it invalid.
    """

    __tablename__ = "trail_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    # How often keys were rotated: a process that started before the last rotation must not write.
    key_generation: Mapped[int] = mapped_column(default=0, server_default="0")
    seal: Mapped[str] = mapped_column(String(64), server_default="")
