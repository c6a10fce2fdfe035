"""Tables of a rota's plan: layers and their people, fixed shifts, flex, overrides, swaps."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.rotation.states import OverrideReason, SwapState

# An "I cannot" of one person, see RotaOverride.
AWAY = "away"


class RotaLayer(Base):
    """One layer of a rota: 1 is called first. Ended, never deleted."""

    __tablename__ = "rota_layer"
    __table_args__ = (
        Index(
            "uq_rota_layer_number",
            "rota_id",
            "number",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(40), default="")
    # rotation (people in turn), fixed (single shifts), flex (people who offer the hour)
    kind: Mapped[str] = mapped_column(String(12))
    # Of a rotation: the JSON of rotation.plan.layers.
    pattern: Mapped[Any] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class RotaMember(Base):
    """A member of a rotation.

    `agreed_at` is the standing agreement; without it every turn is asked for.
    """

    __tablename__ = "rota_member"
    __table_args__ = (UniqueConstraint("layer_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("rota_layer.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int]
    agreed_at: Mapped[datetime | None]


class FixedTurn(Base):
    """A fixed shift of the plan: somebody for a period, once."""

    __tablename__ = "fixed_turn"
    __table_args__ = (
        Index(
            "uq_fixed_turn",
            "rota_id",
            "layer",
            "person_id",
            "starts_at",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_fixed_turn_when", "rota_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    layer: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # When its person agreed beforehand, if they did.
    agreed_at: Mapped[datetime | None]
    # When a coordinator took it back, or the month was rebuilt.
    ended_at: Mapped[datetime | None]


class FlexOffer(Base):
    """The hours of a week that a volunteer offers for duty; written by the volunteer only.

    `callable`: they may be called in these hours without a fixed shift (layers of kind flex). The
    limits are this person's own, in addition to the rota's.
    """

    __tablename__ = "flex_offer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    # [{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}] in the area's zone, as rotation.plan.windows.
    hours: Mapped[Any] = mapped_column(JSON, default=list)
    callable: Mapped[bool] = mapped_column(default=False)
    week_hours: Mapped[int | None]
    month_hours: Mapped[int | None]
    nights_week: Mapped[int | None]
    # For home visits in pairs: the companion, if both name each other.
    with_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # [{"date": "YYYY-MM-DD", "like": true|false}]: days preferred or not.
    wishes: Mapped[Any] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class RotaOverride(Base):
    """Adds, removes or replaces somebody for a period (rotation.plan.overrides).

    `away` is a person's own "I cannot": it applies after all swaps, in every layer.
    """

    __tablename__ = "rota_override"
    __table_args__ = (Index("ix_rota_override_when", "rota_id", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    # add, remove, replace, away
    kind: Mapped[str] = mapped_column(String(8))
    layer: Mapped[int | None]
    # Who is removed or replaced, and who comes.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # cannot, coordinator, on_now, off_now, paused, no_answer
    reason: Mapped[str] = mapped_column(String(20), default=OverrideReason.COORDINATOR)
    # When the person who comes agreed beforehand, if they did.
    agreed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # When it was revoked.
    ended_at: Mapped[datetime | None]


class Swap(Base):
    """A shift that is given away (换班), or that needs cover because its person cannot come (顶班).

    States: open, taken (waits for approval), settled, withdrawn, refused, failed. Only a settled
    one changes the plan.
    """

    __tablename__ = "swap"
    __table_args__ = (
        Index("ix_swap_due", "state", "next_at"),
        Index(
            "uq_swap_open",
            "shift_id",
            unique=True,
            sqlite_where=text("state IN ('open', 'taken')"),
            postgresql_where=text("state IN ('open', 'taken')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    # swap: the giver stays on duty until somebody takes it; move: the same, at a coordinator's
    # wish; cover: the giver is off already.
    kind: Mapped[str] = mapped_column(String(8))
    layer: Mapped[int]
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Ask only this person; None: everybody eligible.
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=SwapState.OPEN)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # A move to other hours: which. [starts_at, ends_at) are the present ones.
    new_starts_at: Mapped[datetime | None]
    new_ends_at: Mapped[datetime | None]
    # When somebody said yes, and when the coordinators were reminded to approve it.
    taken_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    # Rounds of asks so far, and when the next is due.
    rounds: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
