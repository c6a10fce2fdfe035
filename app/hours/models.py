"""Tables of the ledger of hours."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class ServiceRecord(Base):
    """A line of the ledger (服务时长记录): check-in to check-out, never deleted."""

    __tablename__ = "service_record"
    __table_args__ = (
        # One valid line for each match.
        Index(
            "uq_service_record_match",
            "match_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL AND match_id IS NOT NULL"),
            postgresql_where=text("voided_at IS NULL AND match_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"))
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    minutes: Mapped[int]
    # checked (by the resident's code), reported (without it)
    basis: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # A wrong line is never deleted but marked void, with who, why and a second person; the index
    # above leaves it out. No page does so yet: nothing sets these.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_reason: Mapped[str | None] = mapped_column(String(200))
