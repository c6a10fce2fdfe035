"""Tables of trials: the policies and the results."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.trials.rules import TrialState


class Trial(Base):
    """A policy tried on an area's past, against the one in force when it was requested."""

    __tablename__ = "trial"
    __table_args__ = (
        Index("ix_trial_state", "state", "made_at"),
        Index("ix_trial_area", "area_path", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(120))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    urgency: Mapped[str] = mapped_column(String(10))
    # As `matching.policy.policy_from` reads them: the policy to try, and the one in force then.
    policy: Mapped[Any] = mapped_column(JSON)
    against: Mapped[Any] = mapped_column(JSON)
    # waiting, running, done, nothing (there is no past to replay), failed
    state: Mapped[str] = mapped_column(String(10), default=TrialState.WAITING)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    # A run that began and did not end is started again, `tries` times at most.
    started_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    # Figures only: see `matching.lab.report`.
    result: Mapped[Any] = mapped_column(JSON, default=dict)
    # When a coordinator switched it on from here.
    chosen_at: Mapped[datetime | None]
