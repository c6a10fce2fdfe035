"""Tables of duty: rotas, published shifts, duty asks, hand-over notes.

The plan is in `app.rotation.plan.models`; it is published as rows of `shift`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import EncryptedText
from app.rotation.states import DutyAskState, ShiftOrigin, ShiftState

# The purpose of a rota that an emergency plan made.
PLAN = "plan"
LIVE = "state IN ('offered', 'agreed')"


class Rota(Base):
    """The rota of an area (轮值表)."""

    __tablename__ = "rota"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(80))
    # general, medical_escort, night; plan: of an emergency plan's activation
    purpose: Mapped[str] = mapped_column(String(20), default="general")
    # [{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}], the hours to cover; Monday is 0. Empty: round
    # the clock.
    pattern: Mapped[Any] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    # Overrides of rotation.rest.Limits; others have their defaults.
    limits: Mapped[Any] = mapped_column(JSON, default=dict)
    # True: a coordinator approves each swap before it counts.
    approve_swaps: Mapped[bool] = mapped_column(default=False)
    paused_from: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    # Grows with every change of the plan and of published shifts.
    version: Mapped[int] = mapped_column(default=1)


class Shift(Base):
    """A period of duty (班次): offered, agreed or cancelled. Only an agreed one counts."""

    __tablename__ = "shift"
    __table_args__ = (
        Index(
            "uq_shift_live",
            "rota_id",
            "layer",
            "person_id",
            "starts_at",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        # By the end, so that queries for present and coming duty skip years of past shifts.
        Index("ix_shift_when", "state", "ends_at", "starts_at"),
        Index("ix_shift_rota", "rota_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    layer: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default=ShiftState.OFFERED)
    # plan: published from the plan and kept in step with it; flex: of a flex layer; hand: neither.
    origin: Mapped[str] = mapped_column(String(8), default=ShiftOrigin.HAND)
    agreed_at: Mapped[datetime | None]
    # Why it was cancelled or cut: cannot, coordinator, plan, swapped, off_now, paused,
    # stood_down (the emergency is over), not_there (nobody answered), no_answer (to the question)
    end_reason: Mapped[str | None] = mapped_column(String(12))
    checked_in_at: Mapped[datetime | None]
    # When the backup was notified because nobody checked in.
    raised_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DutyAsk(Base):
    """A question to one person: to agree to a shift, to take one over, to come in an emergency.

    States: sent, yes, no, over (somebody else took it, or it is no longer wanted), and check (at
    the start of the own shift: are you there?).
    """

    __tablename__ = "duty_ask"
    __table_args__ = (
        UniqueConstraint("shift_id", "swap_id", "person_id"),
        Index(
            "uq_duty_ask_agree",
            "shift_id",
            unique=True,
            sqlite_where=text("swap_id IS NULL"),
            postgresql_where=text("swap_id IS NULL"),
        ),
        UniqueConstraint("activation_id", "person_id", "since"),
        Index("ix_duty_ask_person", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None: an emergency plan asks whether to come at all.
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    # None: the question is to agree to the person's own shift.
    swap_id: Mapped[int | None] = mapped_column(ForeignKey("swap.id"), index=True)
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activation.id"))
    # Of an emergency: the hours [since, until) it is about. An extension asks once more.
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(8), default=DutyAskState.SENT)
    # Two digits for an answer by text, unique for the person across duty asks and matches; the
    # questions of one message share one.
    reply_number: Mapped[int | None]
    sent_at: Mapped[datetime]
    # When to remind of it, and when somebody else is asked instead. None: it never is.
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


class HandOverNote(Base):
    """A hand-over note for the next person on duty (交接); own words, encrypted."""

    __tablename__ = "hand_over_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(EncryptedText("hand_over_note.text"))
    made_at: Mapped[datetime]


class CalendarLink(Base):
    """A secret address at which a calendar program reads duty (日历链接).

    Shows its holder's own duty, or a rota to a coordinator. Ended, never deleted.
    """

    __tablename__ = "calendar_link"
    __table_args__ = (
        Index(
            "uq_calendar_link_own",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND rota_id IS NULL"),
            postgresql_where=text("ended_at IS NULL AND rota_id IS NULL"),
        ),
        Index(
            "uq_calendar_link_rota",
            "person_id",
            "rota_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND rota_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND rota_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The keyed hash of the token in the address; the token itself is not stored.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # None: the holder's own duty.
    rota_id: Mapped[int | None] = mapped_column(ForeignKey("rota.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
