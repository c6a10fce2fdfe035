"""Table of roster drafts: requested months, and what was built."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.rotation.states import DraftState


class RosterDraft(Base):
    """A draft of a month of a rota (排班草稿). Nobody is asked about a draft.

    States: waiting, running, done, failed; then published or discarded.
    """

    __tablename__ = "roster_draft"
    __table_args__ = (
        Index("ix_roster_draft_state", "state", "made_at"),
        Index("ix_roster_draft_rota", "rota_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # {"hours": 4, "first_hour": 0, "needs": [1, 1]}: how the wanted hours are cut, and how many
    # people each layer needs.
    terms: Mapped[Any] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=DraftState.WAITING)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    # A run that began and did not end is started again; `tries` is the fencing token.
    started_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    # What `plain.built_from` reads.
    result: Mapped[Any] = mapped_column(JSON, default=dict)
    # When it was published or discarded.
    settled_at: Mapped[datetime | None]
