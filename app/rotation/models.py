"""Tables of the rota: who agreed to be on duty when."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class Rota(Base):
    """The rota of an area (轮值表)."""

    __tablename__ = "rota"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(20), default="general")
    # [{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}], the hours it wants covered; Monday is 0.
    pattern: Mapped[Any] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)


class Shift(Base):
    """A period of duty (班次): offered, agreed or cancelled. Only an agreed one counts: opt-in."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("rota_id", "person_id", "starts_at"),
        Index("ix_shift_when", "state", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    layer: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default="offered")
    agreed_at: Mapped[datetime | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
