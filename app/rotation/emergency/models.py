"""Tables of emergency plans: the plan, offers for it, and each activation."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.rotation.states import ActivationState


class EmergencyPlan(Base):
    """The procedure for one kind of emergency (应急预案), in an area and every area below it."""

    __tablename__ = "emergency_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_hant: Mapped[str] = mapped_column(String(80), default="")
    name_en: Mapped[str] = mapped_column(String(80), default="")
    # Its purpose, in a sentence.
    purpose_zh: Mapped[str] = mapped_column(String(200))
    purpose_hant: Mapped[str] = mapped_column(String(200), default="")
    purpose_en: Mapped[str] = mapped_column(String(200), default="")
    # The trigger in words, and as numbers to compare with: 38 °C on 3 days.
    trigger: Mapped[str] = mapped_column(String(200), default="")
    trigger_value: Mapped[float | None]
    trigger_unit: Mapped[str] = mapped_column(String(10), default="")
    trigger_days: Mapped[int | None]
    # The hours to cover, as rotation.plan.windows; empty: round the clock.
    wanted: Mapped[Any] = mapped_column(JSON, default=list)
    # Where people are needed, in words: 3 cooling rooms.
    places: Mapped[str] = mapped_column(String(200), default="")
    # How many people at every hour.
    people: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    def name(self, locale: str) -> str:
        """The name in a language, Chinese where it has none."""
        return {"zh_Hant": self.name_hant, "en": self.name_en}.get(locale) or self.name_zh

    def purpose(self, locale: str) -> str:
        """Its purpose in a language."""
        return {"zh_Hant": self.purpose_hant, "en": self.purpose_en}.get(locale) or self.purpose_zh


class PlanSkill(Base):
    """A skill that everybody who comes must have."""

    __tablename__ = "plan_skill"

    plan_id: Mapped[int] = mapped_column(ForeignKey("emergency_plan.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)


class PlanOffer(Base):
    """A volunteer's offer for a plan, made beforehand; written by the volunteer only."""

    __tablename__ = "plan_offer"
    __table_args__ = (
        Index(
            "uq_plan_offer_live",
            "plan_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("emergency_plan.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # The hours in which they can come, as rotation.plan.windows.
    hours: Mapped[Any] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Activation(Base):
    """One activation of a plan (启动), with its own rota. Stood down once."""

    __tablename__ = "activation"
    __table_args__ = (
        Index(
            "uq_activation_running",
            "plan_id",
            "area_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index("ix_activation_area", "area_path", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("emergency_plan.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(120))
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"), unique=True)
    # People at every hour, copied because the plan may change meanwhile.
    people: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default=ActivationState.RUNNING)
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Shifts are made for [since, until).
    since: Mapped[datetime]
    until: Mapped[datetime]
    # The earlier ends, one for each extension, ISO 8601 in UTC, in order.
    earlier_ends: Mapped[Any] = mapped_column(JSON, default=list)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The figures of rotation.emergency.report, once it is over.
    report: Mapped[Any] = mapped_column(JSON, default=dict)
