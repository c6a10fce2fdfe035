"""Tables of duty: rotas, published shifts, questions about them, notes at hand-over.

What is planned stands in `app.rotation.plan.models`, and is published as rows of `shift`.
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
    # general, medical_escort, night; plan: of an emergency plan that was started
    purpose: Mapped[str] = mapped_column(String(20), default="general")
    # [{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}], the hours it wants covered; Monday is 0.
    # Empty: round the clock.
    pattern: Mapped[Any] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    # Some of the numbers of rotation.rest.Limits; what is not given is the default.
    limits: Mapped[Any] = mapped_column(JSON, default=dict)
    # True: a coordinator approves each swap before it counts.
    approve_swaps: Mapped[bool] = mapped_column(default=False)
    paused_from: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    # Grows with every change of the plan and of what is published.
    version: Mapped[int] = mapped_column(default=1)


class Shift(Base):
    """A period of duty (班次): offered, agreed or cancelled. Only an agreed one counts: opt-in."""

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
        # By the end: whoever is on duty now, or will be, is not looked for among years of duty.
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
    # plan: published from the plan and kept equal to it; flex: of a flex layer; hand: neither.
    origin: Mapped[str] = mapped_column(String(8), default=ShiftOrigin.HAND)
    agreed_at: Mapped[datetime | None]
    # Why it was cancelled or cut: cannot, coordinator, plan, swapped, off_now, paused,
    # stood_down (the emergency is over)
    end_reason: Mapped[str | None] = mapped_column(String(12))
    checked_in_at: Mapped[datetime | None]
    # Nobody checked in: when the backup was told.
    raised_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DutyAsk(Base):
    """One question to one person about duty: to agree to a shift, to take one over, or to come in
    an emergency that they offered for.

    sent, yes, no, over (somebody else took it, or it is no longer wanted); and of the own shift,
    once it begins, check: are you there.
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
    # None: whether to come at all, once an emergency plan is started.
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    # None: to agree to the own shift.
    swap_id: Mapped[int | None] = mapped_column(ForeignKey("swap.id"), index=True)
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activation.id"))
    # Of an emergency: the hours [since, until) that it is about. Made longer, it asks once more.
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(8), default=DutyAskState.SENT)
    # The person's own two digits for an answer by text, one numbering with those of matches.
    reply_number: Mapped[int | None]
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class HandOverNote(Base):
    """What somebody on duty leaves for the next (交接); their own words, encrypted."""

    __tablename__ = "hand_over_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(EncryptedText("hand_over_note.text"))
    made_at: Mapped[datetime]


class CalendarLink(Base):
    """A secret address at which a calendar program reads duty (日历链接).

    Of its holder's own duty, or, for a coordinator, of a rota. Ended, never deleted.
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
    # Of the token in the address only the keyed hash.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # None: the holder's own duty.
    rota_id: Mapped[int | None] = mapped_column(ForeignKey("rota.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
